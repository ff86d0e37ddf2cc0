import type { TileMap } from '../../shared/analysis.ts';
import { Refused } from '../../shared/errors.ts';
import type { PreprocessStep } from '../../shared/pack.ts';
import type { TilesOutput } from '../../shared/pack-outputs.ts';
import type { OutputTensor } from '../session.ts';
import { activatePlane } from '../volume/activate-plane.ts';
import { encodeGreyPng } from './encode-png.ts';
import type { ImageRead, ReadOutputs } from './read-outputs.ts';

/** So many probabilities are listed; the map and the record hold more. */
const MOST_LISTED = 4096;

/** Height and width of a tile in pixels of the image: cut tiles have the input's size, a squashed image is divided evenly. */
function tileSize(
  steps: readonly PreprocessStep[],
  { rows, columns }: Pick<ImageRead, 'rows' | 'columns'>,
  down: number,
  across: number,
): [number, number] {
  const cut = steps.find((step) => step.op === 'tiles');
  return cut === undefined ? [rows / down, columns / across] : [cut.rows, cut.columns];
}

/** A tile one value, over the image's own matrix; 0 where no tile lies. */
function draw(
  values: Float32Array,
  [down, across]: readonly [number, number],
  [high, wide]: readonly [number, number],
  { rows, columns }: Pick<ImageRead, 'rows' | 'columns'>,
): Uint8Array {
  const pixels = new Uint8Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    // The tile that the pixel's centre lies in.
    const row = Math.floor((y + 0.5) / high);
    if (row >= down) break;
    for (let x = 0; x < columns; x++) {
      const column = Math.floor((x + 0.5) / wide);
      if (column >= across) break;
      const value = values[row * across + column] as number;
      pixels[y * columns + x] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
  }
  return encodeGreyPng(rows, columns, pixels);
}

/**
 * The probabilities of each class tile by tile, and their maps in the image's own matrix.
 *
 * @throws Refused `output-invalid` where the output is no grid of the classes.
 */
export function readTiles(
  output: TilesOutput,
  { values, shape }: OutputTensor,
  steps: readonly PreprocessStep[],
  image: ImageRead,
  withMaps: boolean,
): Pick<ReadOutputs, 'tileMaps' | 'maps'> {
  const [batch, channels = 0, rows = 0, columns = 0] = shape;
  const least = 1 + Math.max(...output.classes.map(({ channel }) => channel));
  if (shape.length !== 4 || batch !== 1 || channels < least || rows * columns === 0) {
    throw new Refused(
      'output-invalid',
      `Output ${output.name} has shape [${shape.join(', ')}]; a tile map is [1, at least ${least}, rows, columns].`,
    );
  }
  const activated = values.slice();
  activatePlane(activated, channels, output.activation);
  const tile = tileSize(steps, image, rows, columns);
  const tileMaps: TileMap[] = [];
  const maps: ReadOutputs['maps'] = [];
  for (const { channel, id, label, code } of output.classes) {
    const cells = activated.subarray(channel * rows * columns, (channel + 1) * rows * columns);
    let best = 0;
    let sum = 0;
    for (let i = 0; i < cells.length; i++) {
      sum += cells[i] as number;
      if ((cells[i] as number) > (cells[best] as number)) best = i;
    }
    tileMaps.push({
      outputId: id,
      label,
      code: code ?? null,
      sopInstanceUID: image.sopInstanceUID,
      frame: image.frame,
      rows,
      columns,
      tile,
      ...(cells.length > MOST_LISTED
        ? {}
        : { values: Array.from(cells, (value) => Number(value.toFixed(4))) }),
      mean: sum / cells.length,
      highest: { value: cells[best] as number, row: Math.floor(best / columns), column: best % columns },
    });
    if (withMaps)
      maps.push({ outputId: id, kind: 'heatmap', png: draw(cells, [rows, columns], tile, image) });
  }
  return { tileMaps, maps };
}
