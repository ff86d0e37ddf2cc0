import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReportContent, ReportView } from '../../../electron/shared/report.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';

const DELAY_MS = 350;

export interface KeptReport {
  readonly view: ReportView | undefined;
  /** What stands on the screen; what is signed once it is. */
  readonly content: ReportContent | undefined;
  /** The warnings are of what stands on the screen: everything is kept and checked. */
  readonly fresh: boolean;
  readonly error: unknown;
  readonly onContent: (content: ReportContent) => void;
  /** An answer of the workstation that changes the report (a template, a signature, an addendum). */
  readonly onView: (view: ReportView) => void;
  /** Keeps what stands on the screen now; what then is kept. */
  readonly keep: () => Promise<ReportView | undefined>;
}

/** The report of a study: kept a moment after each change, and when the screen is left. */
export function useReport(study: string): KeptReport {
  const queries = useQueryClient();
  const asked = useQuery({
    queryKey: keys.report(study),
    queryFn: () => api.report(study),
    staleTime: 0,
    // What is written must not be replaced under the pen.
    refetchOnWindowFocus: false,
  });
  const view = asked.data;
  const [written, setWritten] = useState<ReportContent | null>(null);
  const [error, setError] = useState<unknown>(null);
  const latest = useRef<ReportContent | null>(null);
  const before = useRef<ReportContent | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const running = useRef<Promise<ReportView | undefined>>(Promise.resolve(undefined));

  const onView = useCallback(
    (next: ReportView) => {
      clearTimeout(timer.current);
      latest.current = null;
      before.current = next.content;
      setWritten(null);
      setError(null);
      queries.setQueryData(keys.report(study), next);
    },
    [queries, study],
  );

  const keep = useCallback(
    (keepalive = false): Promise<ReportView | undefined> => {
      clearTimeout(timer.current);
      // One after the other, so that none is kept over a later one.
      running.current = running.current.then(async () => {
        const content = latest.current;
        if (content === null) return queries.getQueryData<ReportView>(keys.report(study));
        try {
          const next = await api.saveReport(study, content, before.current, keepalive);
          before.current = next.content;
          if (latest.current === content) latest.current = null;
          setError(null);
          queries.setQueryData(keys.report(study), next);
          return next;
        } catch (thrown) {
          setError(thrown);
          return undefined;
        }
      });
      return running.current;
    },
    [queries, study],
  );

  const onContent = useCallback(
    (content: ReportContent) => {
      latest.current = content;
      setWritten(content);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void keep(), DELAY_MS);
    },
    [keep],
  );

  useEffect(() => {
    // A page that goes waits for no promise: what is written is sent at once, and outlives it.
    const gone = (): void => {
      const content = latest.current;
      if (content !== null) void api.saveReport(study, content, before.current, true).catch(() => undefined);
    };
    window.addEventListener('pagehide', gone);
    return () => {
      window.removeEventListener('pagehide', gone);
      void keep(true);
    };
  }, [keep, study]);

  const content = written ?? view?.content;
  return {
    view,
    content,
    fresh: view !== undefined && (written === null || same(written, view.content)),
    error: error ?? asked.error,
    onContent,
    onView,
    keep,
  };
}

function same(a: ReportContent, b: ReportContent): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
