import { Hono } from 'hono';
import * as z from 'zod';
import type { ImportReport } from '../../shared/imports.ts';
import type { Job } from '../../shared/job.ts';
import type { AppDeps } from '../deps.ts';
import { param } from '../valid.ts';

/** Long work that a person started. Never the work of a model (shared/job). */
export function jobRoutes(deps: AppDeps) {
  const { jobs } = deps;
  return new Hono()
    .get('/jobs', (context) => context.json(jobs.list().map((job) => windowJob(deps, job))))
    .delete('/jobs/:id', param(z.object({ id: z.string().max(64) })), (context) =>
      context.json(windowJob(deps, jobs.cancel(context.req.valid('param').id))),
    );
}

/** Entries of the trail are fetched in pages of this size. */
const PAGE = 500;

/** Ended jobs do not change; asked for often. */
const told = new WeakMap<ImportReport, Job>();

/**
 * A job as every reader may see it: its report counts no object that is withheld (blind first). What of the imported is withheld the trail
 * says; of what was here already no more are counted than the studies show. The command line tells all.
 */
export function windowJob(deps: Pick<AppDeps, 'audit'>, job: Job): Job {
  const { report } = job;
  if (report === null) return job;
  const known = told.get(report);
  if (known !== undefined) return known;
  const shown = report.studies.reduce((sum, { instances }) => sum + instances, 0);
  const imported = Math.max(0, report.imported - withheldOf(deps, job, report));
  const duplicates = Math.min(report.duplicates, shown);
  const hidden = report.imported - imported + report.duplicates - duplicates;
  const less = (files: number): number => Math.max(0, files - hidden);
  const forWindow: Job = {
    ...job,
    done: less(job.done),
    total: job.total === null ? null : less(job.total),
    report: { ...report, imported, duplicates },
  };
  told.set(report, forWindow);
  return forWindow;
}

/**
 * How many objects this job brought that are withheld, by the trail: its newest entries about the job's studies that make up the job's
 * imported (jobs run one after the other).
 */
function withheldOf({ audit }: Pick<AppDeps, 'audit'>, job: Job, report: ImportReport): number {
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
