import { useCallback, useEffect, useRef, useState } from 'react';
import { type OverreadError, toOverreadError } from '../../../electron/shared/errors.ts';
import type { Read, ReadContent } from '../../../electron/shared/read.ts';
import { api } from '../../api/endpoints.ts';
import { useLeaveGuard } from '../../ui/leave-guard.ts';

export type SaveState =
  | { readonly state: 'saved' }
  | { readonly state: 'saving' }
  | { readonly state: 'failed'; readonly error: OverreadError }
  /** Another window of this reader saved something else; a person says which of the two is kept. */
  | { readonly state: 'conflict'; readonly error: OverreadError };

const DELAY_MS = 250;
const RETRY_MS = 3000;

/** What trying again cannot mend. */
export const FINAL_CODES: ReadonlySet<string> = new Set([
  'read-changed',
  'read-committed',
  'reader-changed',
  'study-unknown',
]);

/**
 * The draft of a read: every change is saved a quarter of a second later, one write at a time, and again every few
 * seconds while it fails. `flush` gives the content when the workstation has it; leaving the screen waits for it, and
 * asks where it fails; a page that is closed sends it on the way. `resolve` ends a conflict with another window.
 */
export function useDraft(read: Read) {
  const study = read.studyInstanceUID;
  const [content, setContent] = useState<ReadContent>(read.content);
  const [save, setSave] = useState<SaveState>({ state: 'saved' });
  const latest = useRef(content);
  const saved = useRef(content);
  /** What is on its way, which will be what is saved. */
  const sending = useRef<ReadContent | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const writing = useRef<Promise<ReadContent> | null>(null);
  const closed = useRef(false);
  const again = useRef(() => {});

  const write = useCallback((): Promise<ReadContent> => {
    clearTimeout(timer.current);
    if (writing.current !== null) return writing.current;
    const work = (async () => {
      try {
        while (saved.current !== latest.current) {
          sending.current = latest.current;
          await api.saveRead(study, sending.current, saved.current);
          saved.current = sending.current;
        }
        setSave({ state: 'saved' });
        return saved.current;
      } catch (thrown) {
        const error = toOverreadError(thrown);
        setSave({ state: error.code === 'read-changed' ? 'conflict' : 'failed', error });
        if (!closed.current && !FINAL_CODES.has(error.code))
          timer.current = setTimeout(() => again.current(), RETRY_MS);
        throw thrown;
      }
    })().finally(() => {
      // Never before the line below: with nothing to save the work above is done at once.
      writing.current = null;
      sending.current = null;
    });
    writing.current = work;
    return work;
  }, [study]);

  useEffect(() => {
    // A failure is shown and tried again by `write` itself.
    again.current = () => void write().catch(() => undefined);
  }, [write]);

  const change = useCallback(
    (next: ReadContent | ((now: ReadContent) => ReadContent)) => {
      latest.current = typeof next === 'function' ? next(latest.current) : next;
      setContent(latest.current);
      // While two windows disagree nothing is written; the words stay on the screen.
      setSave((now) => (now.state === 'conflict' ? now : { state: 'saving' }));
      clearTimeout(timer.current);
      // A failure is shown and tried again by `write` itself.
      timer.current = setTimeout(() => write().catch(() => undefined), DELAY_MS);
    },
    [write],
  );

  const resolve = useCallback(
    async (keep: 'here' | 'there') => {
      try {
        const theirs = (await api.read(study)).content;
        saved.current = theirs;
        if (keep === 'there') {
          latest.current = theirs;
          setContent(theirs);
        }
        await write();
      } catch (thrown) {
        const error = toOverreadError(thrown);
        setSave({ state: error.code === 'read-changed' ? 'conflict' : 'failed', error });
      }
    },
    [study, write],
  );

  useEffect(() => {
    closed.current = false;
    const sendNow = () => {
      if (saved.current === latest.current) return;
      // `keepalive` lets the request outlive the page.
      api.saveRead(study, latest.current, sending.current ?? saved.current, true).then(
        () => undefined,
        () => undefined,
      );
      saved.current = latest.current;
    };
    window.addEventListener('pagehide', sendNow);
    return () => {
      closed.current = true;
      window.removeEventListener('pagehide', sendNow);
      clearTimeout(timer.current);
      sendNow();
    };
  }, [study]);

  useLeaveGuard(useCallback(() => write().then(() => null, toOverreadError), [write]));

  const conflict = useCallback((error: OverreadError) => setSave({ state: 'conflict', error }), []);

  return { content, change, save, flush: write, resolve, conflict };
}
