/**
 * The outlines of a mask as an SVG path in image pixels (origin at the centre of the top left pixel): closed loops along
 * the pixels' edges, straight runs merged, so that the line lies exactly between inside and outside.
 *
 * @param inside Whether the pixel of a column and row belongs to the mask; asked beyond the edges too.
 */
export function contourPath(
  rows: number,
  columns: number,
  inside: (column: number, row: number) => boolean,
): string {
  // Directed edges with the inside on the right hand; a corner where two masks touch has two ways out.
  const next = new Map<number, number[]>();
  const width = columns + 1;
  const add = (x0: number, y0: number, x1: number, y1: number) => {
    const from = y0 * width + x0;
    const ways = next.get(from);
    if (ways === undefined) next.set(from, [y1 * width + x1]);
    else ways.push(y1 * width + x1);
  };
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (!inside(column, row)) continue;
      if (!inside(column, row - 1)) add(column, row, column + 1, row);
      if (!inside(column + 1, row)) add(column + 1, row, column + 1, row + 1);
      if (!inside(column, row + 1)) add(column + 1, row + 1, column, row + 1);
      if (!inside(column - 1, row)) add(column, row + 1, column, row);
    }
  }
  const loops: string[] = [];
  for (const start of next.keys()) {
    while ((next.get(start)?.length ?? 0) > 0) loops.push(loopFrom(start, next, width));
  }
  return loops.join('');
}

function loopFrom(start: number, next: Map<number, number[]>, width: number): string {
  const corners: [number, number][] = [];
  let at = start;
  let direction = 0;
  for (;;) {
    const to = next.get(at)?.pop();
    if (to === undefined) break;
    if (to - at !== direction) corners.push([(at % width) - 0.5, Math.floor(at / width) - 0.5]);
    direction = to - at;
    at = to;
    if (at === start) break;
  }
  return `M${corners.map((corner) => corner.join(' ')).join('L')}Z`;
}
