import { useMutation } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, CircleSlash, TriangleAlert, X } from 'lucide-react';
import type { Job } from '../../../electron/shared/job.ts';
import { api } from '../../api/endpoints.ts';
import { Button } from '../../ui/Button.tsx';
import { count } from '../../ui/words.ts';

interface JobBarProps {
  readonly jobs: readonly Job[];
  readonly onReport: (job: Job) => void;
  readonly onDismiss: (job: Job) => void;
}

/** Running and just finished imports; never a bar without a word and a number. */
export function JobBar({ jobs, onReport, onDismiss }: JobBarProps) {
  const cancel = useMutation({ mutationFn: (id: string) => api.cancelJob(id) });
  if (jobs.length === 0) return null;
  return (
    <section className="jobs" aria-label="Imports">
      {jobs.slice(0, 3).map((job) => (
        <div key={job.id} className="job" role="status">
          {job.state === 'running' || job.state === 'waiting' ? (
            <>
              <span className="job__title">{job.title}</span>
              <progress
                aria-label={job.title}
                {...(job.total === null ? {} : { max: Math.max(1, job.total), value: job.done })}
              />
              <span className="quiet">{progressWords(job)}</span>
              <Button onClick={() => cancel.mutate(job.id)} disabled={cancel.isPending}>
                Cancel
              </Button>
            </>
          ) : (
            <>
              <Outcome job={job} />
              {job.report === null ? null : <Button onClick={() => onReport(job)}>Report</Button>}
              <Button tone="plain" aria-label={`Dismiss: ${job.title}`} onClick={() => onDismiss(job)}>
                <X size={14} aria-hidden />
              </Button>
            </>
          )}
        </div>
      ))}
    </section>
  );
}

function progressWords({ state, done, total }: Job): string {
  if (state === 'waiting') return 'waiting';
  if (total === null) return `${count(done)} files, still counting`;
  return `${count(done)}/${count(total)} · ${total === 0 ? 100 : Math.floor((100 * done) / total)} %`;
}

function Outcome({ job }: { readonly job: Job }) {
  if (job.state === 'failed') {
    return (
      <span className="job__title job__title--failed">
        <CircleAlert size={14} aria-hidden /> {job.title} failed: {job.error?.message}
      </span>
    );
  }
  if (job.state === 'cancelled') {
    return (
      <span className="job__title">
        <CircleSlash size={14} aria-hidden /> {job.title}: cancelled
      </span>
    );
  }
  const refused = job.report?.refused.length ?? 0;
  return (
    <span className="job__title">
      {refused > 0 ? (
        <TriangleAlert className="job__warning" size={14} aria-hidden />
      ) : (
        <CircleCheck size={14} aria-hidden />
      )}{' '}
      {job.title}: {count(job.report?.imported ?? 0)} imported
      {(job.report?.duplicates ?? 0) > 0 ? `, ${count(job.report?.duplicates ?? 0)} already here` : ''}
      {refused > 0 ? `, ${count(refused)} refused` : ''}
    </span>
  );
}
