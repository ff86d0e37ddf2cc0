import { useMutation, useQuery } from '@tanstack/react-query';
import { Activity as ActivityIcon, X } from 'lucide-react';
import { useState } from 'react';
import type { Job } from '../../../electron/shared/job.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { count } from '../../ui/words.ts';
import { ActivityPanel } from './ActivityPanel.tsx';
import { JobIcon } from './JobIcon.tsx';
import { JobReportDialog } from './JobReportDialog.tsx';
import { isUnderWay, jobWords } from './words.ts';
import './activity.css';

interface ActivityCenterProps {
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  /** The study on the screen; null in the worklist. Beside a study only what is under way is told: no news from elsewhere while reading. */
  readonly study: string | null;
}

/**
 * The status bar's place for what runs, with the button of the whole list. It always has its room, so that nothing else moves when
 * something begins or ends. Nothing of models is ever told here.
 */
export function ActivityCenter({ open, onOpen, study }: ActivityCenterProps) {
  const [report, setReport] = useState<Job | null>(null);
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const jobs = useQuery({ queryKey: keys.jobs, queryFn: api.jobs });
  const all = jobs.data ?? [];
  const underWay = all.filter(isUnderWay);
  const ended = study === null ? all.filter((job) => isFresh(job) && !dismissed.includes(job.id)) : [];
  // What runs before what waits.
  const told = underWay.find(({ state }) => state === 'running') ?? underWay.at(-1) ?? ended[0];
  const more = (underWay.length > 0 ? underWay.length : ended.length) - 1;
  return (
    <>
      <section className="activity-cell" aria-label="What runs">
        <Button tone="plain" onClick={() => onOpen(true)}>
          <ActivityIcon size={13} aria-hidden /> What runs <kbd>B</kbd>
        </Button>
        {told === undefined ? (
          <span className="activity-cell__words quiet">no import or backup under way</span>
        ) : (
          <Told
            job={told}
            more={more}
            onReport={setReport}
            onDismiss={(id) => setDismissed((ids) => [...ids, id])}
          />
        )}
      </section>
      {open ? (
        <ActivityPanel jobs={all} study={study} onReport={setReport} onClose={() => onOpen(false)} />
      ) : null}
      {report === null ? null : <JobReportDialog job={report} onClose={() => setReport(null)} />}
    </>
  );
}

interface ToldProps {
  readonly job: Job;
  readonly more: number;
  readonly onReport: (job: Job) => void;
  readonly onDismiss: (id: string) => void;
}

function Told({ job, more, onReport, onDismiss }: ToldProps) {
  const cancel = useMutation({ mutationFn: (id: string) => api.cancelJob(id) });
  const words = `${job.title}: ${jobWords(job)}`;
  return (
    <>
      <JobIcon job={job} />
      <span className="activity-cell__words" role="status" title={words}>
        {words}
      </span>
      {more > 0 ? <span className="quiet">+{count(more)}</span> : null}
      {isUnderWay(job) ? (
        <>
          <progress
            aria-label={job.title}
            {...(job.total === null ? {} : { max: Math.max(1, job.total), value: job.done })}
          />
          <Button onClick={() => cancel.mutate(job.id)} disabled={cancel.isPending}>
            Cancel
          </Button>
        </>
      ) : (
        <>
          {job.report === null && job.error === null && job.outcome === null ? null : (
            <Button onClick={() => onReport(job)}>Report</Button>
          )}
          <Button tone="plain" aria-label={`Dismiss: ${job.title}`} onClick={() => onDismiss(job.id)}>
            <X size={13} aria-hidden />
          </Button>
        </>
      )}
    </>
  );
}

/** A job that ended since the window opened; what ended before is in the whole list. */
function isFresh(job: Job): boolean {
  return job.endedAt !== null && Date.parse(job.endedAt) > performance.timeOrigin;
}
