import type { Job } from '../../../electron/shared/job.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { RefusalTable } from '../../ui/RefusalTable.tsx';
import { count } from '../../ui/words.ts';

/** What an import took, and each file that it did not, with the reason. */
export function ImportReportDialog({ job, onClose }: { readonly job: Job; readonly onClose: () => void }) {
  const { report } = job;
  if (report === null) return null;
  const series = report.studies.reduce((sum, study) => sum + study.series, 0);
  return (
    <Dialog title={job.title} onClose={onClose}>
      <p>
        {count(report.imported)} instances imported in {count(report.studies.length)} studies and{' '}
        {count(series)} series; {count(report.duplicates)} were here already; {count(report.refused.length)}{' '}
        files refused.
      </p>
      {report.refused.length === 0 ? null : <RefusalTable rows={report.refused} />}
    </Dialog>
  );
}
