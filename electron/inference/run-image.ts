import { Refused } from '../shared/errors.ts';
import type { PackManifest } from '../shared/pack.ts';
import type { ModelSession, OutputTensor } from './session.ts';

type Outputs = ReadonlyMap<string, OutputTensor>;

/** Tiles of a size that fit into an image, edge to edge. */
export function tilesIn(
  image: { readonly rows: number; readonly columns: number },
  tile: { readonly rows: number; readonly columns: number },
): { readonly down: number; readonly across: number } {
  return { down: Math.floor(image.rows / tile.rows), across: Math.floor(image.columns / tile.columns) };
}

function put(
  into: Map<string, OutputTensor>,
  found: Outputs,
  cell: number,
  cells: number,
  modelId: string,
): void {
  for (const [name, { values, shape }] of found) {
    const [, channels = 0, ...rest] = shape;
    if (values.length !== channels || rest.some((size) => size !== 1)) {
      throw new Refused(
        'output-invalid',
        `Output ${name} of model ${modelId} has shape [${shape.join(', ')}]; for one tile it must be [1, channels].`,
      );
    }
    const map = into.get(name) as OutputTensor;
    for (let channel = 0; channel < channels; channel++)
      map.values[channel * cells + cell] = values[channel] as number;
  }
}

/**
 * Runs a prepared image through a model: as a whole, or, where the pack cuts tiles, tile by tile, the answers put together into maps
 * [1, channels, tiles down, tiles across].
 *
 * @param input What `preprocess` gave: planes of the model's input, or of the whole image where tiles are cut.
 * @param onTile Called after each tile; waited for.
 * @throws Refused `output-invalid`; `too-small` where not one tile fits.
 */
export async function runImage(
  manifest: Pick<PackManifest, 'id' | 'preprocess' | 'input'>,
  session: Pick<ModelSession, 'run'>,
  input: Float32Array,
  image: { readonly rows: number; readonly columns: number },
  onTile: (done: number, of: number) => Promise<void> = () => Promise.resolve(),
): Promise<Outputs> {
  const cut = manifest.preprocess.find((step) => step.op === 'tiles');
  if (cut === undefined) return session.run(input);
  const { down, across } = tilesIn(image, cut);
  const cells = down * across;
  if (cells === 0) {
    throw new Refused(
      'too-small',
      `The image is ${image.columns} × ${image.rows} pixels; no tile of ${cut.columns} × ${cut.rows} fits.`,
    );
  }
  const planes = manifest.input.shape[1] ?? 1;
  const tile = new Float32Array(planes * cut.rows * cut.columns);
  const maps = new Map<string, OutputTensor>();
  for (let cell = 0; cell < cells; cell++) {
    const top = Math.floor(cell / across) * cut.rows;
    const left = (cell % across) * cut.columns;
    for (let plane = 0; plane < planes; plane++) {
      for (let y = 0; y < cut.rows; y++) {
        const from = (plane * image.rows + top + y) * image.columns + left;
        tile.set(input.subarray(from, from + cut.columns), (plane * cut.rows + y) * cut.columns);
      }
    }
    const found = await session.run(tile);
    if (cell === 0) {
      for (const [name, { shape }] of found) {
        const channels = shape[1] ?? 0;
        maps.set(name, { values: new Float32Array(channels * cells), shape: [1, channels, down, across] });
      }
    }
    put(maps, found, cell, cells, manifest.id);
    await onTile(cell + 1, cells);
  }
  return maps;
}
