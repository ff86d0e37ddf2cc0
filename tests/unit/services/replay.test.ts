import { hash, randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { compareReplay } from '../../../electron/inference/compare-replay.ts';
import { createEngine, type LocalEngine } from '../../../electron/inference/create-engine.ts';
import { encodeGreyPng } from '../../../electron/inference/postprocess/encode-png.ts';
import { packValues, unpackValues } from '../../../electron/inference/raw-output.ts';
import { analyzePaths } from '../../../electron/services/analyze-paths.ts';
import { analyzeStudy } from '../../../electron/services/analyze-study.ts';
import { replayAll } from '../../../electron/services/replay-all.ts';
import { recordIdsSince, replayRecord } from '../../../electron/services/replay-record.ts';
import type { InferenceRecord } from '../../../electron/shared/analysis.ts';
import type { Engine, Recorded, Store } from '../../../electron/shared/ports.ts';
import { modelName } from '../../../electron/shared/model-name.ts';
import { type ReplayReport, replayReportSchema, replaySumSchema } from '../../../electron/shared/replay.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { type TestImage, testImageBytes } from '../../fixtures/test-image.ts';
import { PLAIN_GRAPH, writeTestPack } from '../../fixtures/test-pack.ts';

const home = mkdtempSync(join(tmpdir(), 'overread-replay-test-'));
let engine: LocalEngine;
beforeAll(() => {
  writeTestPack(join(home, 'packs'), 'plain');
  engine = createEngine({ packsDirectory: join(home, 'packs'), overreadVersion: '9.9.9' });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

const BASE = { modelIds: null, device: 'auto', actor: 'operator' } as const;

function newStore(): Store {
  const store = openStore({ directory: mkdtempSync(join(home, 'data-')) });
  onTestFinished(() => store.close());
  return store;
}

function put(store: Store, image: TestImage = {}): string {
  const bytes = testImageBytes(image);
  const sha256 = hash('sha256', bytes);
  store.blobs.put(bytes, sha256);
  const header = readHeader(bytes);
  const staged = { header, sha256, bytes: bytes.length, sourcePath: '/from' };
  store.studies.storeStudy(header.studyInstanceUID, [staged], null, 'operator');
  return header.studyInstanceUID;
}

async function analysed(store: Store, studyInstanceUID: string): Promise<string> {
  const { result } = await analyzeStudy({ store, engine, studyInstanceUID, ...BASE });
  return result.results[0]?.recordId ?? '';
}

async function replay(store: Store, recordId: string, by: Engine = engine) {
  const report = await replayRecord({
    store,
    engine: by,
    compare: compareReplay,
    recordId,
    actor: 'operator',
  });
  return replayReportSchema.parse(report);
}

/** The record under a new id, changed, with its outputs changed: as if it had been made so. */
async function falsified(
  store: Store,
  recordId: string,
  change: (recorded: Recorded) => Recorded | Promise<Recorded>,
): Promise<string> {
  const record = store.results.record(recordId) as InferenceRecord;
  const changed = await change({ record, outputs: store.results.outputs(recordId) });
  const id = randomUUID();
  store.results.save({ ...changed.record, recordId: id }, [], changed.outputs);
  return id;
}

/** Adds to every value of one output. */
const shifted =
  (name: string, by: number) =>
  async ({ record, outputs }: Recorded): Promise<Recorded> => ({
    record,
    outputs: await Promise.all(
      outputs.map(async (output) =>
        output.output === name
          ? {
              ...output,
              sha256: 'f'.repeat(64),
              data: await packValues(unpackValues(output.data).values.map((value) => value + by)),
            }
          : output,
      ),
    ),
  });

describe('a record of a study of the store', () => {
  it('is identical when nothing has changed, and keeps what the network gave', async () => {
    const store = newStore();
    const recordId = await analysed(store, put(store));
    expect(store.results.outputs(recordId).map(({ output, shape }) => [output, shape])).toEqual([
      ['logit', [1, 1]],
      ['map', [1, 1, 16, 16]],
      ['mask', [1, 1, 16, 16]],
    ]);
    expect(await replay(store, recordId)).toMatchObject({
      verdict: 'identical',
      reason: null,
      largestDifference: 0,
      differences: [],
      environment: [],
      outputsCompared: true,
    });
    expect(store.audit.list(1, 0)[0]).toMatchObject({
      action: 'replay',
      detail: { recordId, verdict: 'identical' },
    });
  });

  it('is within the tolerance for a difference of rounding, and says the largest', async () => {
    const store = newStore();
    const recordId = await analysed(store, put(store));
    const report = await replay(store, await falsified(store, recordId, shifted('logit', 4e-4)));
    expect(report).toMatchObject({ verdict: 'within-tolerance', differences: [] });
    expect(report.largestDifference).toBeCloseTo(4e-4, 5);
  });

  it.each([
    ['one value of the network', shifted('map', 0.01), /output map of image .*value \d+ of the 256 kept/],
    [
      'a score',
      ({ record, outputs }: Recorded): Recorded => {
        const scores = record.result.scores.map((one) => ({ ...one, score: one.score + 0.01 }));
        return { record: { ...record, result: { ...record.result, scores } }, outputs };
      },
      /score Brightness of image/,
    ],
    [
      'an operating point',
      ({ record, outputs }: Recorded): Recorded => {
        const findings = record.result.findings.map((one) => ({ ...one, operatingPoint: null }));
        return { record: { ...record, result: { ...record.result, findings } }, outputs };
      },
      /operating point of finding 1 \(Brightness\)/,
    ],
    [
      'the pixels',
      ({ record, outputs }: Recorded): Recorded => ({
        record: { ...record, inputs: record.inputs.map((one) => ({ ...one, pixelSha256: '0' })) },
        outputs,
      }),
      /pixels of image 1\.2\.3/,
    ],
  ])('is different where %s differs, and says where', async (_what, change, where) => {
    const store = newStore();
    const recordId = await analysed(store, put(store));
    const report = await replay(store, await falsified(store, recordId, change));
    expect(report.verdict).toBe('different');
    expect(report.differences[0]?.where).toMatch(where);
  });

  it('of an abstention is identical while the same rule fires, whatever is stated since', async () => {
    const store = newStore();
    const uid = put(store, { tags: { '00180015': null } });
    const recordId = await analysed(store, uid);
    expect(await replay(store, recordId)).toMatchObject({ verdict: 'identical', outputsCompared: false });
    store.studies.state(uid, { bodyPart: 'CHEST' }, 'operator');
    expect(await replay(store, recordId)).toMatchObject({ verdict: 'identical' });
  });

  it('reads again the images that it names, though others came to the study since', async () => {
    const store = newStore();
    const uid = put(store, { study: 1, number: 1 });
    const recordId = await analysed(store, uid);
    put(store, { study: 1, number: 2 });
    expect(await replay(store, recordId)).toMatchObject({ verdict: 'identical' });
  });

  it('differs when its file is damaged, and goes with its study', async () => {
    const store = newStore();
    const uid = put(store);
    const recordId = await analysed(store, uid);
    const path = store.studies.instancesOf(uid)[0]?.location.path ?? '';
    writeFileSync(path, 'damaged');
    expect(await replay(store, recordId)).toMatchObject({
      verdict: 'different',
      reason: expect.stringMatching(/SHA-256/),
      differences: [{ where: 'status', recorded: 'completed', now: 'abstained' }],
    });
    store.studies.remove(uid, 'operator');
    await expect(replay(store, recordId)).rejects.toMatchObject({ code: 'record-unknown' });
  });

  it('cannot be replayed by another version or other weights, and says which it needs', async () => {
    const store = newStore();
    const recordId = await analysed(store, put(store));
    const packs = mkdtempSync(join(home, 'other-'));
    writeTestPack(packs, 'plain', { manifest: { version: '1.3.0' } });
    const newer = createEngine({ packsDirectory: packs, overreadVersion: '9.9.9' });
    onTestFinished(() => newer.close());
    expect(await replay(store, recordId, newer)).toMatchObject({
      verdict: 'not-possible',
      reason: expect.stringMatching(/made with plain 1\.2\.3; installed is 1\.3\.0\. Install that version/),
    });
    const none = createEngine({ packsDirectory: mkdtempSync(join(home, 'none-')), overreadVersion: '9.9.9' });
    onTestFinished(() => none.close());
    expect((await replay(store, recordId, none)).reason).toMatch(/plain 1\.2\.3 is not installed/);
    const retrained = mkdtempSync(join(home, 'retrained-'));
    const constants = [
      { name: 'eight', shape: [1], values: [8] },
      { name: 'four', shape: [1], values: [5] },
    ];
    writeTestPack(retrained, 'plain', { graph: { ...PLAIN_GRAPH, constants } });
    const same = createEngine({ packsDirectory: retrained, overreadVersion: '9.9.9' });
    onTestFinished(() => same.close());
    expect((await replay(store, recordId, same)).reason).toMatch(/with other weights/);
  });

  it('is replayed by the version that it names, which lies beside the one that runs', async () => {
    const store = newStore();
    const uid = put(store);
    const recordId = await analysed(store, uid);
    const packs = mkdtempSync(join(home, 'build-'));
    const installed = mkdtempSync(join(home, 'installed-'));
    const constants = [
      { name: 'eight', shape: [1], values: [2] },
      { name: 'four', shape: [1], values: [1] },
    ];
    writeTestPack(packs, 'plain', { manifest: { version: '1.3.0' }, graph: { ...PLAIN_GRAPH, constants } });
    cpSync(join(home, 'packs/plain'), join(installed, 'plain/1.2.3'), { recursive: true });
    const both = createEngine({
      packsDirectory: packs,
      installedDirectory: installed,
      overreadVersion: '9.9.9',
    });
    onTestFinished(() => both.close());
    expect(both.packs().map(({ version }) => version)).toEqual(['1.3.0']);
    expect(await replay(store, recordId, both)).toMatchObject({
      verdict: 'identical',
      model: { version: '1.2.3' },
    });
    const now = await analyzeStudy({ store, engine: both, studyInstanceUID: uid, ...BASE });
    expect(now.result.results[0]?.model).toMatchObject({ version: '1.3.0' });
    expect(now.result.results[0]?.model).not.toHaveProperty('signature');
  });

  it('names an installed model whose pack is not signed as that', async () => {
    const store = newStore();
    const uid = put(store);
    const installed = mkdtempSync(join(home, 'installed-'));
    cpSync(join(home, 'packs/plain'), join(installed, 'plain/1.2.3'), { recursive: true });
    const only = createEngine({
      packsDirectory: mkdtempSync(join(home, 'none-')),
      installedDirectory: installed,
      overreadVersion: '9.9.9',
    });
    onTestFinished(() => only.close());
    const { result } = await analyzeStudy({ store, engine: only, studyInstanceUID: uid, ...BASE });
    const [{ model, recordId } = { model: null, recordId: null }] = result.results;
    expect(model).toMatchObject({ id: 'plain', signature: 'not-signed' });
    expect(store.results.record(recordId ?? '')?.model).toMatchObject({ signature: 'not-signed' });
    expect(model === null ? '' : modelName(model)).toBe('plain 1.2.3 (not signed)');
    expect(await replay(store, recordId ?? '', only)).toMatchObject({ verdict: 'identical' });
  });

  it('names what this build has otherwise', async () => {
    const store = newStore();
    const recordId = await analysed(store, put(store));
    const older = await falsified(store, recordId, ({ record, outputs }) => ({
      record: { ...record, runtime: { ...record.runtime, onnxruntime: '1.0.0' } },
      outputs,
    }));
    const [other] = (await replay(store, older)).environment;
    expect(other).toMatchObject({ where: 'onnxruntime', recorded: '1.0.0' });
  });

  it('that is not there is refused', async () => {
    await expect(replay(newStore(), randomUUID())).rejects.toMatchObject({ code: 'record-unknown' });
    await expect(replay(newStore(), '../../etc/passwd')).rejects.toMatchObject({ code: 'record-unknown' });
  });
});

const stated = { modality: 'DX', bodyPart: 'CHEST', view: 'PA', age: 40 };

/** Reads files that are not in the store and gives the record's id. */
async function read(store: Store, paths: readonly string[]): Promise<string> {
  const { results, refused } = await analyzePaths({
    ...BASE,
    paths,
    engine,
    store,
    stated,
    withMaps: false,
  });
  expect(refused).toEqual([]);
  return results[0]?.results[0]?.recordId ?? '';
}

describe('a record of files', () => {
  const pixels = Uint8Array.from({ length: 40 * 30 }, (_, i) => (i * 7) % 251);
  const png = encodeGreyPng(30, 40, pixels);
  it.each([
    ['a DICOM file', testImageBytes()],
    ['a plain image with what was stated of it', png],
  ])('%s is identical while it is unchanged', async (_what, bytes) => {
    const store = newStore();
    const path = join(mkdtempSync(join(home, 'files-')), 'image');
    writeFileSync(path, bytes);
    const recordId = await read(store, [path]);
    expect(await replay(store, recordId)).toMatchObject({ verdict: 'identical', outputsCompared: true });
  });

  it('that was changed or moved cannot be replayed', async () => {
    const store = newStore();
    const folder = mkdtempSync(join(home, 'files-'));
    const path = join(folder, 'a.dcm');
    writeFileSync(path, testImageBytes());
    const recordId = await read(store, [path]);
    writeFileSync(path, testImageBytes({ tags: { '00081030': ['LO', 'Changed'] } }));
    expect(await replay(store, recordId)).toMatchObject({
      verdict: 'not-possible',
      reason: expect.stringMatching(/no longer the one that was read/),
    });
    cpSync(path, join(folder, 'b.dcm'));
    rmSync(path);
    expect((await replay(store, recordId)).reason).toMatch(/a\.dcm cannot be read as it was/);
  });

  it('are listed with those of studies, since a time', async () => {
    const store = newStore();
    const path = join(mkdtempSync(join(home, 'files-')), 'a.dcm');
    writeFileSync(path, testImageBytes());
    const ids = [await analysed(store, put(store)), await read(store, [path])];
    expect(await recordIdsSince(store, '2020-01-01T00:00:00.000Z')).toEqual(ids);
    expect(await recordIdsSince(store, '2999-01-01T00:00:00.000Z')).toEqual([]);
  });
});

describe('every record of a data folder', () => {
  const all = (store: Store, since?: string) => {
    const reports: ReplayReport[] = [];
    return replayAll({
      store,
      engine,
      compare: compareReplay,
      actor: 'operator',
      ...(since === undefined ? {} : { since }),
      onReport: (report) => {
        reports.push(report);
      },
    }).then((sum) => ({ sum: replaySumSchema.parse(sum), reports }));
  };

  it('is replayed, of studies and of files, and summed up; what differs is named', async () => {
    const store = newStore();
    const path = join(mkdtempSync(join(home, 'files-')), 'a.dcm');
    writeFileSync(path, testImageBytes());
    const good = [await analysed(store, put(store)), await read(store, [path])];
    expect((await all(store)).sum).toMatchObject({ records: 2, identical: 2, notGood: [] });
    const bad = await falsified(store, good[0] ?? '', shifted('logit', 0.5));
    const { sum, reports } = await all(store);
    expect(sum).toMatchObject({ records: 3, identical: 2, different: 1, notPossible: 0 });
    expect(sum.notGood.map(({ recordId }) => recordId)).toEqual([bad]);
    expect(reports.map(({ recordId }) => recordId).toSorted()).toEqual([...good, bad].toSorted());
    expect((await all(store, '2999-01-01T00:00:00.000Z')).sum.records).toBe(0);
  });

  it('leaves out what has no result: a run that failed', async () => {
    const store = newStore();
    const recordId = await analysed(store, put(store));
    const record = store.results.record(recordId);
    if (record === undefined) throw new Error('There is no record.');
    const failed = { ...record.result, status: 'failed' as const, reason: 'The engine ended.' };
    store.results.save({ ...record, recordId: 'f'.repeat(36), result: failed }, [], []);
    expect((await all(store)).sum).toMatchObject({
      records: 2,
      identical: 1,
      withoutResult: 1,
      different: 0,
    });
  });
});
