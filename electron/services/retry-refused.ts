import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { RefusalRow, RetryReport, SameUidConflict } from '../shared/imports.ts';
import type { Stated } from '../shared/study.ts';
import { type ImportRequest, importPaths } from './import-study.ts';

export type RetryRequest = Omit<ImportRequest, 'paths' | 'followDicomdir' | 'listRefused' | 'within'>;

/** The file on the disk that a refused path is, or lies in (`archive.zip!/inner`). */
function onDisk(path: string): string {
  const inside = path.indexOf('!/');
  return inside < 0 || existsSync(path) ? path : path.slice(0, inside);
}

/** What is tried with the same stated facts: refused paths by the file that must be read again. */
interface Group {
  readonly stated: Stated;
  readonly files: Map<string, string[]>;
}

/** By the facts that were stated at their import, over which go those that are stated now. A path that is listed twice counts as it was last. */
function groupsOf(rows: readonly RefusalRow[], now: Stated): { groups: Group[]; notThere: number } {
  const groups = new Map<string, Group>();
  const seen = new Set<string>();
  let notThere = 0;
  for (const { path, stated: then } of rows) {
    if (seen.has(path)) continue;
    seen.add(path);
    const file = onDisk(path);
    if (!isAbsolute(file) || !existsSync(file)) {
      notThere += 1;
      continue;
    }
    const stated = { ...then, ...now };
    const key = canonicalJson(stated);
    const group = groups.get(key) ?? { stated, files: new Map<string, string[]>() };
    groups.set(key, group);
    group.files.set(file, [...(group.files.get(file) ?? []), path]);
  }
  return { groups: [...groups.values()], notThere };
}

/**
 * Imports again what was refused before and is still there: after an update that reads more, or after its file was mended; with the facts that
 * a person stated at its import, and over them those of this call. What is taken now leaves the list, what is refused again is listed anew,
 * and what is no longer there stays as it is. Audited.
 *
 * @throws as `importPaths`; then what was not tried yet stays as it was.
 */
export async function retryRefused(request: RetryRequest): Promise<RetryReport> {
  const { store, actor, importId = randomUUID(), stated = null, onProgress } = request;
  // What leads out of a disc's folder is never taken by itself: only a person imports it, by its path.
  const rows = store.refusals.all().filter(({ code }) => code !== 'dicomdir-path');
  const { groups, notThere } = groupsOf(rows, stated ?? {});
  const sum: RetryReport = { imported: 0, duplicates: 0, refused: [], studies: [], tried: 0, notThere };
  const conflicts: SameUidConflict[] = [];
  let before = 0;
  try {
    for (const group of groups) {
      let done = 0;
      const report = await importPaths({
        ...request,
        importId,
        paths: [...group.files.keys()],
        stated: group.stated,
        listRefused: false,
        onProgress: (progress) => {
          done = progress.done;
          onProgress?.({
            done: before + done,
            total: groups.length === 1 || progress.total === null ? progress.total : before + progress.total,
          });
        },
      });
      before += done;
      const tried = [...group.files.values()].flat();
      store.transaction(() => {
        store.refusals.remove(tried);
        store.refusals.add(report.refused, importId, group.stated);
      });
      sum.tried += tried.length;
      sum.imported += report.imported;
      sum.duplicates += report.duplicates;
      sum.refused.push(...report.refused);
      sum.studies = [
        ...sum.studies.filter(
          (one) => !report.studies.some((now) => now.studyInstanceUID === one.studyInstanceUID),
        ),
        ...report.studies,
      ];
      conflicts.push(...(report.conflicts ?? []));
    }
  } finally {
    // What was taken before an end by force is told too.
    if (sum.tried > 0) {
      store.audit.append({
        actor,
        action: 'retry-refused',
        studyInstanceUID: null,
        detail: {
          tried: sum.tried,
          imported: sum.imported,
          duplicates: sum.duplicates,
          stillRefused: sum.refused.length,
          notThere,
        },
      });
    }
  }
  return conflicts.length === 0 ? sum : { ...sum, conflicts };
}
