import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createEngine, type LocalEngine } from '../../../electron/inference/create-engine.ts';
import { type EngineSpawner, nodeSpawner } from '../../../electron/inference/engine-child.ts';
import { sigmoid } from '../../../electron/inference/postprocess/scores.ts';
import { pixelSha256 } from '../../../electron/dicom/pixel-hash.ts';
import { decodeFrame } from '../../../electron/dicom/decode-frame.ts';
import { inferenceRecordSchema } from '../../../electron/shared/analysis.ts';
import type { AnalysisInput, AnalyzeRequest } from '../../../electron/shared/ports.ts';
import { testImageBytes, writeTestImage } from '../../fixtures/test-image.ts';
import { PLAIN_GRAPH, SIZE, slowGraph, writeTestPack } from '../../fixtures/test-pack.ts';

const home = mkdtempSync(join(tmpdir(), 'overread-engine-test-'));
const engines: LocalEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});
afterAll(() => rmSync(home, { recursive: true }));

let folders = 0;
function packsFolder(): string {
  return join(home, `packs-${++folders}`);
}

function engineOn(packsDirectory: string, spawn?: EngineSpawner, stallTimeoutMs?: number): LocalEngine {
  const engine = createEngine({
    packsDirectory,
    overreadVersion: '9.9.9',
    ...(spawn ? { spawn } : {}),
    ...(stallTimeoutMs ? { stallTimeoutMs } : {}),
  });
  engines.push(engine);
  return engine;
}

function request(inputs: readonly AnalysisInput[], change: Partial<AnalyzeRequest> = {}): AnalyzeRequest {
  return {
    studyInstanceUID: '1.2.3.1',
    inputs,
    stated: {},
    modelIds: null,
    device: 'auto',
    withMaps: false,
    ...change,
  };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 600) throw new Error('waited for too long');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** An image whose preprocessed form is known: left half 0, right half 1; the mean of the input is 0.5. */
const HALVES = Uint16Array.from({ length: 32 * 32 }, (_, i) => (i % 32 < 16 ? 100 : 300));

describe('the engine', () => {
  it('reads an image and says all that is needed to read it again', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'plain');
    const engine = engineOn(packs);
    const input = writeTestImage(join(home, 'halves.dcm'), { pixels: HALVES });
    const [outcome, ...others] = await engine.analyze(request([input], { withMaps: true }));
    expect(others).toEqual([]);
    const record = inferenceRecordSchema.parse(outcome?.record);
    expect(record.result).toMatchObject({
      status: 'completed',
      reason: null,
      device: 'cpu',
      recordId: record.recordId,
    });
    // logit = mean × 8 − 4 = 0, up to the float32 of the mean.
    expect(record.result.scores[0]?.score).toBeCloseTo(0.5, 6);
    expect(record.result.scores[0]?.probability).toBeCloseTo(sigmoid(0.25), 6);
    const [finding] = record.result.findings;
    expect(finding).toMatchObject({
      label: 'Brightness',
      sopInstanceUID: '1.2.3.1.1.1',
      frame: 0,
      operatingPoint: 'balanced',
    });
    expect(finding?.box).toEqual([15.5, -0.5, 31.5, 31.5]);
    expect(record.result.measurements.map(({ name, value, unit }) => [name, value, unit])).toEqual([
      ['Field area', 512, 'px²'],
      ['Field share of the image', 50, '%'],
    ]);
    expect(record.inputs).toEqual([
      {
        sopInstanceUID: '1.2.3.1.1.1',
        frame: 0,
        fileSha256: input.sha256,
        pixelSha256: pixelSha256(await decodeFrame(testImageBytes({ pixels: HALVES }), 0)),
      },
    ]);
    expect(record.runtime).toMatchObject({
      device: 'cpu',
      threads: 1,
      onnxruntime: '1.30.0',
      overread: '9.9.9',
      precision: 'float32',
    });
    expect(record.model).toMatchObject({ id: 'plain', version: '1.2.3' });
    expect(record.preprocess).toHaveLength(5);
    expect(record.notes).toEqual([expect.stringMatching(/age is not stated/)]);
    expect(outcome?.maps.map(({ outputId, kind }) => [outputId, kind])).toEqual([
      ['field', 'mask'],
      ['attention', 'heatmap'],
    ]);
    const mask = decode(outcome?.maps[0]?.png ?? new Uint8Array());
    expect([mask.width, mask.height]).toEqual([32, 32]);
    expect([...mask.data.subarray(14, 18)]).toEqual([0, 0, 255, 255]);
    const { decode: read, preprocess, run, postprocess } = record.result.timings_ms;
    expect(Math.min(read, preprocess, run, postprocess)).toBeGreaterThan(0);
  });

  it('reads every image of a study that fits and names those that do not', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'plain');
    const inputs = [1, 2, 3].map((number) =>
      writeTestImage(join(home, `several-${number}.dcm`), {
        number,
        tags: number === 2 ? { '00185101': ['CS', 'LL'] } : {},
      }),
    );
    const [outcome] = await engineOn(packs).analyze(request(inputs));
    expect(outcome?.record.result.scores.map((score) => score.sopInstanceUID)).toEqual([
      '1.2.3.1.1.1',
      '1.2.3.1.1.3',
    ]);
    expect(outcome?.record.inputs).toHaveLength(2);
    expect(outcome?.record.notes?.join(' ')).toMatch(/Not read: 1 of 3 images: The view is LL/);
  });

  it('abstains once a study, without starting anything, where no image fits', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'plain');
    const engine = engineOn(packs);
    const inputs = [1, 2].map((number) =>
      writeTestImage(join(home, `ct-${number}.dcm`), { number, tags: { '00080060': ['CS', 'CT'] } }),
    );
    const outcomes = await engine.analyze(request(inputs));
    expect(outcomes.map(({ record }) => [record.result.status, record.result.reason])).toEqual([
      ['abstained', 'The modality is CT; the model reads CR or DX only.'],
    ]);
    expect(engine.pid()).toBeUndefined();
  });

  it('abstains where an image cannot be decoded or is not the file that was indexed', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'plain');
    const engine = engineOn(packs);
    const good = writeTestImage(join(home, 'good.dcm'), { number: 1 });
    const changed = writeTestImage(join(home, 'changed.dcm'), { number: 2 });
    writeFileSync(changed.location.path, testImageBytes({ number: 2, pixels: HALVES }));
    const [outcome] = await engine.analyze(request([good, changed]));
    expect(outcome?.record.result).toMatchObject({ status: 'abstained', scores: [], findings: [] });
    expect(outcome?.record.result.reason).toMatch(/1 of the 2 images.*SHA-256 differs/);
    const [after] = await engine.analyze(request([good]));
    expect(after?.record.result.status).toBe('completed');
  });

  it('shows on demand what a score rests on, by hiding parts of the image', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'plain');
    const engine = engineOn(packs);
    const input = writeTestImage(join(home, 'occluded.dcm'), { pixels: HALVES });
    const [outcome] = await engine.analyze(request([input], { withMaps: true, withOcclusion: true }));
    const map = outcome?.maps.find(({ outputId }) => outputId === 'occlusion-brightness');
    const { width, height, data } = decode(map?.png ?? new Uint8Array());
    expect([width, height, map?.kind]).toEqual([32, 32, 'heatmap']);
    // The score is the mean of the input: it falls where what is bright is hidden behind the mean, and rises on the dark half.
    const row = [...data.subarray(16 * 32, 17 * 32)];
    expect(Math.max(...row.slice(0, 12))).toBe(0);
    // A patch of 2 × 2 of 12 × 12 cells hides 1/36 of the image: (1 − 0.5) / 36 × 8 = 0.11 of the raw score, drawn at 255 a unit.
    expect(Math.min(...row.slice(20))).toBeGreaterThan(20);
    expect(Math.max(...row.slice(20))).toBeLessThan(40);
    const [without] = await engine.analyze(request([input], { withMaps: true }));
    expect(without?.maps.map(({ outputId }) => outputId)).toEqual(['field', 'attention']);
  });

  describe('and its own distances', () => {
    /** The distance is 8 × the mean of the input: 4 for HALVES, 6 where three quarters are bright. */
    const graph = {
      ...PLAIN_GRAPH,
      outputs: [...PLAIN_GRAPH.outputs, { name: 'layout_distance', shape: [1, 1] }],
      nodes: [...PLAIN_GRAPH.nodes, { op: 'Mul', inputs: ['mean', 'eight'], outputs: ['layout_distance'] }],
    };
    const reason = 'The layout is unlike that of every image that the model was made with';
    const BRIGHT = HALVES.map((_, i) => (i % 32 < 8 ? 100 : 300));

    function engineWithRule(limit: number): LocalEngine {
      const packs = packsFolder();
      const outOfDomain = [{ output: 'layout_distance', limit, reason }];
      writeTestPack(packs, 'plain', { graph, manifest: { outOfDomain } });
      return engineOn(packs);
    }

    it('abstain above the limit, with the reason, the distance and the limit, and without a score', async () => {
      const engine = engineWithRule(5);
      const input = writeTestImage(join(home, 'bright.dcm'), { pixels: BRIGHT });
      const [outcome] = await engine.analyze(request([input], { withMaps: true }));
      expect(outcome?.record.result).toMatchObject({
        status: 'abstained',
        reason: `${reason} (layout distance 6.00, limit 5.00)`,
        scores: [],
        findings: [],
        measurements: [],
      });
      expect(outcome?.maps).toEqual([]);
    });

    it('leave out an image of several and say so', async () => {
      const inputs = [HALVES, BRIGHT].map((pixels, i) =>
        writeTestImage(join(home, `foreign-${i}.dcm`), { number: i + 1, pixels }),
      );
      const [outcome] = await engineWithRule(5).analyze(request(inputs));
      expect(outcome?.record.result.status).toBe('completed');
      expect(outcome?.record.result.scores.map((score) => score.sopInstanceUID)).toEqual(['1.2.3.1.1.1']);
      expect(outcome?.record.inputs).toHaveLength(1);
      expect(outcome?.record.notes?.join(' ')).toContain(`Not read: 1 of 2 images: ${reason}`);
    });

    it('say nothing at the limit', async () => {
      const input = writeTestImage(join(home, 'at-limit.dcm'), { pixels: HALVES });
      const [outcome] = await engineWithRule(4).analyze(request([input]));
      expect(outcome?.record.result).toMatchObject({ status: 'completed', reason: null });
    });

    it('make the pack unusable where the graph has no such output', async () => {
      const packs = packsFolder();
      writeTestPack(packs, 'plain', {
        manifest: { outOfDomain: [{ output: 'absent', limit: 1, reason }] },
      });
      const input = writeTestImage(join(home, 'no-output.dcm'), { pixels: HALVES });
      const [outcome] = await engineOn(packs).analyze(request([input]));
      expect(outcome?.record.result).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(/absent/),
      });
    });
  });

  it('abstains where the decoder refuses the pixels, with its words', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'plain');
    const input = writeTestImage(join(home, 'garbled.dcm'), {
      jpeg: Uint8Array.from({ length: 500 }, (_, i) => i % 251),
    });
    const [outcome] = await engineOn(packs).analyze(request([input]));
    expect(outcome?.record.result).toMatchObject({ status: 'abstained', scores: [], findings: [] });
    expect(outcome?.record.result.reason).toMatch(
      /^The image cannot be read, so the model gives no result for this study: ./,
    );
  });

  it('records the device that was really used, and why', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'plain');
    const input = writeTestImage(join(home, 'device.dcm'));
    const [outcome] = await engineOn(packs).analyze(request([input], { device: 'coreml' }));
    if (process.platform === 'darwin') return;
    expect(outcome?.record.result).toMatchObject({ status: 'completed', device: 'cpu' });
    expect(outcome?.record.runtime.fallback).toMatch(/coreml was asked for/);
  });

  it('refuses a model that is not installed, and fails one that is damaged, whatever else is asked', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'plain');
    writeFileSync(join(writeTestPack(packs, 'damaged'), 'model.onnx'), 'x');
    const engine = engineOn(packs);
    const input = writeTestImage(join(home, 'models.dcm'));
    await expect(engine.analyze(request([input], { modelIds: ['absent'] }))).rejects.toMatchObject({
      code: 'model-unknown',
    });
    const outcomes = await engine.analyze(request([input]));
    expect(outcomes.map(({ record }) => [record.model.id, record.result.status])).toEqual([
      ['damaged', 'failed'],
      ['plain', 'completed'],
    ]);
    expect(outcomes[0]?.record.result.reason).toMatch(/weights of model damaged/);
  });
});

describe('a model that is broken', () => {
  it.each([
    ['bytes that are no model', { weights: Buffer.from('this is no model') }, /cannot be loaded/],
    [
      'an output that the manifest does not know',
      { graph: { ...slowGraph(1, 4), outputs: [{ name: 'logit', shape: [1, 1] }] } },
      /different inputs or outputs: mask/,
    ],
    [
      'values that are not numbers',
      {
        graph: {
          ...slowGraph(1, 4),
          constants: (slowGraph(1, 4).constants ?? []).map((c) =>
            c.name === 'zero' ? { ...c, values: [Number.NaN] } : c,
          ),
        },
      },
      /not numbers/,
    ],
  ])('fails with its reason and harms nothing else: %s', async (_what, options, reason) => {
    const packs = packsFolder();
    writeTestPack(packs, 'bad', options);
    writeTestPack(packs, 'good');
    const engine = engineOn(packs);
    const [input, ...more] = [1, 2, 3, 4, 5].map((number) =>
      writeTestImage(join(home, `bad-model-${number}.dcm`), { number }),
    );
    if (input === undefined) throw new Error('no image');
    const outcomes = await engine.analyze(request([input]));
    expect(outcomes.map(({ record }) => record.result.status)).toEqual(['failed', 'completed']);
    expect(outcomes[0]?.record.result.reason).toMatch(reason);
    // What was prepared for the failed one does not stand in the way of the next ones.
    for (let i = 0; i < 4; i++) await engine.analyze(request([input, ...more], { modelIds: ['bad'] }));
    const [last] = await engine.analyze(request([input], { modelIds: ['good'] }));
    expect(last?.record.result.status).toBe('completed');
  });
});

describe('a process that dies', () => {
  it('fails the request that it was working on, and no other', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'slow', { graph: slowGraph() });
    writeTestPack(packs, 'quick');
    const engine = engineOn(packs);
    const input = writeTestImage(join(home, 'killed.dcm'));
    await engine.analyze(request([input], { modelIds: ['quick'] }));
    const first = engine.pid();
    const slow = engine.analyze(request([input], { modelIds: ['slow'] }));
    const behind = [1, 2, 3].map(() => engine.analyze(request([input], { modelIds: ['quick'] })));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    process.kill(first ?? 0, 'SIGKILL');
    const [failed] = await slow;
    expect(failed?.record.result).toMatchObject({ status: 'failed', device: null, scores: [] });
    expect(failed?.record.result.reason).toMatch(/process ended.*SIGKILL/);
    for (const one of await Promise.all(behind)) expect(one[0]?.record.result.status).toBe('completed');
    expect(engine.pid()).not.toBe(first);
  });

  it('is started anew when it was killed while nothing ran', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'quick');
    const engine = engineOn(packs);
    const input = writeTestImage(join(home, 'idle.dcm'));
    await engine.analyze(request([input]));
    const first = engine.pid() ?? 0;
    process.kill(first, 'SIGKILL');
    await until(() => engine.pid() === undefined);
    const [outcome] = await engine.analyze(request([input]));
    expect(outcome?.record.result.status).toBe('completed');
    expect(engine.pid()).not.toBe(first);
  });

  it('is killed to cancel; what waits goes on', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'slow', { graph: slowGraph() });
    writeTestPack(packs, 'quick');
    const engine = engineOn(packs);
    const input = writeTestImage(join(home, 'cancelled.dcm'));
    await engine.analyze(request([input], { modelIds: ['quick'] }));
    const cancel = new AbortController();
    const began = performance.now();
    const slow = engine.analyze(request([input], { modelIds: ['slow'] }), cancel.signal);
    const behind = engine.analyze(request([input], { modelIds: ['quick'] }));
    setTimeout(() => cancel.abort(), 500);
    await expect(slow).rejects.toMatchObject({ type: 'cancelled' });
    expect(performance.now() - began).toBeLessThan(2500);
    expect((await behind)[0]?.record.result.status).toBe('completed');
  });

  it('is left alone when a request behind the one it works on is cancelled', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'slow', { graph: slowGraph(40) });
    writeTestPack(packs, 'quick');
    const engine = engineOn(packs);
    const input = writeTestImage(join(home, 'behind.dcm'));
    await engine.analyze(request([input], { modelIds: ['quick'] }));
    const first = engine.pid();
    const slow = engine.analyze(request([input], { modelIds: ['slow'] }));
    const cancels = [new AbortController(), new AbortController()];
    const behind = cancels.map(({ signal }) =>
      engine.analyze(request([input], { modelIds: ['quick'] }), signal),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const cancel of cancels) cancel.abort();
    for (const one of behind) await expect(one).rejects.toMatchObject({ type: 'cancelled' });
    expect((await slow)[0]?.record.result.status).toBe('completed');
    expect(engine.pid()).toBe(first);
  });

  it('is ended when it gives no sign of life', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'slow', { graph: slowGraph() });
    const engine = engineOn(packs, nodeSpawner(), 1500);
    const input = writeTestImage(join(home, 'stalled.dcm'));
    const [outcome] = await engine.analyze(request([input]));
    expect(outcome?.record.result.status).toBe('failed');
    expect(outcome?.record.result.reason).toMatch(/no sign for 2 s/);
  });

  it.each([
    [
      'talks nonsense',
      `process.on('message', (m) => process.send({ type: 'started', id: m.id }, () => process.send({ type: 'image', id: m.id })))`,
      /makes no sense/,
    ],
    ['dies at the start', `console.error('no library'); process.exit(3)`, /exit code 3.*no library/],
    [
      'aborts in the middle',
      `process.on('message', (m) => process.send({ type: 'started', id: m.id }, () => process.abort()))`,
      /SIGABRT/,
    ],
  ])('gives its reason when it %s', async (_what, code, reason) => {
    const packs = packsFolder();
    writeTestPack(packs, 'plain');
    const entry = join(home, `child-${++folders}.mjs`);
    writeFileSync(entry, code);
    const engine = engineOn(packs, nodeSpawner(new URL(`file://${entry}`)));
    const input = writeTestImage(join(home, 'odd-child.dcm'));
    const [outcome] = await engine.analyze(request([input]));
    expect(outcome?.record.result.status).toBe('failed');
    expect(outcome?.record.result.reason).toMatch(reason);
  });

  it('ends with the engine and leaves no maps behind', async () => {
    const packs = packsFolder();
    writeTestPack(packs, 'slow', { graph: slowGraph() });
    const engine = engineOn(packs);
    const input = writeTestImage(join(home, 'closed.dcm'));
    const temporary = mkdtempSync(join(home, 'tmp-'));
    vi.stubEnv('TMPDIR', temporary);
    try {
      const slow = engine.analyze(request([input], { withMaps: true }));
      await until(() => engine.pid() !== undefined);
      expect(readdirSync(temporary)).toHaveLength(1);
      const pid = engine.pid() ?? 0;
      await Promise.all([expect(slow).rejects.toMatchObject({ type: 'cancelled' }), engine.close()]);
      expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('goldens', () => {
  it('are run through the product’s own preprocessing, and a difference is told', async () => {
    const packs = packsFolder();
    const { encodeGreyPng } = await import('../../../electron/inference/postprocess/encode-png.ts');
    const golden = [
      { input: 'right.png', expected: 'right.json' },
      { input: 'right.png', expected: 'wrong.json' },
      { input: 'absent.png', expected: 'right.json' },
    ];
    const folder = writeTestPack(packs, 'plain', { manifest: { golden } });
    const pixels = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => (i % SIZE < SIZE / 2 ? 10 : 20));
    writeFileSync(join(folder, 'right.png'), encodeGreyPng(SIZE, SIZE, pixels));
    const expected = {
      scores: { Brightness: 0.5 },
      outputs: {
        logit: [0],
        map: {
          mean: 0.5,
          samples: [
            [0, 0, 0],
            [3, 15, 1],
          ],
        },
      },
    };
    writeFileSync(join(folder, 'right.json'), JSON.stringify(expected));
    const wrong = { ...expected, outputs: { map: { mean: 0.5, samples: [[3, 15, 0.99]] } } };
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify(wrong));
    const { device, checks } = await engineOn(packs).checkGoldens('plain', 'cpu');
    expect(device).toBe('cpu');
    expect(checks.map(({ ok }) => ok)).toEqual([true, false, false]);
    expect(checks[1]?.outputDifference).toBeCloseTo(0.01, 6);
    expect(checks[2]?.reason).toMatch(/absent\.png/);
  });
});
