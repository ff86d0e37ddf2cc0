import { Refused } from '../../shared/errors.ts';
import type { OutputTensor } from '../session.ts';

/** A candidate as the model gives it: raw score, and its box in edges of the input's pixels. */
export interface Candidate {
  readonly raw: number;
  readonly box: readonly [number, number, number, number];
}

export interface DecodeLimits {
  /** Cells below this raw score are no candidates. */
  readonly floor: number;
  /** A candidate whose box overlaps a better one's by more (intersection over union) is dropped. */
  readonly overlap: number;
  /** At most so many, the best. */
  readonly most: number;
}

function iou(a: Candidate['box'], b: Candidate['box']): number {
  const wide = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const high = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const shared = wide * high;
  const sum = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]);
  return shared / Math.max(sum - shared, 1e-9);
}

/** Whether no neighbour of a cell is higher; of equal neighbours the first in reading order is the peak. */
function isPeak(values: Float32Array, rows: number, columns: number, row: number, column: number): boolean {
  const here = values[row * columns + column] as number;
  for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
    for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
      if (r === row && c === column) continue;
      const other = values[r * columns + c] as number;
      const before = r < row || (r === row && c < column);
      if (before ? other >= here : other > here) return false;
    }
  }
  return true;
}

/**
 * The candidates of a detector's map [1, 5, rows, columns] (raw score, x0, y0, x1, y1 of each cell), best first: peaks among the eight
 * neighbours, then the overlapping ones dropped from the best down. The same as `decode` in
 * `models/training/overread_training/detection_evaluation.py`.
 *
 * @throws Refused `output-invalid` where the map has another shape.
 */
export function decodeDetections(
  { values, shape }: OutputTensor,
  name: string,
  limits: DecodeLimits,
): Candidate[] {
  const [batch, channels, rows = 0, columns = 0] = shape;
  const cells = rows * columns;
  if (shape.length !== 4 || batch !== 1 || channels !== 5 || cells === 0 || values.length !== 5 * cells) {
    throw new Refused(
      'output-invalid',
      `Output ${name} has shape [${shape.join(', ')}]; a map of detections is [1, 5, rows, columns].`,
    );
  }
  const found: Candidate[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const raw = values[cell] as number;
    if (raw < limits.floor || !isPeak(values, rows, columns, Math.floor(cell / columns), cell % columns))
      continue;
    const side = (channel: number): number => values[channel * cells + cell] as number;
    found.push({ raw, box: [side(1), side(2), side(3), side(4)] });
  }
  const kept: Candidate[] = [];
  for (const candidate of found.toSorted((a, b) => b.raw - a.raw)) {
    if (kept.length === limits.most) break;
    if (kept.every((better) => iou(candidate.box, better.box) <= limits.overlap)) kept.push(candidate);
  }
  return kept;
}
