import { mkdir, opendir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { inferenceRecordSchema, type InferenceRecord, type RawOutput } from '../shared/analysis.ts';
import type { Store } from '../shared/ports.ts';
import { type Stated, statedSchema } from '../shared/study.ts';

/** What a replay of files needs beside the record: where they lie, all that was stated of them, and what the network gave. */
export interface LooseSources {
  readonly paths: readonly string[];
  readonly stated: Stated;
  readonly outputs: readonly RawOutput[];
}

const sourcesSchema = z.object({
  paths: z.array(z.string()),
  stated: statedSchema,
  outputs: z.array(
    z.object({
      sopInstanceUID: z.string(),
      frame: z.int(),
      output: z.string(),
      shape: z.array(z.int()),
      sha256: z.string(),
      data: z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
    }),
  ),
});

/** In the name of the file beside a record's. */
const SOURCES = '.sources';

function pathOf(store: Pick<Store, 'directory'>, recordId: string, kind = ''): string {
  return join(store.directory, 'records', `${recordId}${kind}.json`);
}

/**
 * Records of studies that are not in the store (`analyze PATH`), so that they can be replayed while the files are unchanged: one JSON
 * file each in the data folder. A result of such files is never one of a study in the store, even where the UIDs are
 * the same: the call may have named only some of its images.
 */
export async function keepLooseRecord(
  store: Pick<Store, 'directory'>,
  record: InferenceRecord,
  sources: LooseSources,
): Promise<void> {
  await mkdir(join(store.directory, 'records'), { recursive: true, mode: 0o700 });
  const outputs = sources.outputs.map(({ data, ...rest }) => ({
    ...rest,
    data: Buffer.from(data).toString('base64'),
  }));
  await writeFile(
    pathOf(store, record.recordId, SOURCES),
    JSON.stringify({ paths: sources.paths, stated: sources.stated, outputs }),
    { mode: 0o600 },
  );
  await writeFile(pathOf(store, record.recordId), JSON.stringify(record), { mode: 0o600 });
}

/** Reads a file of the records' folder; undefined where there is none. */
async function readKept(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A record id is a UUID; anything else could name another file. */
const isRecordId = (text: string): boolean => /^[0-9a-f-]{36}$/.test(text);

/** A record that `keepLooseRecord` kept; undefined where there is none of that id. */
export async function looseRecord(
  store: Pick<Store, 'directory'>,
  recordId: string,
): Promise<InferenceRecord | undefined> {
  if (!isRecordId(recordId)) return undefined;
  const kept = await readKept(pathOf(store, recordId));
  return kept === undefined ? undefined : inferenceRecordSchema.parse(kept);
}

/** What was kept beside it; undefined for a record of a build that kept nothing. */
export async function looseSources(
  store: Pick<Store, 'directory'>,
  recordId: string,
): Promise<LooseSources | undefined> {
  if (!isRecordId(recordId)) return undefined;
  const kept = await readKept(pathOf(store, recordId, SOURCES));
  return kept === undefined ? undefined : sourcesSchema.parse(kept);
}

/** Ids of the records of files made since a time (ISO 8601, UTC), oldest first. */
export async function looseRecordIds(store: Pick<Store, 'directory'>, since: string): Promise<string[]> {
  const names = await readdir(join(store.directory, 'records')).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const found: { id: string; at: string }[] = [];
  for (const name of names) {
    const id = name.slice(0, -'.json'.length);
    if (!isRecordId(id)) continue;
    const record = await looseRecord(store, id);
    if (record !== undefined && record.createdAt >= since) found.push({ id, at: record.createdAt });
  }
  return found.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map(({ id }) => id);
}

/** Every record of files one after the other, in the order of the folder: however many there are, one is held. */
export async function* everyLooseRecord(store: Pick<Store, 'directory'>): AsyncGenerator<InferenceRecord> {
  const folder = await opendir(join(store.directory, 'records')).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (folder === null) return;
  for await (const { name } of folder) {
    const record = await looseRecord(store, name.slice(0, -'.json'.length));
    if (record !== undefined) yield record;
  }
}
