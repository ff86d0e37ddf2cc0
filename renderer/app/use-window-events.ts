import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { followEvents } from '../api/events.ts';
import { keys } from '../api/keys.ts';
import type { Job } from '../../electron/shared/job.ts';

/** Keeps what is on the screen in step with the workstation's event stream. */
export function useWindowEvents(enabled: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!enabled) return undefined;
    const stop = new AbortController();
    const again = (queryKey: readonly unknown[]) => {
      void queries.invalidateQueries({ queryKey });
    };
    void followEvents((event) => {
      switch (event.type) {
        case 'hello':
          again(keys.studies);
          again(keys.jobs);
          return;
        case 'job':
          queries.setQueryData<Job[]>(keys.jobs, (jobs = []) => [
            event.job,
            ...jobs.filter((job) => job.id !== event.job.id),
          ]);
          if (event.job.state !== 'running' && event.job.state !== 'waiting') {
            again(keys.studies);
            again(keys.refusals);
            again(keys.session);
          }
          return;
        case 'session-changed':
          again(keys.session);
          return;
        case 'studies-changed':
          again(keys.studies);
          return;
        case 'refusals-changed':
          again(keys.refusals);
          return;
        case 'study-changed':
          again(keys.studies);
          again(keys.study(event.studyInstanceUID));
          return;
      }
    }, stop.signal);
    return () => stop.abort();
  }, [enabled, queries]);
}
