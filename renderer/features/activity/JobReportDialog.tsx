import type { Job } from '../../../electron/shared/job.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { RefusalTable } from '../../ui/RefusalTable.tsx';
import { count } from '../../ui/words.ts';

/** What an import took, and each file that it did not, with the reason; or why it failed as a whole. */
export function JobReportDialog({ job, onClose }: { readonly job: Job; readonly onClose: () => void }) {
  const { report, error } = job;
  if (report === null && job.outcome !== null) {
    return (
      <Dialog title={job.title} onClose={onClose}>
        <p>{job.outcome}.</p>
      </Dialog>
    );
  }
  if (report === null) {
    return (
      <Dialog title={job.title} onClose={onClose}>
        <Notice tone="danger">{error?.message ?? 'No reason was given.'}</Notice>
        {job.again ? <p className="quiet">It can be started again under What runs (B).</p> : null}
      </Dialog>
    );
  }
  const series = report.studies.reduce((sum, study) => sum + study.series, 0);
  return (
    <Dialog title={job.title} onClose={onClose}>
      <p>
        {plural(report.imported, 'instance')} imported in {plural(report.studies.length, 'study', 'studies')}{' '}
        and {count(series)} series; {count(report.duplicates)} {report.duplicates === 1 ? 'was' : 'were'} here
        already; {plural(report.refused.length, 'file')} refused.
      </p>
      {report.conflicts === undefined ? null : (
        <Notice tone="warning">
          {plural(report.conflicts.length, 'file')} with a SOP Instance UID that another file has, and other
          content: both are kept and shown, and the study is flagged. For example{' '}
          <code>{report.conflicts[0]?.path}</code>.
        </Notice>
      )}
      {report.refused.length === 0 ? null : (
        <>
          <RefusalTable rows={report.refused} />
          <p className="quiet">
            They stay listed under Refused files, from where they can be exported and tried again.
          </p>
        </>
      )}
    </Dialog>
  );
}

function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
