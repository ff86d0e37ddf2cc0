import type { Grid, GridPart } from './grid.ts';

/** A set of cells at or above a threshold that touch each other, corners included. Columns and rows are inclusive. */
export interface CellComponent {
  readonly firstColumn: number;
  readonly firstRow: number;
  readonly lastColumn: number;
  readonly lastRow: number;
  readonly cells: number;
  readonly peak: number;
}

/** Connected components (8-neighbourhood) of the cells at or above the threshold, in reading order of their first cell. */
export function components(grid: Grid, threshold: number): CellComponent[] {
  const { rows, columns, values } = grid;
  const seen = new Uint8Array(values.length);
  const found: CellComponent[] = [];
  for (let start = 0; start < values.length; start++) {
    if (seen[start] === 1 || !((values[start] as number) >= threshold)) continue;
    let firstColumn = columns;
    let firstRow = rows;
    let lastColumn = -1;
    let lastRow = -1;
    let cells = 0;
    let peak = Number.NEGATIVE_INFINITY;
    const open = [start];
    seen[start] = 1;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const row = Math.floor(at / columns);
      const column = at - row * columns;
      firstColumn = Math.min(firstColumn, column);
      lastColumn = Math.max(lastColumn, column);
      firstRow = Math.min(firstRow, row);
      lastRow = Math.max(lastRow, row);
      cells++;
      peak = Math.max(peak, values[at] as number);
      for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
        for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
          const next = r * columns + c;
          if (seen[next] === 1 || !((values[next] as number) >= threshold)) continue;
          seen[next] = 1;
          open.push(next);
        }
      }
    }
    found.push({ firstColumn, firstRow, lastColumn, lastRow, cells, peak });
  }
  return found;
}

/** The component with the highest peak; of equal peaks the larger one. */
export function strongest(found: readonly CellComponent[]): CellComponent | undefined {
  return found.toSorted((a, b) => b.peak - a.peak || b.cells - a.cells)[0];
}

/**
 * The cells of a component as a box in the image's own matrix: x0, y0, x1, y1 in pixels, origin at the centre of the top
 * left pixel, cut at its edge. The image covers `part` of the grid, so cell c covers the columns from (c − part.left)·W/C − 0.5 to
 * (c + 1 − part.left)·W/C − 0.5, where W is the image's and C the part's number of columns; rows alike.
 */
export function boxInImage(
  component: CellComponent,
  part: GridPart,
  image: { readonly rows: number; readonly columns: number },
): [number, number, number, number] {
  const across = image.columns / part.columns;
  const down = image.rows / part.rows;
  const x = (cell: number): number => Math.min(Math.max((cell - part.left) * across, 0), image.columns) - 0.5;
  const y = (cell: number): number => Math.min(Math.max((cell - part.top) * down, 0), image.rows) - 0.5;
  return [
    x(component.firstColumn),
    y(component.firstRow),
    x(component.lastColumn + 1),
    y(component.lastRow + 1),
  ];
}
