/** What a terminal takes as an order (control and format characters): a patient's name must not be able to rewrite the screen. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text for one cell or line of a terminal. */
export function plainLine(text: string): string {
  return text.replace(CONTROL, ' ');
}

/** Rows as aligned columns under their heads; no trailing spaces. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const cells = rows.map((row) => row.map((cell) => plainLine(cell === null ? '' : String(cell))));
  const widths = heads.map((head, column) =>
    cells.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), head.length),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(heads), ...cells.map(line)].join('\n');
}
