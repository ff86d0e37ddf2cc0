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
          again(keys.activity);
          return;
        case 'activity-changed':
          again(keys.activity);
          return;
        case 'analysis-changed':
          again(keys.activity);
          again(keys.comparison(event.studyInstanceUID));
          return;
        case 'job':
          queries.setQueryData<Job[]>(keys.jobs, (jobs = []) => withJob(jobs, event.job));
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
          again(keys.referrals(event.studyInstanceUID));
          again(keys.consensus(event.studyInstanceUID));
          return;
      }
    }, stop.signal);
    return () => stop.abort();
  }, [enabled, queries]);
}

/** In the place that it has; a new one before the others. */
function withJob(jobs: readonly Job[], job: Job): Job[] {
  return jobs.some(({ id }) => id === job.id)
    ? jobs.map((one) => (one.id === job.id ? job : one))
    : [job, ...jobs];
}
