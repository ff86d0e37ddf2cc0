import type { ImportReport } from '../shared/imports.ts';
import type { Job } from '../shared/job.ts';
import type { AuditTrail } from '../shared/ports.ts';

/** Entries of the trail are fetched in pages of this size. */
const PAGE = 500;

/**
 * A job as every reader may see it: its report counts no object that is withheld (blind first). What of the imported is withheld the trail
 * says; of what was here already no more are counted than the studies show. The command line tells all. Not to be applied twice.
 */
export function windowJob(audit: Pick<AuditTrail, 'list'>, job: Job): Job {
  const { report } = job;
  if (report === null) return job;
  const shown = report.studies.reduce((sum, { instances }) => sum + instances, 0);
  const imported = Math.max(0, report.imported - withheldOf(audit, job, report));
  const duplicates = Math.min(report.duplicates, shown);
  const hidden = report.imported - imported + report.duplicates - duplicates;
  const less = (files: number): number => Math.max(0, files - hidden);
  return {
    ...job,
    done: less(job.done),
    total: job.total === null ? null : less(job.total),
    report: { ...report, imported, duplicates },
  };
}

/**
 * How many objects this job brought that are withheld, by the trail: its newest entries about the job's studies that make up the job's
 * imported (jobs run one after the other).
 */
function withheldOf(audit: Pick<AuditTrail, 'list'>, job: Job, report: ImportReport): number {
  const studies = new Set(report.studies.map(({ studyInstanceUID }) => studyInstanceUID));
  const count = (value: unknown): number => (typeof value === 'number' ? value : 0);
  let withheld = 0;
  let remaining = report.imported;
  for (let at = 0; remaining > 0; at += PAGE) {
    const page = audit.list(PAGE, at);
    for (const { at: when, action, studyInstanceUID, detail } of page) {
      if (when < job.startedAt || remaining <= 0) return withheld;
      if (action !== 'import' || when > (job.endedAt ?? when)) continue;
      if (studyInstanceUID === null || !studies.has(studyInstanceUID)) continue;
      withheld += count(detail['withheld']);
      remaining -= count(detail['imported']);
    }
    if (page.length < PAGE) break;
  }
  return withheld;
}
