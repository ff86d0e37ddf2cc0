import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkManifest } from '../../../electron/inference/check-manifest.ts';
import { checkPack } from '../../../electron/services/check-pack.ts';
import { type PackManifest, packOutputSchema } from '../../../electron/shared/pack.ts';
import type { OnnxGraph } from '../../fixtures/onnx-writer.ts';
import { findPython, runPython } from '../../fixtures/python.ts';
import { AGE, AGE_GRAPH, CUT, NOTHING, TILE_GRAPH, TILES, TILES_GRAPH } from '../../fixtures/task-packs.ts';
import { SIZE, testManifest, writeTestPack } from '../../fixtures/test-pack.ts';
import { world } from '../services/pack-world.ts';
import { temporaryFolder } from '../store/parts.ts';

const PYTHON = findPython(['onnx', 'onnxruntime', 'numpy', 'PIL']);
const WITHOUT =
  PYTHON === null
    ? ' (SKIPPED: no Python with onnx, onnxruntime, numpy and Pillow; set OVERREAD_PYTHON)'
    : '';

describe('manifests of estimates and tile maps', () => {
  const faults = (change: Partial<PackManifest>): string => {
    const checked = checkManifest(testManifest('x', new Uint8Array(4), { ...NOTHING, ...change }));
    return 'faults' in checked ? checked.faults.join('; ') : '';
  };
  const squash = testManifest('x', new Uint8Array()).preprocess;

  it.each<[string, Partial<PackManifest>, RegExp]>([
    [
      'a range that is turned over',
      { outputs: [{ ...AGE, range: [19, 1] }] },
      /from the least value to the largest/,
    ],
    ['a step beyond the range', { outputs: [{ ...AGE, roundTo: 50 }] }, /rounded to more than its range/],
    ['one label twice', { outputs: [AGE, { ...AGE, name: 'other' }] }, /‘Bone age’ is named twice/],
    [
      'a tile map over a border',
      {
        outputs: [TILES],
        preprocess: [
          ...squash.slice(0, -1),
          { op: 'resize', rows: SIZE, columns: SIZE, filter: 'triangle-antialias', aspect: 'letterbox' },
        ],
      },
      /tiles in a border/,
    ],
    [
      'tiles of another size than the input',
      { ...CUT, preprocess: [{ op: 'grey' }, { op: 'tiles', rows: 8, columns: 8 }] },
      /tiles of them/,
    ],
    ['tiles and a score', { ...CUT, outputs: [TILES, AGE] }, /kind ‘tiles’ only/],
    [
      'images of any size',
      { ...CUT, domain: testManifest('x', new Uint8Array()).domain },
      /how large an image may be/,
    ],
    [
      'images smaller than a tile',
      { ...CUT, domain: { ...(CUT.domain as PackManifest['domain']), minRows: 4 } },
      /at least that of a tile/,
    ],
    [
      'a segmentation of volumes',
      {
        outputs: [
          {
            kind: 'segmentation',
            name: 'm',
            activation: 'none',
            decide: 'argmax',
            classes: [{ channel: 0, id: 'a', label: 'A', structure: true }],
          },
        ],
      },
      /pack that reads volumes/,
    ],
  ])('are refused with %s', (_, change, words) => expect(faults(change)).toMatch(words));

  it('hold together as they stand', () => {
    expect(faults({ outputs: [AGE] })).toBe('');
    expect(faults({ outputs: [TILES] })).toBe('');
    expect(faults(CUT)).toBe('');
  });
});

describe('docs/bring-your-own-model.md', () => {
  it('shows outputs that are taken as they stand', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../../docs/bring-your-own-model.md'), 'utf8');
    const shown = [...page.matchAll(/^```json\n(.*?)^```$/gms)]
      .map(([, text = '']) => JSON.parse(text) as object)
      .filter((json) => 'kind' in json)
      .map((json) => packOutputSchema.parse(json).kind);
    expect(shown).toEqual(['regression', 'tiles']);
  });
});

describe.skipIf(PYTHON === null)(`the template’s golden cases${WITHOUT}`, () => {
  it.each<[string, OnnxGraph, Partial<PackManifest>]>([
    ['of an estimate', AGE_GRAPH, { ...NOTHING, outputs: [AGE] }],
    ['of a tile map over the image', TILES_GRAPH, { ...NOTHING, outputs: [TILES] }],
    ['of tiles that are cut', TILE_GRAPH, CUT],
  ])(
    '%s are what the engine gives',
    async (_, graph, manifest) => {
      const folder = writeTestPack(temporaryFolder(), 'plain', { graph, manifest });
      const script = join(temporaryFolder(), 'make_goldens.py');
      cpSync(resolve(import.meta.dirname, '../../../docs/model-pack-template/make_goldens.py'), script);
      mkdirSync(join(folder, 'golden'));
      writeFileSync(join(folder, 'CARD.md'), 'For tests.\n');
      runPython(PYTHON ?? '', [script, folder]);
      const { packs } = world();
      const check = await checkPack({ packs, source: folder });
      expect(check).toMatchObject({ ok: true, reason: null });
      expect(check.goldens).toHaveLength(3);
    },
    60_000,
  );
});
