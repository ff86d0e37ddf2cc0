/** Threat: a cell `=HYPERLINK(…)` is a formula to a spreadsheet. An apostrophe before it makes it text (OWASP, CSV injection). */
export function csvCell(text: string): string {
  const guarded = /^\s*[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text;
  return `"${guarded.replaceAll('"', '""')}"`;
}

/** Lines of cells as CSV (RFC 4180: CRLF, quotes doubled). Numbers stand as they are, since none is a formula. No byte order mark. */
export function csvLines(lines: readonly (readonly (string | number)[])[]): string {
  const cell = (one: string | number): string => (typeof one === 'number' ? String(one) : csvCell(one));
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}
