import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkManifest } from '../../../../electron/inference/check-manifest.ts';
import { readNifti } from '../../../../electron/inference/volume/read-nifti.ts';
import { checkPack } from '../../../../electron/services/check-pack.ts';
import { verifyPacks } from '../../../../electron/services/verify-packs.ts';
import type { Golden, PackManifest } from '../../../../electron/shared/pack.ts';
import { changeManifest } from '../../../fixtures/pack-with-golden.ts';
import { findPython, runPython } from '../../../fixtures/python.ts';
import { boneWeights, volumeManifest, volumeWeights } from '../../../fixtures/volume-pack.ts';
import { world } from '../../services/pack-world.ts';
import { temporaryFolder } from '../../store/parts.ts';

const PYTHON = findPython(['onnx', 'onnxruntime', 'numpy']);
const WITHOUT =
  PYTHON === null ? ' (SKIPPED: no Python with onnx, onnxruntime and numpy; set OVERREAD_PYTHON)' : '';
const TEMPLATE = resolve(import.meta.dirname, '../../../../docs/model-pack-template-volume');

/** The template with a network in it, and golden cases by its own script. */
function fromTemplate(
  python: string,
  kind: 'bone' | 'two',
  change: (manifest: PackManifest) => object = (one) => one,
): string {
  const home = temporaryFolder();
  const folder = join(home, 'my-volume-model');
  cpSync(TEMPLATE, folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), volumeWeights(python, home, kind, [32, 32, 32]));
  changeManifest(folder, change);
  runPython(python, [join(folder, 'make_goldens.py'), folder]);
  return folder;
}

function changeGolden(folder: string, change: (golden: Golden) => object): void {
  const path = join(folder, 'golden/axial.json');
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as Golden)));
}

describe.skipIf(PYTHON === null)(`a pack that reads volumes, made from the template${WITHOUT}`, () => {
  const python = PYTHON ?? '';

  it('gives what its script gave, is checked, installed and verified', async () => {
    const folder = fromTemplate(python, 'bone');
    const site = world();
    const check = await checkPack({ packs: site.packs, source: folder });
    expect(check).toMatchObject({ ok: true, reason: null, id: 'my-volume-model' });
    expect(check.goldens).toHaveLength(2);
    for (const { ok, outputDifference } of check.goldens)
      expect([ok, outputDifference < 1e-4]).toEqual([true, true]);
    expect(check.hints.join('\n')).toMatch(/REPLACE/);
    await site.install(folder);
    const [verified] = await verifyPacks(site.packs, { device: 'cpu' });
    expect(verified).toMatchObject({ id: 'my-volume-model', ok: true });
  }, 60_000);

  it('also with argmax over a softmax, in other axes and standardised', async () => {
    const folder = fromTemplate(python, 'two', (manifest) => ({
      ...manifest,
      volume: {
        ...manifest.volume,
        steps: [
          { op: 'modality-lut' },
          { op: 'orient', axes: 'RAH' },
          { op: 'spacing', mm: [1.7, 1.7, 3] },
          { op: 'standardise', nonZeroOnly: true },
        ],
        window: { overlap: 0.5, sigma: 0.3, pad: -1 },
      },
      outputs: [
        {
          kind: 'segmentation',
          name: 'logits',
          activation: 'softmax',
          decide: 'argmax',
          classes: [{ channel: 1, id: 'bone', label: 'Bone', structure: true }],
        },
      ],
    }));
    const check = await checkPack({ packs: world().packs, source: folder });
    expect(check).toMatchObject({ ok: true, reason: null });
  }, 60_000);

  it('is refused where probabilities or voxels come out differently, or a golden input is no volume', async () => {
    const { packs } = world();
    const folder = fromTemplate(python, 'bone');
    const golden = JSON.parse(readFileSync(join(folder, 'golden/axial.json'), 'utf8')) as Golden;
    changeGolden(folder, (one) => ({
      ...one,
      volume: { ...one.volume, mean: (one.volume?.mean ?? 0) + 0.01 },
    }));
    expect(await checkPack({ packs, source: folder })).toMatchObject({
      code: 'pack-golden',
      reason: expect.stringMatching(/axial.*differ by up to 0\.01/),
    });
    changeGolden(folder, () => ({
      ...golden,
      volume: { ...golden.volume, voxels: { bone: (golden.volume?.voxels['bone'] ?? 0) + 40 } },
    }));
    expect(await checkPack({ packs, source: folder })).toMatchObject({
      code: 'pack-golden',
      reason: expect.stringMatching(/bone has \d+ voxels, \d+ were expected/),
    });
    writeFileSync(join(folder, 'golden/axial.nii.gz'), gzipSync(Buffer.alloc(1000)));
    expect(await checkPack({ packs, source: folder })).toMatchObject({
      code: 'pack-golden',
      reason: expect.stringMatching(/NIfTI-1/),
    });
  }, 60_000);
});

describe('the manifest of a pack that reads volumes', () => {
  const weights = boneWeights([8, 8, 8]);
  const faults = (change: Partial<PackManifest>, volume: Partial<PackManifest['volume']> = {}): string => {
    const checked = checkManifest(volumeManifest('bone-ct', weights, 'bone', [8, 8, 8], volume, change));
    return 'faults' in checked ? checked.faults.join('; ') : '';
  };
  const segmentation = volumeManifest('x', weights, 'bone', [8, 8, 8]).outputs[0] as Extract<
    PackManifest['outputs'][number],
    { kind: 'segmentation' }
  >;
  const [bone] = segmentation.classes;

  it('holds together as it stands', () => expect(faults({})).toBe(''));

  it.each<[string, Partial<PackManifest>, Partial<PackManifest['volume']>, RegExp]>([
    [
      'an input of an image',
      { input: { name: 'volume', dtype: 'float32', shape: [1, 1, 8, 8] } },
      {},
      /three sizes of a window/,
    ],
    ['steps of an image', { preprocess: [{ op: 'grey' }] }, {}, /preprocess must be empty/],
    [
      'steps out of order',
      {},
      { steps: [{ op: 'orient', axes: 'HPL' }, { op: 'modality-lut' }] },
      /in this order/,
    ],
    [
      'a step twice',
      {},
      {
        steps: [
          { op: 'orient', axes: 'HPL' },
          { op: 'orient', axes: 'RAH' },
        ],
      },
      /in this order/,
    ],
    ['no orientation', {}, { steps: [{ op: 'modality-lut' }] }, /how the input lies/],
    ['two axes of one kind', {}, { steps: [{ op: 'orient', axes: 'HFL' }] }, /L\/R, P\/A and H\/F/],
    [
      'two classes of one channel',
      {
        outputs: [
          {
            ...segmentation,
            classes: [bone as never, { ...(bone as object), id: 'b', label: 'B' } as never],
          },
        ],
      },
      {},
      /two classes have the channel/,
    ],
    [
      'no threshold',
      {
        outputs: [{ ...segmentation, classes: [{ channel: 0, id: 'bone', label: 'Bone', structure: true }] }],
      },
      {},
      /has no threshold/,
    ],
    ['another output beside', { outputs: [segmentation, segmentation] }, {}, /one output/],
    [
      'a view',
      { domain: { ...volumeManifest('x', weights, 'bone', [8, 8, 8]).domain, views: ['PA'] } },
      {},
      /slices have no view/,
    ],
  ])('is refused with %s', (_, change, volume, words) => expect(faults(change, volume)).toMatch(words));
});

describe('a golden volume', () => {
  it('is refused where it is cut, of another kind, or unfolds too far', () => {
    expect(() => readNifti(Buffer.alloc(100))).toThrow(/too short/);
    expect(() => readNifti(Buffer.alloc(400))).toThrow(/little endian/);
    expect(() => readNifti(gzipSync(Buffer.alloc(2 ** 27 + 1)))).toThrow(/unfolded/);
    const header = Buffer.alloc(352);
    header.writeInt32LE(348, 0);
    [3, 100, 100, 100].forEach((size, at) => header.writeInt16LE(size, 40 + at * 2));
    header.writeInt16LE(4, 70);
    header.writeInt16LE(16, 72);
    header.writeFloatLE(352, 108);
    expect(() => readNifti(header)).toThrow(/sform/);
    header.writeInt16LE(1, 254);
    expect(() => readNifti(header)).toThrow(/ends before its values/);
  });
});
