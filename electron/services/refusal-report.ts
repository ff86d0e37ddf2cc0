import { csvLines } from '../domain/csv.ts';
import type { RefusalRow } from '../shared/imports.ts';

const HEADS = ['File', 'Code', 'Reason', 'Refused at (UTC)', 'Import'];

/** Refused files as CSV (RFC 4180: CRLF, quotes doubled), a head line first. No byte order mark. */
export function refusalsAsCsv(rows: readonly RefusalRow[]): string {
  const lines = rows.map(({ path, code, reason, at, importId }) => [path, code, reason, at, importId]);
  return csvLines([HEADS, ...lines]);
}
