import { join } from 'node:path';
import { decode } from 'fast-png';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEngine, type LocalEngine } from '../../../electron/inference/create-engine.ts';
import { roundTo } from '../../../electron/inference/postprocess/regression.ts';
import { inferenceRecordSchema } from '../../../electron/shared/analysis.ts';
import { measuredWords } from '../../../electron/shared/measured-words.ts';
import type { PackManifest, PackOutput } from '../../../electron/shared/pack.ts';
import type { OnnxGraph } from '../../fixtures/onnx-writer.ts';
import { writeTestImage } from '../../fixtures/test-image.ts';
import {
  AGE,
  AGE_GRAPH,
  CUT,
  IMAGE,
  NOTHING,
  TILE_GRAPH,
  TILES,
  TILES_GRAPH,
} from '../../fixtures/task-packs.ts';
import { writeTestPack } from '../../fixtures/test-pack.ts';
import { temporaryFolder } from '../store/parts.ts';

function engineWith(graph: OnnxGraph, manifest: Partial<PackManifest>): LocalEngine {
  const packs = temporaryFolder();
  writeTestPack(packs, 'plain', { graph, manifest });
  const engine = createEngine({ packsDirectory: packs, overreadVersion: '9.9.9' });
  onTestFinished(() => engine.close());
  return engine;
}

async function read(engine: LocalEngine, image: Parameters<typeof writeTestImage>[1]) {
  const input = writeTestImage(join(temporaryFolder(), 'image.dcm'), image);
  const [outcome] = await engine.analyze({
    studyInstanceUID: '1.2.3.1',
    inputs: [input],
    stated: {},
    modelIds: null,
    device: 'cpu',
    withMaps: true,
  });
  return {
    maps: outcome?.maps ?? [],
    outputs: outcome?.outputs ?? [],
    ...inferenceRecordSchema.parse(outcome?.record).result,
  };
}

/** As many of the columns dark as told, the rest bright. */
const part = (dark: number) => Uint16Array.from({ length: 32 * 32 }, (_, i) => (i % 32 < dark ? 100 : 300));

describe('a number that a network estimates', () => {
  it('is rounded as the pack says, called an estimate, and kept as the network gave it', async () => {
    const engine = engineWith(AGE_GRAPH, { ...NOTHING, outputs: [AGE] });
    const result = await read(engine, { pixels: part(12) });
    // 20 of 32 columns are bright: 12.5 years.
    expect(result.measurements).toEqual([
      {
        name: 'Bone age',
        value: 12.5,
        unit: 'years',
        sopInstanceUID: '1.2.3.1.1.1',
        estimate: { roundedTo: 0.5, typicalError: 0.7 },
      },
    ]);
    expect(result.outputs).toMatchObject([{ output: 'age', shape: [1, 1] }]);
    const [measured] = result.measurements;
    expect(measured && measuredWords(measured, String)).toBe(
      'about 12.5 years (an estimate; off by 0.7 years on average in tests)',
    );
    expect(measuredWords({ value: 3, unit: 'ml' }, String)).toBe('3 ml');
    expect((await read(engine, { pixels: part(13) })).measurements[0]?.value).toBe(12);
  }, 30_000);

  it('beyond its range makes the model abstain, as does an image of another kind', async () => {
    const engine = engineWith(AGE_GRAPH, { ...NOTHING, outputs: [AGE] });
    expect(await read(engine, { pixels: part(31) })).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(
        /‘Bone age’ lies outside of what the model was made for \(1 to 19 years\)/,
      ),
      measurements: [],
    });
    expect(await read(engine, { tags: { '00180015': ['CS', 'HAND'] } })).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(/body part is HAND/),
    });
  }, 30_000);

  it.each([
    [12.26, 0.5, 12.5],
    [12.24, 0.5, 12],
    [0.3000001, 0.1, 0.3],
    [-7.4, 5, -5],
    [1234, 10, 1230],
  ])('%d to multiples of %d is %d', (value, step, expected) => expect(roundTo(value, step)).toBe(expected));
});

describe('a tile map', () => {
  it('of a whole image is the network’s grid, one value a tile in the image’s matrix', async () => {
    const result = await read(engineWith(TILES_GRAPH, { ...NOTHING, outputs: [TILES] }), {
      pixels: part(16),
    });
    expect(result.tileMaps).toEqual([
      {
        outputId: 'bright',
        label: 'Bright',
        code: null,
        sopInstanceUID: '1.2.3.1.1.1',
        frame: 0,
        rows: 4,
        columns: 4,
        tile: [8, 8],
        // The edge between the halves is smoothed by the resize to 16 × 16.
        values: [1, 2, 3, 4].flatMap(() => [0, 0.0313, 0.9688, 1]),
        mean: 0.5,
        highest: { value: 1, row: 0, column: 3 },
      },
    ]);
    const [map] = result.maps;
    expect([map?.outputId, map?.kind]).toEqual(['bright', 'heatmap']);
    const { width, height, data } = decode(map?.png ?? new Uint8Array());
    expect([width, height]).toEqual([32, 32]);
    // No value between those of two tiles.
    expect([...data.subarray(14, 18)]).toEqual([8, 8, 247, 247]);
  }, 30_000);

  it('is put together from tiles that are cut at the image’s own resolution; what makes no whole tile is not read', async () => {
    const [rows, columns] = [40, 56];
    const pixels = Uint16Array.from({ length: rows * columns }, (_, i) =>
      i % columns >= 32 && Math.floor(i / columns) < 16 ? 500 : 100,
    );
    const result = await read(engineWith(TILE_GRAPH, CUT), { rows, columns, pixels });
    expect(result.tileMaps).toMatchObject([
      { rows: 2, columns: 3, tile: [16, 16], values: [0, 0, 1, 0, 0, 0], highest: { row: 0, column: 2 } },
    ]);
    expect(result.outputs).toMatchObject([{ output: 'map', shape: [1, 1, 2, 3] }]);
    const { data } = decode(result.maps[0]?.png ?? new Uint8Array());
    const at = (x: number, y: number) => data[y * columns + x];
    expect([at(31, 0), at(32, 15), at(47, 0), at(48, 0), at(47, 16)]).toEqual([0, 255, 255, 0, 0]);
  }, 30_000);

  it('cut from an image that is smaller than a tile is none: the model abstains', async () => {
    const engine = engineWith(TILE_GRAPH, CUT);
    expect(await read(engine, { rows: 12, columns: 40 })).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(/at least 16 × 16/),
    });
  });
});

describe('a mask as a task of its own', () => {
  it('gives the structure and its area, without any score', async () => {
    const graph: OnnxGraph = {
      inputs: [IMAGE],
      outputs: [{ name: 'mask', shape: IMAGE.shape }],
      nodes: [{ op: 'Identity', inputs: ['image'], outputs: ['mask'] }],
    };
    const outputs: PackOutput[] = [
      { kind: 'mask', name: 'mask', id: 'field', label: 'Field', structure: true, threshold: 0.5 },
    ];
    const result = await read(engineWith(graph, { ...NOTHING, outputs }), { pixels: part(16) });
    expect(result).toMatchObject({ status: 'completed', scores: [], findings: [] });
    expect(result.measurements.map(({ name, value }) => [name, value])).toEqual([
      ['Field area', 512],
      ['Field share of the image', 50],
    ]);
    expect(result.maps.map(({ kind }) => kind)).toEqual(['mask']);
  }, 30_000);
});
