import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inferenceRecordSchema, type InferenceRecord } from '../shared/analysis.ts';
import type { Store } from '../shared/ports.ts';

function pathOf(store: Pick<Store, 'directory'>, recordId: string): string {
  return join(store.directory, 'records', `${recordId}.json`);
}

/**
 * Records of studies that are not in the store (`analyze PATH`), so that they can be replayed while the files are unchanged: one JSON
 * file each in the data folder. A result of such files is never one of a study in the store, even where the UIDs are
 * the same: the call may have named only some of its images.
 */
export async function keepLooseRecord(
  store: Pick<Store, 'directory'>,
  record: InferenceRecord,
): Promise<void> {
  await mkdir(join(store.directory, 'records'), { recursive: true, mode: 0o700 });
  await writeFile(pathOf(store, record.recordId), JSON.stringify(record), { mode: 0o600 });
}

/** A record that `keepLooseRecord` kept; undefined where there is none of that id. */
export async function looseRecord(
  store: Pick<Store, 'directory'>,
  recordId: string,
): Promise<InferenceRecord | undefined> {
  // A record id is a UUID; anything else could name another file.
  if (!/^[0-9a-f-]{36}$/.test(recordId)) return undefined;
  try {
    return inferenceRecordSchema.parse(JSON.parse(await readFile(pathOf(store, recordId), 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
