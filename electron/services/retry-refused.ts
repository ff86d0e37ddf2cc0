import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { RetryReport } from '../shared/imports.ts';
import type { RefusalRow } from '../shared/ports.ts';
import { type ImportRequest, importPaths } from './import-study.ts';

export type RetryRequest = Omit<ImportRequest, 'paths' | 'followDicomdir' | 'listRefused' | 'within'>;

/** The file on the disk that a refused path is, or lies in (`archive.zip!/inner`). */
function onDisk(path: string): string {
  const inside = path.indexOf('!/');
  return inside < 0 || existsSync(path) ? path : path.slice(0, inside);
}

/** Refused paths by the file that must be read again; those whose file is not there (any more) under null. */
function byFile(rows: readonly RefusalRow[]): Map<string | null, string[]> {
  const files = new Map<string | null, string[]>();
  for (const { path } of rows) {
    const file = onDisk(path);
    const key = isAbsolute(file) && existsSync(file) ? file : null;
    const paths = files.get(key);
    if (paths === undefined) files.set(key, [path]);
    else paths.push(path);
  }
  return files;
}

/**
 * Imports again what was refused before and is still there: after an update that reads more, or after its file was mended. What is
 * taken now leaves the list, what is refused again is listed anew, and what is no longer there stays as it is. Audited.
 *
 * @throws as `importPaths`; then the list stays as it was.
 */
export async function retryRefused(request: RetryRequest): Promise<RetryReport> {
  const { store, actor, importId = randomUUID() } = request;
  // What leads out of a disc's folder is never taken by itself: only a person imports it, by its path.
  const files = byFile(store.refusals.all().filter(({ code }) => code !== 'dicomdir-path'));
  const notThere = new Set(files.get(null) ?? []).size;
  files.delete(null);
  const paths = [...files.keys()].filter((path) => path !== null);
  if (paths.length === 0) return { imported: 0, duplicates: 0, refused: [], studies: [], tried: 0, notThere };
  const report = await importPaths({ ...request, importId, paths, listRefused: false });
  const tried = new Set([...files.values()].flat());
  store.transaction(() => {
    store.refusals.remove([...tried]);
    store.refusals.add(report.refused, importId);
    store.audit.append({
      actor,
      action: 'retry-refused',
      studyInstanceUID: null,
      detail: {
        tried: tried.size,
        imported: report.imported,
        duplicates: report.duplicates,
        stillRefused: report.refused.length,
        notThere,
      },
    });
  });
  return { ...report, tried: tried.size, notThere };
}
