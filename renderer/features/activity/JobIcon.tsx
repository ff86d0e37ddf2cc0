import { CircleAlert, CircleCheck, CircleSlash, Clock3, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { Job } from '../../../electron/shared/job.ts';

/** A shape for how a job stands, beside its words. */
export function JobIcon({ job }: { readonly job: Job }) {
  switch (job.state) {
    case 'waiting':
      return <Clock3 size={14} aria-hidden />;
    case 'running':
      return <LoaderCircle size={14} aria-hidden />;
    case 'failed':
      return <CircleAlert className="activity-icon--danger" size={14} aria-hidden />;
    case 'cancelled':
      return <CircleSlash size={14} aria-hidden />;
    case 'done':
      return (job.report?.refused.length ?? 0) > 0 ? (
        <TriangleAlert className="activity-icon--warning" size={14} aria-hidden />
      ) : (
        <CircleCheck size={14} aria-hidden />
      );
  }
}
