import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEngine, type LocalEngine } from '../../../../electron/inference/create-engine.ts';
import { inferenceRecordSchema } from '../../../../electron/shared/analysis.ts';
import type { PackManifest } from '../../../../electron/shared/pack.ts';
import type { AnalysisInput, AnalysisProgress, AnalyzeRequest } from '../../../../electron/shared/ports.ts';
import {
  AXIAL,
  lopsided,
  type TestStack,
  writeEnhancedStack,
  writeTestStack,
} from '../../../fixtures/test-stack.ts';
import { boneWeights, TEST_VOLUME, volumeManifest, writeVolumePack } from '../../../fixtures/volume-pack.ts';
import { temporaryFolder } from '../../store/parts.ts';

const WINDOW = [8, 16, 16] as const;
const STACK: TestStack = { shape: [14, 20, 24], spacing: [3, 2.5, 2.5], ...AXIAL, value: lopsided };

function engineWith(
  change: Partial<PackManifest> = {},
  volume: Partial<PackManifest['volume']> = {},
  rounds = 0,
): LocalEngine {
  const packs = temporaryFolder();
  const weights = boneWeights(WINDOW, rounds);
  writeVolumePack(packs, volumeManifest('bone-ct', weights, 'bone', WINDOW, volume, change), weights);
  const engine = createEngine({ packsDirectory: packs, overreadVersion: '9.9.9' });
  onTestFinished(() => engine.close());
  return engine;
}

const request = (inputs: readonly AnalysisInput[], more: Partial<AnalyzeRequest> = {}): AnalyzeRequest => ({
  studyInstanceUID: '1.2.3.77.1',
  inputs,
  stated: {},
  modelIds: null,
  device: 'cpu',
  withMaps: true,
  ...more,
});

async function resultOf(
  engine: LocalEngine,
  inputs: readonly AnalysisInput[],
  more: Partial<AnalyzeRequest> = {},
) {
  const [outcome] = await engine.analyze(request(inputs, more));
  return inferenceRecordSchema.parse(outcome?.record).result;
}

const stack = (change: Partial<TestStack> = {}) =>
  writeTestStack(join(temporaryFolder(), 'files'), { ...STACK, ...change });

describe('a model that reads whole stacks', () => {
  it('binds its masks to slices, says volumes in millilitres, and all that is needed to read them again', async () => {
    const inputs = stack();
    const heard: AnalysisProgress[] = [];
    const [outcome] = await engineWith().analyze(
      request(inputs.toReversed(), { onProgress: (one) => heard.push(one) }),
    );
    const record = inferenceRecordSchema.parse(outcome?.record);
    expect(record.result).toMatchObject({
      status: 'completed',
      reason: null,
      device: 'cpu',
      scores: [],
      findings: [],
    });
    const [segmentation] = record.result.segmentations ?? [];
    let voxels = 0;
    for (const { sopInstanceUID, frame, outputId, kind, png } of outcome?.maps ?? []) {
      expect([frame, outputId, kind]).toEqual([0, 'bone', 'mask']);
      expect(inputs.map(({ header }) => header.sopInstanceUID)).toContain(sopInstanceUID);
      const { width, height, data } = decode(png);
      expect([height, width]).toEqual([20, 24]);
      const set = [...data].filter((value) => value === 255).length;
      expect(set).toBeGreaterThan(0);
      voxels += set;
    }
    // A slice without a voxel has no mask.
    expect(outcome?.maps).toHaveLength(segmentation?.slicesWith ?? 0);
    expect(segmentation).toMatchObject({
      outputId: 'bone',
      label: 'Bone',
      voxels,
      slices: 14,
      seriesInstanceUID: '1.2.3.77.1.1',
    });
    expect(segmentation?.slicesWith).toBeLessThan(14);
    expect(segmentation?.volume_ml).toBeCloseTo((voxels * 3 * 2.5 * 2.5) / 1000, 9);
    expect(record.result.measurements).toEqual([
      {
        name: 'Bone volume',
        value: segmentation?.volume_ml,
        unit: 'ml',
        sopInstanceUID: '1.2.3.77.1.1.1',
        seriesInstanceUID: '1.2.3.77.1.1',
      },
    ]);
    expect(record.inputs).toHaveLength(14);
    expect(new Set(record.inputs.map(({ pixelSha256 }) => pixelSha256)).size).toBe(14);
    expect(record.volume).toMatchObject({
      window: TEST_VOLUME.window,
      grids: [{ imageShape: [14, 20, 24], modelShape: [14, 20, 24], windows: 8 }],
    });
    expect(outcome?.outputs).toMatchObject([
      { output: 'logits', shape: [14, 1, 20, 24], sopInstanceUID: '1.2.3.77.1.1.1' },
    ]);
    expect(heard.at(-1)).toEqual({
      modelId: 'bone-ct',
      what: 'series 1 (Stack 1)',
      phase: 'run',
      done: 8,
      of: 8,
    });
  }, 30_000);

  it.each<[string, Partial<TestStack>, RegExp]>([
    ['another modality', { modality: 'MR' }, /modality is MR; the model reads CT only/],
    ['another body part', { bodyPart: 'HEAD' }, /body part is HEAD; the model reads ABDOMEN only/],
    ['no body part', { bodyPart: '' }, /body part is not stated/],
    [
      'a slice that is missing',
      { change: (slice) => (slice === 6 ? null : []) },
      /no regular volume.*1 slice seems to be missing/,
    ],
    [
      'slices at uneven distances',
      {
        change: (slice) => (slice === 6 ? [{ tag: '00200032', vr: 'DS', value: [-28.75, -23.75, -1] }] : []),
      },
      /no regular volume.*distances between slices differ/,
    ],
    ['a tilted gantry', { along: [0, 0.3, 0.954] }, /no regular volume.*to the normal/],
    [
      'slices too far from each other',
      { spacing: [12, 2.5, 2.5] },
      /12\.00 mm apart; the model reads at most 10 mm/,
    ],
    ['too few slices', { shape: [2, 20, 24] }, /no regular volume/],
    [
      'no patient coordinates',
      { change: () => [{ tag: '00200032', vr: 'DS', value: '' }] },
      /no regular volume/,
    ],
    [
      'a stack turned by 40°',
      { row: [1, 0, 0], column: [0, 0.766044, 0.642788], along: [0, -0.642788, 0.766044] },
      /turned by 40\.0°.*at most 30°/,
    ],
  ])('abstains with the reason: %s', async (_, change, words) => {
    const engine = engineWith();
    const result = await resultOf(engine, stack(change));
    expect(result).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(words),
      measurements: [],
    });
    // Nothing was started for it.
    expect(engine.pid()).toBeUndefined();
  });

  it('abstains where a person states another body part than the file', async () => {
    const result = await resultOf(engineWith(), stack(), { stated: { bodyPart: 'HEAD' } });
    expect(result).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(/stated as HEAD, but the file says ABDOMEN/),
    });
  });

  it('reads every series that fits, and names those that do not', async () => {
    const folder = temporaryFolder();
    const both = [
      ...writeTestStack(folder, STACK),
      ...writeTestStack(folder, { ...STACK, series: 2, spacing: [4, 2.5, 2.5] }),
    ];
    const thick = writeTestStack(folder, { ...STACK, series: 3, spacing: [15, 2.5, 2.5] });
    const engine = engineWith();
    const [outcome] = await engine.analyze(request([...both, ...thick]));
    const { result, notes } = inferenceRecordSchema.parse(outcome?.record);
    expect(result.measurements.map(({ name, seriesInstanceUID }) => [name, seriesInstanceUID])).toEqual([
      ['Bone volume, series 1 (Stack 1)', '1.2.3.77.1.1'],
      ['Bone volume, series 2 (Stack 2)', '1.2.3.77.1.2'],
    ]);
    expect(notes).toEqual([
      expect.stringMatching(/^Not read: series 3 \(Stack 3\): Its slices are 15\.00 mm apart/),
    ]);
    expect(new Set(outcome?.maps.map(({ sopInstanceUID }) => sopInstanceUID.split('.').at(-2)))).toEqual(
      new Set(['1', '2']),
    );
  }, 30_000);

  it('reads one object of many frames as it reads a file a slice, and binds its masks to the frames', async () => {
    const engine = engineWith();
    const files = stack();
    const one = await engine.analyze(request(files));
    const many = await engine.analyze(
      request([writeEnhancedStack(join(temporaryFolder(), 'enhanced.dcm'), STACK)]),
    );
    const [apart, together] = [one[0]?.record.result, many[0]?.record.result];
    expect(together).toMatchObject({ status: 'completed', reason: null });
    expect(together?.segmentations?.[0]?.voxels).toBe(apart?.segmentations?.[0]?.voxels);
    expect(many[0]?.outputs[0]?.sha256).toBe(one[0]?.outputs[0]?.sha256);
    expect(many[0]?.record.inputs.map(({ frame }) => frame)).toEqual(
      Array.from({ length: 14 }, (_, at) => 13 - at),
    );
    // Slice n of the files is frame 14 − n of the object.
    const masks = new Map(
      one[0]?.maps.map(({ sopInstanceUID, png }) => [
        Number(sopInstanceUID.split('.').at(-1)),
        Buffer.from(png).toString('hex'),
      ]),
    );
    const framed = new Map(
      many[0]?.maps.map(({ frame, png }) => [14 - frame, Buffer.from(png).toString('hex')]),
    );
    expect(masks.size).toBeGreaterThan(3);
    expect(framed).toEqual(masks);
  }, 30_000);

  it('abstains where a slice is no longer the file that was indexed; a network of another shape is a failure', async () => {
    const inputs = stack();
    appendFileSync(inputs[5]?.location.path ?? '', 'x');
    const engine = engineWith();
    expect(await resultOf(engine, inputs)).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(/slice of series 1.*SHA-256 differs/),
    });
    const classes = [{ channel: 3, id: 'bone', label: 'Bone', structure: true as const, threshold: 0.5 }];
    const broken = engineWith({
      outputs: [
        { kind: 'segmentation', name: 'logits', activation: 'sigmoid', decide: 'threshold', classes },
      ],
    });
    expect(await resultOf(broken, stack())).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/must be \[1, at least 4/),
    });
  }, 30_000);

  it('is stopped in the middle, and the next study is read', async () => {
    const engine = engineWith({}, {}, 60);
    const inputs = stack();
    const cancel = new AbortController();
    let last: AnalysisProgress | null = null;
    const stopped = engine.analyze(
      request(inputs, {
        onProgress: (one) => {
          last = one;
          if (one.phase === 'run') cancel.abort();
        },
      }),
      cancel.signal,
    );
    await expect(stopped).rejects.toMatchObject({ type: 'cancelled' });
    expect(last).toMatchObject({ phase: 'run', of: 8 });
    expect((last as unknown as AnalysisProgress).done).toBeLessThan(8);
    expect(await resultOf(engine, inputs)).toMatchObject({ status: 'completed' });
  }, 60_000);
});
