import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onnxReader } from '../../../electron/inference/onnx-model.ts';
import { checkPack } from '../../../electron/services/check-pack.ts';
import { draftFromMonai } from '../../../electron/services/draft-monai.ts';
import { packManifestSchema } from '../../../electron/shared/pack.ts';
import { changeManifest } from '../../fixtures/pack-with-golden.ts';
import { findPython, runPython } from '../../fixtures/python.ts';
import { boneWeights, volumeWeights } from '../../fixtures/volume-pack.ts';
import { temporaryFolder } from '../store/parts.ts';
import { world } from './pack-world.ts';

const PYTHON = findPython(['onnx', 'onnxruntime', 'numpy']);
const WITHOUT =
  PYTHON === null ? ' (SKIPPED: no Python with onnx, onnxruntime and numpy; set OVERREAD_PYTHON)' : '';

const PORT = {
  type: 'image',
  num_channels: 1,
  spatial_shape: [24, 24, 16],
  dtype: 'float32',
  value_range: [0, 1],
  is_patch_data: true,
};

/** As bundles of organ segmentation are written. */
const INFERENCE = {
  imports: ['$import glob'],
  preprocessing: {
    _target_: 'Compose',
    transforms: [
      { _target_: 'LoadImaged', keys: 'image' },
      { _target_: 'EnsureChannelFirstd', keys: 'image' },
      { _target_: 'Orientationd', keys: 'image', axcodes: 'RAS' },
      { _target_: 'Spacingd', keys: 'image', pixdim: [1.5, 1.5, 2], mode: 'bilinear' },
      {
        _target_: 'ScaleIntensityRanged',
        keys: 'image',
        a_min: -57,
        a_max: 164,
        b_min: 0,
        b_max: 1,
        clip: true,
      },
      { _target_: 'EnsureTyped', keys: 'image' },
    ],
  },
  inferer: {
    _target_: 'SlidingWindowInferer',
    roi_size: [24, 24, 16],
    sw_batch_size: 4,
    overlap: 0.5,
    mode: 'gaussian',
  },
};

function bundle(
  weights: Uint8Array,
  change: { input?: object; output?: object; inference?: object | null } = {},
): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'configs'));
  mkdirSync(join(folder, 'models'));
  const output = {
    ...PORT,
    format: 'segmentation',
    num_channels: 2,
    channel_def: { '0': 'background', '1': 'Spleen (organ)' },
  };
  const metadata = {
    version: '0.5.0',
    name: 'Organ CT segmentation',
    network_data_format: {
      inputs: { image: { ...PORT, format: 'hounsfield', modality: 'CT', ...change.input } },
      outputs: { pred: { ...output, ...change.output } },
    },
  };
  writeFileSync(join(folder, 'configs/metadata.json'), JSON.stringify(metadata));
  const inference = change.inference === undefined ? INFERENCE : change.inference;
  if (inference !== null) writeFileSync(join(folder, 'configs/inference.json'), JSON.stringify(inference));
  writeFileSync(join(folder, 'models/model.onnx'), weights);
  return folder;
}

function draft(source: string) {
  const begun = draftFromMonai({
    onnx: onnxReader,
    source,
    out: join(temporaryFolder(), 'organ-ct-segmentation'),
  });
  const manifest = packManifestSchema.parse(
    JSON.parse(readFileSync(join(begun.path, 'manifest.json'), 'utf8')),
  );
  return { ...begun, manifest, words: begun.open.join('\n') };
}

const BONE = boneWeights([24, 24, 16]);

describe('a MONAI bundle of a network that reads volumes', () => {
  it('becomes the beginning of a pack, with what its configuration says in plain values', () => {
    const { manifest, words } = draft(bundle(BONE));
    expect(manifest).toMatchObject({
      id: 'organ-ct-segmentation',
      domain: { modalities: ['CT'], bodyParts: ['REPLACE'] },
      input: { name: 'volume', shape: [1, 1, 24, 24, 16] },
      preprocess: [],
      volume: {
        steps: [
          { op: 'modality-lut' },
          { op: 'orient', axes: 'RAH' },
          { op: 'spacing', mm: [1.5, 1.5, 2] },
          { op: 'scale-range', from: [-57, 164], to: [0, 1], clip: true },
        ],
        window: { overlap: 0.5, sigma: 0.125, pad: 0 },
      },
      outputs: [
        {
          kind: 'segmentation',
          name: 'logits',
          activation: 'softmax',
          decide: 'argmax',
          classes: [{ channel: 1, id: 'spleen-organ', label: 'Spleen (organ)' }],
        },
      ],
    });
    expect(words).toMatch(
      /body parts.*\n.*Taken: logits, a softmax.*\n.*taken for anatomical structures.*\n.*golden cases/,
    );
    expect(words).not.toMatch(/volume\.steps|volume\.window/);
  });

  it('lists what it does not say, or not in plain values', () => {
    expect(draft(bundle(BONE, { inference: null })).words).toMatch(
      /no configs\/inference\.json.*Taken: RAS[\s\S]*windows overlap is not stated/,
    );
    const [load, ...rest] = INFERENCE.preprocessing.transforms;
    const odd = draft(
      bundle(BONE, {
        inference: {
          preprocessing: {
            transforms: [
              load,
              { _target_: 'monai.transforms.Spacingd', pixdim: '@pixdim' },
              { _target_: 'CropForegroundd' },
              { _target_: 'NormalizeIntensityd', nonzero: true },
            ],
          },
          inferer: { _target_: 'SlidingWindowInferer', overlap: 0.25 },
        },
      }),
    );
    expect(odd.words).toMatch(
      /Spacingd of configs.*\n.*CropForegroundd of configs.*\n.*no orientation.*\n.*no spacing.*\n.*all of a window alike/,
    );
    expect(odd.manifest.volume?.steps).toEqual([
      { op: 'modality-lut' },
      { op: 'orient', axes: 'RAH' },
      { op: 'standardise', nonZeroOnly: true },
    ]);
    const turned = draft(bundle(BONE, { inference: { preprocessing: { transforms: [rest[2], rest[1]] } } }));
    expect(turned.words).toMatch(/resamples before it orients/);
  });

  it.each([
    ['any size', { input: { spatial_shape: ['16*n', '16*n', '16*n'] } }, /no fixed size/],
    ['several channels', { input: { num_channels: 4 } }, /4 channels/],
    ['channels without names', { output: { channel_def: {} } }, /does not name the 2 channels/],
    ['no segmentation', { output: { type: 'probabilities', format: 'classes' } }, /no segmentation/],
  ])('is refused with the reason: %s', (_, change, words) => {
    expect(() => draft(bundle(BONE, change))).toThrow(
      expect.objectContaining({ code: 'monai-unsupported', message: expect.stringMatching(words) }),
    );
  });

  it.skipIf(PYTHON === null)(
    `can be installed once its golden cases are made${WITHOUT}`,
    async () => {
      const python = PYTHON ?? '';
      const { path } = draft(bundle(volumeWeights(python, temporaryFolder(), 'two', [24, 24, 16])));
      const { packs } = world();
      expect(await checkPack({ packs, source: path })).toMatchObject({
        ok: false,
        code: 'pack-golden-missing',
      });
      changeManifest(path, (one) => ({ ...one, domain: { ...one.domain, bodyParts: ['ABDOMEN'] } }));
      runPython(python, [
        resolve(import.meta.dirname, '../../../docs/model-pack-template-volume/make_goldens.py'),
        path,
      ]);
      expect(await checkPack({ packs, source: path })).toMatchObject({ ok: true, reason: null });
    },
    60_000,
  );
});
