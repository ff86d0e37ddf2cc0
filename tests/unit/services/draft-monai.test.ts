import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onnxReader } from '../../../electron/inference/onnx-model.ts';
import { draftFromMonai } from '../../../electron/services/draft-monai.ts';
import { checkPack } from '../../../electron/services/check-pack.ts';
import { packManifestSchema } from '../../../electron/shared/pack.ts';
import { writeOnnx } from '../../fixtures/onnx-writer.ts';
import { changeManifest, writeGoldenPack } from '../../fixtures/pack-with-golden.ts';
import { PLAIN_GRAPH, SIZE } from '../../fixtures/test-pack.ts';
import { temporaryFolder } from '../store/parts.ts';
import { world } from './pack-world.ts';

/** The one output that a bundle of one score has. */
const GRAPH = { ...PLAIN_GRAPH, outputs: [{ name: 'logit', shape: [1, 1] }] };

const INPUT = {
  type: 'image',
  format: 'magnitude',
  modality: 'X-ray',
  num_channels: 1,
  spatial_shape: [SIZE, SIZE],
  dtype: 'float32',
  value_range: [0, 1],
  is_patch_data: false,
  channel_def: { '0': 'image' },
};
const OUTPUT = {
  type: 'logits',
  format: 'classes',
  num_channels: 1,
  spatial_shape: [],
  dtype: 'float32',
  channel_def: { '0': 'Brightness' },
};

function bundle(
  change: { input?: object; output?: object; metadata?: object } = {},
  files: Record<string, Uint8Array> = { 'models/model.onnx': writeOnnx(GRAPH) },
): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'configs'));
  mkdirSync(join(folder, 'models'));
  const metadata = {
    schema: 'https://example.org/meta_schema.json',
    version: '0.4.1',
    monai_version: '1.4.0',
    name: 'Bright Images',
    intended_use: 'Tests only.',
    network_data_format: {
      inputs: { image: { ...INPUT, ...change.input } },
      outputs: { pred: { ...OUTPUT, ...change.output } },
    },
    ...change.metadata,
  };
  writeFileSync(join(folder, 'configs/metadata.json'), JSON.stringify(metadata));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

const draft = (source: string, out = join(temporaryFolder(), 'pack')) =>
  draftFromMonai({ onnx: onnxReader, source, out });

describe('a MONAI bundle that holds ONNX', () => {
  it('becomes the beginning of a pack; what its metadata does not state is listed, not guessed in silence', async () => {
    const begun = draft(bundle());
    expect(begun).toMatchObject({ id: 'bright-images', version: '0.4.1' });
    expect(begun.open.join('\n')).toMatch(
      /body parts.*\n.*not how an image gets there.*\n.*operatingPoints.*\n.*golden cases/,
    );
    const manifest = packManifestSchema.parse(
      JSON.parse(readFileSync(join(begun.path, 'manifest.json'), 'utf8')),
    );
    expect(manifest).toMatchObject({
      input: { name: 'image', shape: [1, 1, SIZE, SIZE] },
      outputs: [{ kind: 'score', name: 'logit', label: 'Brightness', activation: 'sigmoid' }],
      domain: { modalities: ['CR', 'DX'], bodyParts: ['REPLACE'] },
      weights: { opset: 13, parameters: 2 },
    });
    const { packs } = world();
    const unfinished = await checkPack({ packs, source: begun.path });
    expect(unfinished).toMatchObject({ ok: false, code: 'pack-golden-missing' });
    expect(unfinished.hints.join('\n')).toMatch(/REPLACE/);
    // With golden cases, it can be installed.
    const golden = writeGoldenPack(temporaryFolder(), 'plain');
    mkdirSync(join(begun.path, 'golden'));
    for (const name of ['golden/halves.png', 'golden/halves.json']) {
      writeFileSync(join(begun.path, name), readFileSync(join(golden, name)));
    }
    changeManifest(begun.path, (one) => ({
      ...one,
      golden: [{ input: 'golden/halves.png', expected: 'golden/halves.json' }],
    }));
    expect(await checkPack({ packs, source: begun.path })).toMatchObject({ ok: true, id: 'bright-images' });
  }, 60_000);

  it.each([
    [
      'a score of a volume',
      { input: { spatial_shape: [96, 96, 96], is_patch_data: true } },
      /no segmentation/,
    ],
    ['4D', { input: { spatial_shape: [8, 96, 96, 96] } }, /4 dimensions/],
    ['any size', { input: { spatial_shape: ['16*n', '16*n'] } }, /no fixed size/],
    ['colour', { input: { num_channels: 3 } }, /3 channels/],
    ['another range', { input: { value_range: [-1, 1] } }, /range is \[-1,1\]/],
    ['no range', { input: { value_range: undefined } }, /not stated/],
    ['several classes in one output', { output: { num_channels: 4 } }, /4 numbers.*split it/],
    ['a segmentation', { output: { type: 'image', format: 'segmentation' } }, /structure or a finding/],
    ['a version of its own kind', { metadata: { version: 'v1' } }, /MAJOR\.MINOR\.PATCH/],
  ])('is refused with every reason where a pack cannot say it: %s', (_, change, words) => {
    expect(() => draft(bundle(change))).toThrow(
      expect.objectContaining({ code: 'monai-unsupported', message: expect.stringMatching(words) }),
    );
  });

  it('is refused without metadata, without ONNX, with two, or over what is there', () => {
    expect(() => draft(temporaryFolder())).toThrow(expect.objectContaining({ code: 'monai-metadata' }));
    expect(() => draft(bundle({ metadata: { network_data_format: 1 } }))).toThrow(/network_data_format/);
    expect(() => draft(bundle({}, {}))).toThrow(/there is: none/);
    const onnx = writeOnnx(GRAPH);
    expect(() => draft(bundle({}, { 'models/a.onnx': onnx, 'models/b.onnx': onnx }))).toThrow(
      /one ONNX file/,
    );
    expect(() => draft(bundle({}, { 'models/a.onnx': Buffer.from('text') }))).toThrow(/no ONNX model/);
    expect(() => draft(bundle(), temporaryFolder())).toThrow(expect.objectContaining({ code: 'exists' }));
  });
});
