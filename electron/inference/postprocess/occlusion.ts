import type { PackManifest } from '../../shared/pack.ts';
import type { ModelSession } from '../session.ts';
import type { Grid } from './grid.ts';

/** Cells along each side of the map. */
export const OCCLUSION_CELLS = 12;
/** A patch covers so many cells in each direction; it moves by one. */
const PATCH_CELLS = 2;
/** A fall of the raw score that is drawn at full strength, where none is larger: smaller falls stay faint. */
const FULL_FALL = 1;

/** How far one score falls where the image is hidden: values 0..1 in a coarse grid over the model's input. */
export interface OcclusionMap {
  readonly label: string;
  readonly id: string;
  readonly grid: Grid;
}

/** Rows (or columns) of the input that cell `first` up to, not including, cell `last` cover. */
function edges(size: number, first: number, last: number): [number, number] {
  return [Math.round((first * size) / OCCLUSION_CELLS), Math.round((last * size) / OCCLUSION_CELLS)];
}

/** A copy of the input [1, channels, rows, columns] with one patch set to each channel's mean over the image. */
export function hidePatch(
  input: Float32Array,
  [, channels = 1, rows = 1, columns = 1]: readonly number[],
  cellRow: number,
  cellColumn: number,
): Float32Array {
  const hidden = input.slice();
  const [top, bottom] = edges(rows, cellRow, cellRow + PATCH_CELLS);
  const [left, right] = edges(columns, cellColumn, cellColumn + PATCH_CELLS);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * rows * columns;
    const plane = input.subarray(start, start + rows * columns);
    const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length;
    for (let row = top; row < bottom; row++) {
      hidden.fill(mean, start + row * columns + left, start + row * columns + right);
    }
  }
  return hidden;
}

/**
 * Occlusion sensitivity (Zeiler and Fergus 2014): patch after patch of the model's input is hidden behind its mean, and a cell's value is the mean fall
 * of the raw score over the patches that cover it; rises count as 0. Falls are divided by the largest of them, or by 1 where
 * that is less. Says what the score rests on, not where disease is.
 *
 * @returns One map a score of the manifest.
 */
export async function occlusionMaps(
  session: ModelSession,
  manifest: Pick<PackManifest, 'id' | 'preprocess' | 'input' | 'outputs'>,
  input: Float32Array,
): Promise<OcclusionMap[]> {
  const scores = manifest.outputs.filter((output) => output.kind === 'score');
  const before = await session.run(input);
  const cells = OCCLUSION_CELLS ** 2;
  const falls = scores.map(() => new Float64Array(cells));
  const covered = new Uint8Array(cells);
  const places = OCCLUSION_CELLS - PATCH_CELLS + 1;
  for (let place = 0; place < places ** 2; place++) {
    const top = Math.floor(place / places);
    const left = place % places;
    const after = await session.run(hidePatch(input, manifest.input.shape, top, left));
    for (let part = 0; part < PATCH_CELLS ** 2; part++) {
      const cell = (top + Math.floor(part / PATCH_CELLS)) * OCCLUSION_CELLS + left + (part % PATCH_CELLS);
      covered[cell] = (covered[cell] as number) + 1;
      for (const [index, { name }] of scores.entries()) {
        const fall = (before.get(name)?.values[0] ?? 0) - (after.get(name)?.values[0] ?? 0);
        const sum = falls[index] as Float64Array;
        sum[cell] = (sum[cell] as number) + fall;
      }
    }
  }
  return scores.map(({ label }, index) => {
    const mean = (falls[index] as Float64Array).map((sum, cell) =>
      Math.max(0, sum / (covered[cell] as number)),
    );
    const full = Math.max(FULL_FALL, ...mean);
    const values = Float32Array.from(mean, (fall) => fall / full);
    const id = `occlusion-${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
    return { label, id, grid: { rows: OCCLUSION_CELLS, columns: OCCLUSION_CELLS, values } };
  });
}
