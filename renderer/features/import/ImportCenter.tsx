import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Job } from '../../../electron/shared/job.ts';
import type { HostInfo } from '../../../electron/shared/session.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import type { NamedFile } from '../../api/upload.ts';
import { ImportDialog } from './ImportDialog.tsx';
import { ImportReportDialog } from './ImportReportDialog.tsx';
import { JobBar } from './JobBar.tsx';
import { useDrop } from './use-drop.ts';
import './import.css';

interface ImportCenterProps {
  readonly host: HostInfo;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  /** In the reading screen only running jobs are shown: no news from elsewhere while reading. */
  readonly quiet: boolean;
}

/** All of importing: what is dropped, the dialog, the running jobs and their reports. */
export function ImportCenter({ host, open, onOpen, quiet }: ImportCenterProps) {
  const [dropped, setDropped] = useState<readonly NamedFile[]>([]);
  const [report, setReport] = useState<Job | null>(null);
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const jobs = useQuery({ queryKey: keys.jobs, queryFn: api.jobs });
  const hovering = useDrop((files) => {
    setDropped(files);
    onOpen(true);
  });
  const running = (job: Job) => job.state === 'running' || job.state === 'waiting';
  const shown = (jobs.data ?? []).filter(
    (job) => !dismissed.includes(job.id) && (running(job) || (!quiet && isFresh(job))),
  );
  return (
    <>
      <JobBar
        jobs={shown}
        onReport={setReport}
        onDismiss={(job) => setDismissed((ids) => [...ids, job.id])}
      />
      {hovering ? (
        <div className="drop-veil" role="status">
          Drop to import: files, folders or a ZIP
        </div>
      ) : null}
      {open ? (
        <ImportDialog
          host={host}
          dropped={dropped}
          onClose={() => {
            setDropped([]);
            onOpen(false);
          }}
        />
      ) : null}
      {report?.report == null ? null : <ImportReportDialog job={report} onClose={() => setReport(null)} />}
    </>
  );
}

/** A finished job stays in the bar for this session's first sight of it; old ones are in the audit trail. */
function isFresh(job: Job): boolean {
  return job.endedAt !== null && Date.parse(job.endedAt) > performance.timeOrigin;
}
