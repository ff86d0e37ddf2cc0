import type { RefusalRow } from '../shared/imports.ts';

const HEADS = ['File', 'Code', 'Reason', 'Refused at (UTC)', 'Import'];

/** Threat: a file named `=HYPERLINK(…)` is a formula to a spreadsheet. An apostrophe before it makes it text (OWASP, CSV injection). */
function cell(text: string): string {
  const guarded = /^\s*[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text;
  return `"${guarded.replaceAll('"', '""')}"`;
}

/** Refused files as CSV (RFC 4180: CRLF, quotes doubled), a head line first. No byte order mark. */
export function refusalsAsCsv(rows: readonly RefusalRow[]): string {
  const lines = rows.map(({ path, code, reason, at, importId }) => [path, code, reason, at, importId]);
  return [HEADS, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}
