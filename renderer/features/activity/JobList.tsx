import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Job } from '../../../electron/shared/job.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { count, when } from '../../ui/words.ts';
import { ActivityRow } from './ActivityRow.tsx';
import { JobIcon } from './JobIcon.tsx';
import { useSteady } from './use-steady.ts';
import { isUnderWay, jobWords } from './words.ts';

interface JobListProps {
  readonly jobs: readonly Job[];
  readonly onReport: (job: Job) => void;
}

/** Imports, backups and restores, the newest first: under way, ended, and cut short by an end of the workstation. */
export function JobList({ jobs, onReport }: JobListProps) {
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: keys.jobs });
  const cancel = useMutation({ mutationFn: (id: string) => api.cancelJob(id), onSuccess: again });
  const restart = useMutation({ mutationFn: (id: string) => api.startJobAgain(id), onSuccess: again });
  const { shown, newer, showNewer } = useSteady(jobs, ({ id }) => id);
  return (
    <section className="activity-section" aria-labelledby="activity-imports">
      <header>
        <h3 id="activity-imports">Imports and backups</h3>
        {newer === 0 ? null : (
          <Button tone="plain" onClick={showNewer}>
            Show {count(newer)} newer
          </Button>
        )}
      </header>
      {cancel.isError ? (
        <ErrorNotice what="It was not cancelled." error={cancel.error} />
      ) : restart.isError ? (
        <ErrorNotice what="It was not started again." error={restart.error} />
      ) : null}
      <ul className="activity-list" tabIndex={0} aria-label="Imports and backups, newest first">
        {shown.length === 0 ? (
          <li className="activity-empty">Nothing was imported or backed up yet.</li>
        ) : null}
        {shown.map((job) => (
          <ActivityRow
            key={job.id}
            icon={<JobIcon job={job} />}
            title={job.title}
            words={`${jobWords(job)} · ${when(job.endedAt ?? job.startedAt)}`}
            {...(isUnderWay(job) ? { progress: job } : {})}
            {...(job.state === 'failed' ? { tone: 'danger' } : {})}
          >
            {isUnderWay(job) ? (
              <Button
                aria-label={`Cancel: ${job.title}`}
                disabled={cancel.isPending}
                onClick={() => cancel.mutate(job.id)}
              >
                Cancel
              </Button>
            ) : null}
            {job.again ? (
              <Button
                aria-label={`Start again: ${job.title}`}
                disabled={restart.isPending}
                onClick={() => restart.mutate(job.id)}
              >
                Start again
              </Button>
            ) : null}
            {job.report === null && job.error === null && job.outcome === null ? null : (
              <Button aria-label={`Report: ${job.title}`} onClick={() => onReport(job)}>
                Report
              </Button>
            )}
          </ActivityRow>
        ))}
      </ul>
    </section>
  );
}
