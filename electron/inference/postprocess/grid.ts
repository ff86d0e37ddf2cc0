import type { Placement } from '../preprocess/letterbox.ts';

/** One channel of an output, row by row. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** The part of a grid that an image covers, in cells from the grid's first edge. */
export interface GridPart {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

/** The part of a map that the image covers, where the image lies at `place` in the input that the map is of. */
export function partOf(grid: Pick<Grid, 'rows' | 'columns'>, place: Placement): GridPart {
  const down = grid.rows / place.inputRows;
  const across = grid.columns / place.inputColumns;
  return {
    top: place.top * down,
    left: place.left * across,
    rows: place.rows * down,
    columns: place.columns * across,
  };
}

/** Where each column of an image lies between two columns of a grid. */
interface ColumnPlaces {
  /** The grid's column to its left. */
  readonly left: Int32Array;
  /** How far it is from there to the next, 0..1. */
  readonly beside: Float64Array;
}

function columnPlaces(grid: Grid, part: GridPart, columns: number): ColumnPlaces {
  const left = new Int32Array(columns);
  const beside = new Float64Array(columns);
  for (let x = 0; x < columns; x++) {
    const at = Math.min(
      Math.max(part.left + ((x + 0.5) * part.columns) / columns - 0.5, 0),
      grid.columns - 1,
    );
    left[x] = Math.min(Math.floor(at), Math.max(grid.columns - 2, 0));
    beside[x] = at - (left[x] as number);
  }
  return { left, beside };
}

/** Mixes the two rows of the grid between which image row y of `rows` lies. `mixed` has one more cell than the grid: a right neighbour for the last. */
function mixRows(grid: Grid, part: GridPart, rows: number, y: number, mixed: Float64Array): void {
  const { columns, values } = grid;
  const at = Math.min(Math.max(part.top + ((y + 0.5) * part.rows) / rows - 0.5, 0), grid.rows - 1);
  const top = Math.floor(at);
  const below = Math.min(top + 1, grid.rows - 1);
  const share = at - top;
  for (let c = 0; c < columns; c++) {
    const upper = values[top * columns + c] as number;
    const lower = values[below * columns + c] as number;
    mixed[c] = upper + (lower - upper) * share;
  }
  mixed[columns] = mixed[columns - 1] as number;
}

/**
 * Bilinear interpolation of a grid in the matrix of an image that covers `part` of it, one image row at a time, so that
 * a large image need not be held. Pixel centres: image column x lies at part.left + (x + 0.5)·part.columns/columns − 0.5 of the
 * grid; beyond the outermost cell centres the edge value holds. The row passed to `onRow` is overwritten by the next.
 */
export function upsampleRows(
  grid: Grid,
  part: GridPart,
  rows: number,
  columns: number,
  onRow: (y: number, row: Float64Array) => void,
): void {
  const { left, beside } = columnPlaces(grid, part, columns);
  const mixed = new Float64Array(grid.columns + 1);
  const row = new Float64Array(columns);
  for (let y = 0; y < rows; y++) {
    mixRows(grid, part, rows, y, mixed);
    for (let x = 0; x < columns; x++) {
      const c = left[x] as number;
      const a = mixed[c] as number;
      row[x] = a + ((mixed[c + 1] as number) - a) * (beside[x] as number);
    }
    onRow(y, row);
  }
}

/**
 * As `upsampleRows`, each value 255 where it reaches the threshold, else 0. Only the columns between the first and the last cell that
 * reach it are computed: between two cells below it nothing reaches it.
 */
export function thresholdRows(
  grid: Grid,
  part: GridPart,
  { rows, columns, threshold }: { rows: number; columns: number; threshold: number },
  onRow: (y: number, row: Uint8Array) => void,
): void {
  const { left, beside } = columnPlaces(grid, part, columns);
  const mixed = new Float64Array(grid.columns + 1);
  const row = new Uint8Array(columns);
  let x = 0;
  for (let y = 0; y < rows; y++) {
    mixRows(grid, part, rows, y, mixed);
    row.fill(0);
    let first = 0;
    let last = mixed.length - 1;
    while (first <= last && !((mixed[first] as number) >= threshold)) first++;
    while (last > first && !((mixed[last] as number) >= threshold)) last--;
    // The first column that has the first cell as its right neighbour; the one of the row before is mostly near.
    while (x > 0 && (left[x - 1] as number) + 1 >= first) x--;
    while (x < columns && (left[x] as number) + 1 < first) x++;
    for (let at = x; at < columns; at++) {
      const c = left[at] as number;
      if (c > last) break;
      const a = mixed[c] as number;
      if (a + ((mixed[c + 1] as number) - a) * (beside[at] as number) >= threshold) row[at] = 255;
    }
    onRow(y, row);
  }
}
