import { useCallback, useEffect, useRef, useState } from 'react';
import { type OverreadError, toOverreadError } from '../../../electron/shared/errors.ts';
import { api } from '../../api/endpoints.ts';

const DELAY_MS = 250;

export interface KeptDraft {
  /** Null until the workstation has said what is kept. */
  readonly text: string | null;
  readonly onText: (text: string) => void;
  /** The words were signed, or are thrown away: nothing of them is kept. */
  readonly onGone: () => void;
  /** Why what stands on the screen is not kept; null where it is. */
  readonly error: OverreadError | null;
}

/**
 * What a reader writes as an addendum, kept by the workstation a quarter of a second after each change and when the screen is left: it is there
 * again when the study is opened again.
 */
export function useAddendumDraft(study: string, more: string | null): KeptDraft {
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState<OverreadError | null>(null);
  const latest = useRef<string | null>(null);
  const saved = useRef<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const write = useCallback(
    (keepalive: boolean) => {
      clearTimeout(timer.current);
      const words = latest.current;
      if (words === null || words === saved.current) return;
      const before = saved.current;
      saved.current = words;
      api.saveAddendumDraft(study, words, keepalive).then(
        () => setError(null),
        (thrown: unknown) => {
          saved.current = before;
          setError(toOverreadError(thrown));
        },
      );
    },
    [study],
  );
  const onText = useCallback(
    (words: string) => {
      latest.current = words;
      setText(words);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => write(false), DELAY_MS);
    },
    [write],
  );
  const onGone = useCallback(() => {
    latest.current = '';
    setText('');
    write(false);
  }, [write]);

  useEffect(() => {
    let here = true;
    api.addendumDraft(study).then(
      (kept) => {
        if (!here) return;
        saved.current = kept.text;
        latest.current = kept.text;
        setText(kept.text);
        // A consensus that is begun goes behind what was written before.
        if (more !== null) onText(kept.text.trim() === '' ? more : `${kept.text.trimEnd()}\n\n${more}`);
      },
      (thrown: unknown) => {
        if (!here) return;
        setError(toOverreadError(thrown));
        setText(more ?? '');
      },
    );
    const sendNow = () => write(true);
    window.addEventListener('pagehide', sendNow);
    return () => {
      here = false;
      window.removeEventListener('pagehide', sendNow);
      write(true);
    };
  }, [study, more, onText, write]);

  return { text, onText, onGone, error };
}
