import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { storeOne, temporaryStore } from './parts.ts';

/** Segments of the search index, from its structure record (fts5_index.c): cookie, perhaps a mark of version 2, levels, segments. */
function segments(directory: string): number {
  const database = new Database(join(directory, 'overread.db'), { readonly: true });
  const block = database.prepare('SELECT block FROM study_search_data WHERE id = 10').pluck().get() as Buffer;
  database.close();
  // Both numbers are below 128 here: varints of one byte.
  const levels = block.readUInt32BE(4) === 0xff000001 ? 8 : 4;
  return block[levels + 1] ?? Number.NaN;
}

it('the search index is merged a little with each study, never much with one', () => {
  const store = temporaryStore();
  const most = Array.from({ length: 40 }, (_, i) => {
    const uids = { seriesInstanceUID: `1.2.${i}.1`, sopInstanceUID: `1.2.${i}.1.1` };
    storeOne(store, { studyInstanceUID: `1.2.${i}`, patientName: `Patient ${i}`, ...uids }, `file ${i}`);
    return segments(store.directory);
  });
  // Left to itself it holds fifteen before it merges them all at once.
  expect(Math.max(...most)).toBeLessThan(10);
  // 3, 13, 23 and 30 to 39.
  const hits = store.studies.list({ query: 'patient 3', limit: 50, offset: 0, readerId: null });
  expect(hits.total).toBe(13);
});
