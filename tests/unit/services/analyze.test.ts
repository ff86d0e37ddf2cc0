import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { wrapPlainImage } from '../../../electron/dicom/wrap-image.ts';
import { createEngine, type LocalEngine } from '../../../electron/inference/create-engine.ts';
import { encodeGreyPng } from '../../../electron/inference/postprocess/encode-png.ts';
import { analyzePaths, type AnalyzePathsRequest } from '../../../electron/services/analyze-paths.ts';
import { mapFileName, writeMaps } from '../../../electron/services/analyze-maps.ts';
import { looseRecord } from '../../../electron/services/analyze-records.ts';
import { analyzeStudies, analyzeStudy } from '../../../electron/services/analyze-study.ts';
import { createAnalysisQueue } from '../../../electron/services/analysis-queue.ts';
import { watchImports } from '../../../electron/services/watch-imports.ts';
import { listPacks, verifyPacks } from '../../../electron/services/verify-packs.ts';
import { Cancelled } from '../../../electron/shared/errors.ts';
import type { AnalyzeRequest, Engine, Store } from '../../../electron/shared/ports.ts';
import type { Stated } from '../../../electron/shared/study.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { COMMITTED } from '../store/parts.ts';
import { type TestImage, testImageBytes } from '../../fixtures/test-image.ts';
import { SIZE, writeTestPack } from '../../fixtures/test-pack.ts';

const home = mkdtempSync(join(tmpdir(), 'overread-analyze-test-'));
const packs = join(home, 'packs');
let engine: LocalEngine;
beforeAll(() => {
  writeTestPack(packs, 'plain');
  engine = createEngine({ packsDirectory: packs, overreadVersion: '9.9.9' });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

function newStore(directory = mkdtempSync(join(home, 'data-'))): Store {
  const store = openStore({ directory });
  onTestFinished(() => store.close());
  return store;
}

function putBytes(store: Store, objects: readonly Uint8Array[], stated: Stated | null = null): string {
  const staged = objects.map((bytes) => {
    const sha256 = hash('sha256', bytes);
    store.blobs.put(bytes, sha256);
    return { header: readHeader(bytes), sha256, bytes: bytes.length, sourcePath: '/from' };
  });
  const uid = staged[0]?.header.studyInstanceUID ?? '';
  store.studies.storeStudy(uid, staged, stated, 'operator');
  return uid;
}

const put = (store: Store, ...images: TestImage[]): string => putBytes(store, images.map(testImageBytes));

const BASE = { modelIds: null, device: 'auto', actor: 'operator' } as const;

describe('analysing a study of the store', () => {
  it('keeps the record, the maps and an audit entry', async () => {
    const store = newStore();
    const uid = put(store, { rows: 40, columns: 60 });
    const { result, maps } = await analyzeStudy({ store, engine, studyInstanceUID: uid, ...BASE });
    expect(result.studyInstanceUID).toBe(uid);
    expect(result.results.map(({ status }) => status)).toEqual(['completed']);
    expect(store.results.latest(uid)).toEqual(result.results);
    const recordId = result.results[0]?.recordId ?? '';
    expect(store.results.record(recordId)?.inputs).toHaveLength(1);
    expect(
      store.results
        .mapsOf(uid)
        .map(({ outputId }) => outputId)
        .toSorted(),
    ).toEqual(['attention', 'field']);
    const map = store.results.map(recordId, 'field', '1.2.3.1.1.1', 0);
    expect(map && decode(map)).toMatchObject({ width: 60, height: 40 });
    expect(maps).toHaveLength(2);
    const [entry] = store.audit.list(1, 0);
    expect(entry).toMatchObject({ action: 'analyze', actor: 'operator', studyInstanceUID: uid });
    expect(store.audit.verify().brokenAt).toBeNull();
  });

  it('abstains for want of a fact, and runs when a person has stated it', async () => {
    const store = newStore();
    const uid = put(store, { tags: { '00180015': null } });
    const before = await analyzeStudy({ store, engine, studyInstanceUID: uid, ...BASE });
    expect(before.result.results[0]).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(/body part is not stated/),
    });
    store.studies.state(uid, { bodyPart: 'CHEST' }, 'operator');
    // An abstention for want of that fact must not stand, nor settle a read, until the model has run again.
    expect(store.results.latest(uid)).toEqual([]);
    const after = await analyzeStudy({ store, engine, studyInstanceUID: uid, ...BASE });
    expect(after.result.results[0]?.status).toBe('completed');
    expect(store.results.record(after.result.results[0]?.recordId ?? '')?.stated).toEqual({
      bodyPart: 'CHEST',
    });
    expect(store.results.latest(uid)).toEqual(after.result.results);
  });

  it('abstains on an image that does not decode, with the reason', async () => {
    const store = newStore();
    const uid = put(store, {});
    const [instance] = store.studies.instancesOf(uid);
    const bytes = readFileSync(instance?.location.path ?? '');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff;
    writeFileSync(instance?.location.path ?? '', bytes);
    const { result } = await analyzeStudy({ store, engine, studyInstanceUID: uid, ...BASE });
    expect(result.results[0]).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(/cannot be read.*SHA-256/),
    });
  });

  it('refuses a study that is not there', async () => {
    const request = { store: newStore(), engine, studyInstanceUID: '9.9', ...BASE };
    await expect(analyzeStudy(request)).rejects.toMatchObject({ code: 'study-unknown' });
  });

  it('gives several studies in the order asked for', async () => {
    const store = newStore();
    const uids = [5, 3, 4, 2].map((study) => put(store, { study }));
    const seen: string[] = [];
    const results = await analyzeStudies(
      { store, engine, ...BASE },
      uids,
      ({ result }) => void seen.push(result.studyInstanceUID),
    );
    expect(results.map(({ studyInstanceUID }) => studyInstanceUID)).toEqual(uids);
    expect(seen.toSorted()).toEqual(uids.toSorted());
  });
});

describe('analysing files', () => {
  function files(): string {
    const folder = mkdtempSync(join(home, 'files-'));
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'a.dcm'), testImageBytes({ study: 1, number: 1 }));
    writeFileSync(join(folder, 'deep', 'b'), testImageBytes({ study: 1, number: 2 }));
    writeFileSync(join(folder, 'deep', 'same'), testImageBytes({ study: 1, number: 2 }));
    writeFileSync(join(folder, 'z.dcm'), testImageBytes({ study: 2, tags: { '00080060': ['CS', 'CT'] } }));
    return folder;
  }
  const request = (
    paths: readonly string[],
    change: Partial<AnalyzePathsRequest> = {},
  ): AnalyzePathsRequest => ({
    ...BASE,
    paths,
    engine,
    store: null,
    stated: {},
    withMaps: false,
    ...change,
  });

  it('puts the files of one study together and counts a file given twice once', async () => {
    const { results, refused } = await analyzePaths(request([files()]));
    expect(refused).toEqual([]);
    expect(
      results.map(({ studyInstanceUID, results: [one] }) => [
        studyInstanceUID,
        one?.status,
        one?.scores.length,
      ]),
    ).toEqual([
      ['1.2.3.1', 'completed', 2],
      ['1.2.3.2', 'abstained', 0],
    ]);
    expect(results[0]?.results[0]?.recordId).toBeNull();
  });

  it('takes a DICOM file whose preamble is that of a TIFF as what it is', async () => {
    const path = join(mkdtempSync(join(home, 'dual-')), 'dual.dcm');
    const bytes = testImageBytes();
    bytes.set([0x49, 0x49, 0x2a, 0]);
    writeFileSync(path, bytes);
    const { results, refused } = await analyzePaths(request([path]));
    expect(refused).toEqual([]);
    expect(results[0]?.results[0]?.status).toBe('completed');
  });

  it('lists what it cannot read and goes on', async () => {
    const folder = files();
    writeFileSync(join(folder, 'notes.txt'), 'no image');
    writeFileSync(join(folder, 'deep', 'clash'), testImageBytes({ study: 1, number: 2, columns: 40 }));
    const { results, refused } = await analyzePaths(request([join(folder, 'absent'), folder]));
    expect(refused.map(({ path, code }) => [path.slice(folder.length + 1), code])).toEqual([
      ['absent', 'no-such-path'],
      ['deep/clash', expect.stringMatching(/uid-conflict/)],
      ['notes.txt', 'not-dicom'],
    ]);
    expect(results).toHaveLength(2);
  });

  it('keeps the record where there is a store, apart from the results of its studies', async () => {
    const store = newStore();
    const uid = put(store, { study: 1, number: 1 });
    const { results } = await analyzePaths(request([files()], { store }));
    const recordId = results[0]?.results[0]?.recordId ?? '';
    expect((await looseRecord(store, recordId))?.result).toEqual(results[0]?.results[0]);
    expect(await looseRecord(store, '../../etc/passwd')).toBeUndefined();
    expect(store.results.latest(uid)).toEqual([]);
    expect(store.audit.list(1, 0)[0]).toMatchObject({ action: 'analyze' });
  });

  it('writes masks and heatmaps under the names of the contract', async () => {
    const out = join(home, 'out');
    await analyzePaths(
      request([files()], { withMaps: true, onStudy: async ({ maps }) => void (await writeMaps(out, maps)) }),
    );
    expect(readdirSync(out).toSorted()).toEqual([
      '1.2.3.1.1.1.plain.attention.png',
      '1.2.3.1.1.1.plain.field.png',
      '1.2.3.1.1.2.plain.attention.png',
      '1.2.3.1.1.2.plain.field.png',
    ]);
    const map = { sopInstanceUID: '1.2', frame: 0, modelId: 'm', outputId: 'o' };
    expect(mapFileName(map)).toBe('1.2.m.o.png');
    expect(mapFileName({ ...map, frame: 1 })).toBe('1.2.frame2.m.o.png');
  });

  it('reads a plain image by what is stated now, or was stated at its import', async () => {
    const folder = mkdtempSync(join(home, 'plain-'));
    const png = encodeGreyPng(
      SIZE,
      SIZE,
      Uint8Array.from({ length: SIZE * SIZE }, (_, i) => i % 256),
    );
    writeFileSync(join(folder, 'image.png'), png);
    const store = newStore();
    const temporary = mkdtempSync(join(home, 'tmp-'));
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    const stated = { modality: 'DX', bodyPart: 'CHEST', view: 'PA' };
    const unstated = await analyzePaths(request([folder], { store }));
    expect(unstated.results[0]?.results[0]).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(/modality is not stated/),
    });
    const now = await analyzePaths(request([folder], { stated }));
    expect(now.results[0]?.results[0]?.status).toBe('completed');
    putBytes(store, [await wrapPlainImage(png, { name: 'image.png', stated })], stated);
    const imported = await analyzePaths(request([folder], { store }));
    expect(imported.results[0]?.results[0]?.status).toBe('completed');
    expect(imported.results[0]?.studyInstanceUID).toBe(unstated.results[0]?.studyInstanceUID);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('stops when cancelled', async () => {
    const cancel = new AbortController();
    cancel.abort();
    await expect(analyzePaths(request([files()], { signal: cancel.signal }))).rejects.toMatchObject({
      type: 'cancelled',
    });
  });
});

/** The real engine, with a list of what it was asked and a gate that holds it back. */
function watched(gate: Promise<void> = Promise.resolve()): Engine & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    start: () => {},
    analyze: async (request: AnalyzeRequest, signal) => {
      asked.push(request.studyInstanceUID);
      await gate;
      return engine.analyze(request, signal);
    },
    packs: () => engine.packs(),
    everyVersion: () => engine.everyVersion(),
    close: () => Promise.resolve(),
  };
}

describe('the queue in the background', () => {
  it('reads what lacks a result, and nothing twice over a restart', async () => {
    const store = newStore();
    const uids = [1, 2, 3].map((study) => put(store, { study }));
    await analyzeStudy({ store, engine, studyInstanceUID: uids[1] ?? '', ...BASE });
    const first = watched();
    const queue = createAnalysisQueue({ store, engine: first });
    queue.start();
    await queue.settled();
    expect(first.asked.toSorted()).toEqual(['1.2.3.1', '1.2.3.3']);
    const second = watched();
    const again = createAnalysisQueue({ store, engine: second });
    again.start();
    await again.settled();
    expect(second.asked).toEqual([]);
    for (const uid of uids) expect(store.results.latest(uid)).toHaveLength(1);
  });

  it('leaves a stopped model out with the reason, and reads again what nobody has committed once it is started', async () => {
    const store = newStore();
    const [committed = '', open = ''] = [21, 22].map((study) => put(store, { study }));
    const stoppable = createEngine({
      packsDirectory: packs,
      overreadVersion: '9.9.9',
      switches: () => store.ledger.switches(),
    });
    onTestFinished(() => stoppable.close());
    const one = { modelId: 'plain', version: '', at: '2026-11-26T08:00:00.000Z', actor: 'operator' };
    store.ledger.throwSwitch({ ...one, stopped: true, reason: 'Drift' });
    const work = async (): Promise<void> => {
      const queue = createAnalysisQueue({ store, engine: stoppable });
      queue.start();
      await queue.settled();
    };
    await work();
    const reason = 'This model was stopped at this site on 2026-11-26: Drift';
    for (const uid of [committed, open])
      expect(store.results.latest(uid)).toMatchObject([{ status: 'abstained', reason, scores: [] }]);
    const [before] = store.results.latest(open);
    // While it is stopped there is nothing to do again.
    await work();
    expect(store.results.latest(open)[0]?.recordId).toBe(before?.recordId);
    const { id } = store.reads.begin(committed, store.readers.create('Ada').id);
    store.reads.commit(id, COMMITTED);
    store.ledger.throwSwitch({ ...one, stopped: false, reason: 'Checked' });
    await work();
    expect(store.results.latest(open)).toMatchObject([{ status: 'completed' }]);
    // What was settled stays so.
    expect(store.results.latest(committed)).toMatchObject([{ status: 'abstained', reason }]);
  });

  it('takes the open study before the others, and one whose facts were stated again', async () => {
    const store = newStore();
    const uids = [1, 2, 3, 4].map((study) => put(store, { study }));
    const gate = Promise.withResolvers<void>();
    const watching = watched(gate.promise);
    const queue = createAnalysisQueue({ store, engine: watching });
    queue.add(uids);
    queue.first('1.2.3.4');
    queue.again('1.2.3.1');
    gate.resolve();
    await queue.settled();
    expect(watching.asked).toEqual(['1.2.3.1', '1.2.3.1', '1.2.3.4', '1.2.3.2', '1.2.3.3']);
  });

  it('reads a study that somebody opens or waits for, whoever imported it', async () => {
    const directory = mkdtempSync(join(home, 'data-'));
    const store = newStore(directory);
    const queue = createAnalysisQueue({ store, engine });
    queue.start();
    await queue.settled();
    const changed = Promise.withResolvers<string[]>();
    const watch = watchImports(store.studies, (uids) => changed.resolve(uids), 20);
    onTestFinished(() => watch.stop());
    // Another process, which this one's queue hears nothing of.
    const uid = put(newStore(directory), { study: 7 });
    expect(await changed.promise).toEqual([uid]);
    queue.first(uid);
    await queue.settled();
    expect(store.results.latest(uid)).toMatchObject([{ status: 'completed' }]);
    const [before] = store.results.latest(uid);
    queue.first(uid);
    queue.start();
    await queue.settled();
    expect(store.results.latest(uid)[0]?.recordId).toBe(before?.recordId);
  });

  it('reads new images of a study again though the process ended before it could', async () => {
    const store = newStore();
    const uid = put(store, { study: 5 });
    await analyzeStudy({ store, engine, studyInstanceUID: uid, ...BASE });
    put(store, { study: 5, number: 2 });
    // What was said of one image is no result of the study of two.
    expect(store.results.latest(uid)).toEqual([]);
    const queue = createAnalysisQueue({ store, engine });
    queue.start();
    await queue.settled();
    expect(store.results.latest(uid)).toMatchObject([{ status: 'completed', scores: [{}, {}] }]);
  });

  it('ends what a reader stops, and reads it again when a reader asks; it tells of each change', async () => {
    const store = newStore();
    const uid = put(store, { study: 41 });
    const gate = Promise.withResolvers<void>();
    let failing = true;
    const told: string[] = [];
    const held: Engine = {
      ...watched(),
      analyze: async (request, signal) => {
        if (told.length < 3) {
          await Promise.race([
            gate.promise,
            new Promise((_done, reject) => {
              signal?.addEventListener('abort', () => reject(new Cancelled()));
            }),
          ]);
        }
        const outcomes = await engine.analyze(request, signal);
        return outcomes.map((outcome) => ({
          ...outcome,
          record: {
            ...outcome.record,
            result: { ...outcome.record.result, status: failing ? ('failed' as const) : 'completed' },
          },
        }));
      },
    };
    const queue = createAnalysisQueue({
      store,
      engine: held,
      onChange: (changed) => told.push(`${changed} ${queue.turnOf(changed)}`),
    });
    queue.add([uid]);
    expect(queue.turnOf(uid)).toBe('running');
    queue.stop(uid);
    await queue.settled();
    expect([queue.turnOf(uid), store.results.latest(uid)]).toEqual(['stopped', []]);
    // A window that waits does not start it again; a reader's word does.
    queue.first(uid);
    await queue.settled();
    expect(store.results.latest(uid)).toEqual([]);
    queue.retry(uid);
    await queue.settled();
    expect(store.results.latest(uid)).toMatchObject([{ status: 'failed' }]);
    failing = false;
    // Its first failure is due in a minute: whoever asks need not wait.
    queue.retry(uid);
    await queue.settled();
    expect(store.results.latest(uid)).toMatchObject([{ status: 'completed' }]);
    queue.retry(uid);
    await queue.settled();
    await queue.close();
    expect(store.results.recordIds('')).toHaveLength(2);
    expect(told).toEqual(expect.arrayContaining([`${uid} stopped`, `${uid} running`, `${uid} idle`]));
  });

  it('tries a failing model again after growing waits, a few times, over restarts', async () => {
    const store = newStore();
    const uid = put(store, { study: 6 });
    const asked: number[] = [];
    let time = Date.now();
    const failing: Engine = {
      ...watched(),
      analyze: async (request, signal) => {
        asked.push(time);
        const outcomes = await engine.analyze(request, signal);
        const createdAt = new Date(time).toISOString();
        return outcomes.map((outcome) => ({
          ...outcome,
          record: {
            ...outcome.record,
            createdAt,
            result: { ...outcome.record.result, status: 'failed' as const },
          },
        }));
      },
    };
    const restart = async (open: boolean): Promise<number> => {
      const before = asked.length;
      const queue = createAnalysisQueue({ store, engine: failing, now: () => time });
      if (open) queue.first(uid);
      else queue.start();
      await queue.settled();
      await queue.close();
      return asked.length - before;
    };
    expect([await restart(false), await restart(false), await restart(true)]).toEqual([1, 0, 0]);
    for (const minutes of [1, 5, 30, 120]) {
      time += minutes * 60_000 - 1000;
      expect(await restart(false)).toBe(0);
      time += 2000;
      expect(await restart(false)).toBe(1);
    }
    time += 365 * 24 * 3_600_000;
    expect([await restart(false), await restart(true)]).toEqual([0, 1]);
    expect(store.results.failures(uid)).toMatchObject([{ model: { id: 'plain' }, count: 6 }]);
  });

  it('reads nothing by itself where the policy says so, and all of a study that is opened', async () => {
    const store = newStore();
    const uids = [1, 2].map((study) => put(store, { study }));
    const queue = createAnalysisQueue({ store, engine, background: false });
    queue.start();
    queue.add(uids);
    await queue.settled();
    expect(uids.map((uid) => store.results.latest(uid))).toEqual([[], []]);
    queue.first('1.2.3.2');
    await queue.settled();
    expect(uids.map((uid) => store.results.latest(uid).length)).toEqual([0, 1]);
  });

  it('leaves alone what somebody has committed a read beside, a pack that fails included, until it has new images', async () => {
    const store = newStore();
    const uid = put(store, { study: 9 });
    await analyzeStudy({ store, engine, studyInstanceUID: uid, ...BASE });
    const read = store.reads.begin(uid, store.readers.create('Dr Nine').id);
    store.reads.save(read.id, { findings: [], noAbnormalFinding: true, impression: '' });
    store.reads.commit(read.id, COMMITTED);
    store.reads.markFinal(read.id, 'now');
    const recordId = () => store.results.latest(uid)[0]?.recordId;
    const before = recordId();
    // Another version of the pack is installed since.
    const [pack] = engine.packs();
    if (pack === undefined) throw new Error('There is no pack.');
    const newer: Engine = { ...watched(), packs: () => [{ ...pack, version: '99.0.0' }] };
    const queue = createAnalysisQueue({ store, engine: newer });
    queue.start();
    queue.first(uid);
    await queue.settled();
    expect(recordId()).toBe(before);
    expect(store.studies.detail(uid, read.readerId).status).toBe('final');
    put(store, { study: 9, number: 2 });
    const again = createAnalysisQueue({ store, engine });
    again.add([uid]);
    await again.settled();
    expect(recordId()).not.toBe(before);
    expect(store.studies.detail(uid, read.readerId).status).toBe('committed');
  });

  it('is not woken by a result: a reader must not learn of it by its time', async () => {
    const directory = mkdtempSync(join(home, 'data-'));
    const store = newStore(directory);
    const uid = put(store, { study: 8 });
    let calls = 0;
    const watch = watchImports(store.studies, () => calls++, 10);
    onTestFinished(() => watch.stop());
    const other = newStore(directory);
    await analyzeStudy({ store: other, engine, studyInstanceUID: uid, ...BASE });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(store.results.latest(uid)).toHaveLength(1);
    expect(calls).toBe(0);
  });

  it('reads a study again with the facts that were stated, also while it is being read', async () => {
    const store = newStore();
    const uids = [1, 2].map((study) => put(store, { study, tags: { '00180015': null } }));
    const queue = createAnalysisQueue({ store, engine });
    queue.add(uids);
    store.studies.state('1.2.3.1', { bodyPart: 'CHEST' }, 'reader');
    queue.again('1.2.3.1');
    await queue.settled();
    expect(store.results.latest('1.2.3.2')).toMatchObject([{ status: 'abstained' }]);
    store.studies.state('1.2.3.2', { bodyPart: 'CHEST' }, 'reader');
    queue.again('1.2.3.2');
    await queue.settled();
    for (const uid of uids) expect(store.results.latest(uid)).toMatchObject([{ status: 'completed' }]);
  });

  it('forgets a study that is removed, and goes on', async () => {
    const store = newStore();
    const uids = [1, 2, 3, 4].map((study) => put(store, { study }));
    const errors: unknown[] = [];
    const gate = Promise.withResolvers<void>();
    const watching = watched(gate.promise);
    const queue = createAnalysisQueue({ store, engine: watching, onError: (error) => errors.push(error) });
    queue.add(uids);
    for (const uid of ['1.2.3.1', '1.2.3.2', '1.2.3.4']) queue.forget(uid);
    store.studies.remove('1.2.3.1', 'operator');
    gate.resolve();
    await queue.settled();
    expect(watching.asked).toEqual(['1.2.3.1', '1.2.3.3']);
    expect(store.results.latest('1.2.3.3')).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it('tells an error outside of a model’s run and goes on', async () => {
    const store = newStore();
    const uids = [1, 2].map((study) => put(store, { study }));
    const told: string[] = [];
    let calls = 0;
    const failing: Engine = {
      ...watched(),
      analyze: (request, signal) =>
        calls++ === 0 ? Promise.reject(new Error('disk full')) : engine.analyze(request, signal),
    };
    const queue = createAnalysisQueue({
      store,
      engine: failing,
      onError: (error, uid) => told.push(`${uid} ${error.message}`),
    });
    queue.add(uids);
    await queue.settled();
    expect(told).toEqual(['1.2.3.1 disk full']);
    expect(store.results.latest('1.2.3.2')).toHaveLength(1);
  });

  it('stops when closed', async () => {
    const store = newStore();
    const uids = [1, 2, 3].map((study) => put(store, { study }));
    const gate = Promise.withResolvers<void>();
    const watching = watched(gate.promise);
    const queue = createAnalysisQueue({ store, engine: watching });
    queue.add(uids);
    const closed = queue.close();
    gate.resolve();
    await closed;
    expect(watching.asked).toEqual(['1.2.3.1']);
    expect(store.results.latest('1.2.3.1')).toEqual([]);
  });
});

describe('the packs', () => {
  it('are listed with those that were refused, and verified by their goldens', async () => {
    const folder = mkdtempSync(join(home, 'verify-'));
    const flat = encodeGreyPng(SIZE, SIZE, new Uint8Array(SIZE * SIZE));
    for (const [id, score] of [
      ['right', 0.017986209962091555],
      ['wrong', 0.5],
    ] as const) {
      const pack = writeTestPack(folder, id, {
        manifest: { golden: [{ input: 'g.png', expected: 'g.json' }] },
      });
      writeFileSync(join(pack, 'g.png'), flat);
      // A flat image is all zeros, so the logit is −4.
      writeFileSync(
        join(pack, 'g.json'),
        JSON.stringify({ scores: { Brightness: score }, outputs: { logit: [-4] } }),
      );
    }
    writeTestPack(folder, 'without');
    writeFileSync(join(writeTestPack(folder, 'damaged'), 'model.onnx'), 'x');
    const inspector = createEngine({ packsDirectory: folder, overreadVersion: '9.9.9' });
    onTestFinished(() => inspector.close());
    expect(listPacks(inspector).map(({ id, state, code }) => [id, state, code])).toEqual([
      ['damaged', 'refused', 'pack-hash'],
      ['right', 'ready', null],
      ['without', 'ready', null],
      ['wrong', 'ready', null],
    ]);
    const verified = await verifyPacks(inspector);
    expect(verified.map(({ id, ok }) => [id, ok])).toEqual([
      ['damaged', false],
      ['right', true],
      ['without', false],
      ['wrong', false],
    ]);
    expect(verified[1]?.bytes).toBe(statSync(join(folder, 'right', 'model.onnx')).size);
    expect(verified[1]?.run_ms).toBeGreaterThan(0);
    expect(verified[3]?.maxScoreDifference).toBeCloseTo(0.482, 3);
    expect(verified[3]?.reason).toMatch(/1 of 1 golden cases differ/);
    expect((await verifyPacks(inspector, { ids: ['absent'] }))[0]).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/no model absent/),
    });
  });
});
