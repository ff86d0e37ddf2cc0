import { useCallback, useEffect, useRef, useState } from 'react';
import { type OverreadError, toOverreadError } from '../../../electron/shared/errors.ts';
import type { Read, ReadContent } from '../../../electron/shared/read.ts';
import { api } from '../../api/endpoints.ts';
import { useLeaveGuard } from '../../ui/leave-guard.ts';

export type SaveState =
  | { readonly state: 'saved' }
  | { readonly state: 'saving' }
  | { readonly state: 'failed'; readonly error: OverreadError };

const DELAY_MS = 250;
const RETRY_MS = 3000;

/**
 * The draft of a read: every change is saved a quarter of a second later, one write at a time, and again every few
 * seconds while it fails. `flush` resolves when the workstation has everything; leaving the screen waits for it, and
 * asks where it fails; a page that is closed sends it on the way.
 */
export function useDraft(read: Read) {
  const study = read.studyInstanceUID;
  const [content, setContent] = useState<ReadContent>(read.content);
  const [save, setSave] = useState<SaveState>({ state: 'saved' });
  const latest = useRef(content);
  const saved = useRef(content);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const writing = useRef<Promise<void> | null>(null);
  const closed = useRef(false);
  const again = useRef(() => {});

  const write = useCallback((): Promise<void> => {
    clearTimeout(timer.current);
    if (writing.current !== null) return writing.current;
    const work = (async () => {
      try {
        while (saved.current !== latest.current) {
          const sending = latest.current;
          await api.saveRead(study, sending);
          saved.current = sending;
        }
        setSave({ state: 'saved' });
      } catch (thrown) {
        setSave({ state: 'failed', error: toOverreadError(thrown) });
        if (!closed.current) timer.current = setTimeout(() => again.current(), RETRY_MS);
        throw thrown;
      }
    })().finally(() => {
      // Never before the line below: with nothing to save the work above is done at once.
      writing.current = null;
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
      setSave({ state: 'saving' });
      clearTimeout(timer.current);
      // A failure is shown and tried again by `write` itself.
      timer.current = setTimeout(() => write().catch(() => undefined), DELAY_MS);
    },
    [write],
  );

  useEffect(() => {
    closed.current = false;
    const sendNow = () => {
      if (saved.current === latest.current) return;
      // `keepalive` lets the request outlive the page.
      api.saveRead(study, latest.current, true).then(
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

  return { content, change, save, flush: write };
}
