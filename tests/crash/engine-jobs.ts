import Database from 'better-sqlite3';
import type { InferenceRecord } from '../../electron/shared/analysis.ts';
import type { Store } from '../../electron/shared/ports.ts';
import { join } from 'node:path';

/** Failures one after the other after which a job is not tried again by itself: `domain/retry`. */
const FINAL_FAILURES = 5;

/** Jobs (a model on a study) that are not in a final state yet. */
export function openJobs(store: Store, packs: readonly string[]): number {
  let open = 0;
  for (let offset = 0; ; offset += 200) {
    const { rows } = store.studies.list({ limit: 200, offset, readerId: null });
    for (const { studyInstanceUID } of rows) {
      const latest = store.results.latest(studyInstanceUID);
      const failures = store.results.failures(studyInstanceUID);
      open += packs.filter((id) => {
        const last = latest.find(({ model }) => model.id === id);
        if (last === undefined) return true;
        const failed = failures.find(({ model }) => model.id === id)?.count ?? 0;
        return last.status === 'failed' && failed < FINAL_FAILURES;
      }).length;
    }
    if (rows.length < 200) return open;
  }
}

/** Results in a store that another process works on. */
export function resultsIn(directory: string): number {
  const database = new Database(join(directory, 'overread.db'), { readonly: true });
  try {
    return database.prepare<[], number>('SELECT count(*) FROM results').pluck().get() ?? 0;
  } finally {
    database.close();
  }
}

export interface JobEnds {
  readonly faults: readonly string[];
  readonly ended: number;
  /** Failures that were followed by another attempt. */
  readonly retried: number;
}

/**
 * Every job's results in their order: any number of failures, then one end. `torn`: studies whose file was damaged, which no model may
 * have read.
 */
export function jobEnds(
  directory: string,
  studies: readonly string[],
  packs: readonly string[],
  torn: ReadonlySet<string>,
): JobEnds {
  const database = new Database(join(directory, 'overread.db'), { readonly: true });
  const faults: string[] = [];
  let ended = 0;
  let retried = 0;
  try {
    const integrity = database.pragma('integrity_check', { simple: true });
    if (integrity !== 'ok') faults.push(`the database: ${String(integrity)}`);
    const rows = database.prepare<[string, string], { record_id: string; record: string }>(
      `SELECT record_id, record FROM results JOIN studies ON studies.id = results.study_id
       WHERE uid = ? AND model_id = ? ORDER BY results.id`,
    );
    const trail = new Map<string, number>();
    for (const detail of database
      .prepare<[], string>("SELECT detail FROM audit WHERE action = 'analyze'")
      .pluck()
      .iterate()) {
      const { models } = JSON.parse(detail) as { models: { recordId: string }[] };
      for (const { recordId } of models) trail.set(recordId, (trail.get(recordId) ?? 0) + 1);
    }
    for (const study of studies) {
      for (const pack of packs) {
        const job = `${pack} on ${study}`;
        const found = rows.all(study, pack);
        const ends = found.map(({ record }) => (JSON.parse(record) as InferenceRecord).result.status);
        const last = ends.at(-1);
        const before = ends.slice(0, -1);
        retried += before.length;
        if (last === undefined) faults.push(`${job} never ended`);
        else ended += 1;
        if (before.some((status) => status !== 'failed')) faults.push(`${job} ended ${ends.length} times`);
        if (torn.has(study) && last === 'completed') faults.push(`${job} read a torn file`);
        if (last === 'failed' && ends.length < FINAL_FAILURES) faults.push(`${job} was given up too early`);
        if (last === 'failed' && !torn.has(study)) faults.push(`${job} failed for good`);
        for (const { record_id: id } of found) {
          if (trail.get(id) !== 1) faults.push(`record ${id} has ${trail.get(id) ?? 0} entries in the trail`);
        }
      }
    }
  } finally {
    database.close();
  }
  return { faults, ended, retried };
}
