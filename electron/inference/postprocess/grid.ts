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
  // One more cell than the grid has, so that the right neighbour of the last column exists.
  const mixed = new Float64Array(grid.columns + 1);
  const row = new Float64Array(columns);
  for (let y = 0; y < rows; y++) {
    const at = Math.min(Math.max(part.top + ((y + 0.5) * part.rows) / rows - 0.5, 0), grid.rows - 1);
    const top = Math.floor(at);
    const below = Math.min(top + 1, grid.rows - 1);
    const share = at - top;
    for (let c = 0; c < grid.columns; c++) {
      const upper = grid.values[top * grid.columns + c] as number;
      const lower = grid.values[below * grid.columns + c] as number;
      mixed[c] = upper + (lower - upper) * share;
    }
    mixed[grid.columns] = mixed[grid.columns - 1] as number;
    for (let x = 0; x < columns; x++) {
      const c = left[x] as number;
      const a = mixed[c] as number;
      row[x] = a + ((mixed[c + 1] as number) - a) * (beside[x] as number);
    }
    onRow(y, row);
  }
}
