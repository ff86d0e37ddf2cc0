import { hash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { compareReplay } from '../../../electron/inference/compare-replay.ts';
import { createEngine, type LocalEngine } from '../../../electron/inference/create-engine.ts';
import { analyzePaths } from '../../../electron/services/analyze-paths.ts';
import { analyzeStudy } from '../../../electron/services/analyze-study.ts';
import { replayRecord } from '../../../electron/services/replay-record.ts';
import { buildComparison } from '../../../electron/services/reveal-comparison-build.ts';
import { loadTerminology } from '../../../electron/services/terminology.ts';
import { analyzeReportSchema, type InferenceRecord } from '../../../electron/shared/analysis.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { comparisonSchema } from '../../../electron/shared/read.ts';
import { AXIAL, lopsided, writeTestStack } from '../../fixtures/test-stack.ts';
import { AGE, AGE_GRAPH, NOTHING } from '../../fixtures/task-packs.ts';
import { writeTestImage } from '../../fixtures/test-image.ts';
import { writeTestPack } from '../../fixtures/test-pack.ts';
import { boneWeights, volumeManifest, writeVolumePack } from '../../fixtures/volume-pack.ts';
import { temporaryFolder, temporaryStore } from '../store/parts.ts';

const WINDOW = [8, 16, 16] as const;
const BASE = { modelIds: null, device: 'cpu', actor: 'operator' } as const;

function engine(): LocalEngine {
  const packs = temporaryFolder();
  const weights = boneWeights(WINDOW);
  const volume = {
    steps: [
      { op: 'modality-lut' as const },
      { op: 'orient' as const, axes: 'RAH' },
      { op: 'spacing' as const, mm: [3, 3, 3] as [number, number, number] },
      {
        op: 'scale-range' as const,
        from: [-200, 800] as [number, number],
        to: [0, 1] as [number, number],
        clip: true,
      },
    ],
  };
  writeVolumePack(packs, volumeManifest('bone-ct', weights, 'bone', WINDOW, volume), weights);
  const made = createEngine({ packsDirectory: packs, overreadVersion: '9.9.9' });
  onTestFinished(() => made.close());
  return made;
}

const STACK = { shape: [14, 20, 24], spacing: [3, 2.5, 2.5], ...AXIAL, value: lopsided } as const;

function stored(): { store: Store; folder: string } {
  const store = temporaryStore();
  const folder = join(temporaryFolder(), 'files');
  const staged = writeTestStack(folder, STACK).map(({ header, location: { path } }) => {
    const bytes = readFileSync(path);
    const sha256 = hash('sha256', bytes);
    store.blobs.put(bytes, sha256);
    return { header, sha256, bytes: bytes.length, sourcePath: path };
  });
  store.studies.storeStudy('1.2.3.77.1', staged, null, 'operator');
  return { store, folder };
}

it('of a study in the store is kept, and replayed to the last bit; what differs is named', async () => {
  const { store } = stored();
  const by = engine();
  const { result } = await analyzeStudy({ store, engine: by, studyInstanceUID: '1.2.3.77.1', ...BASE });
  const [kept] = result.results;
  const recordId = kept?.recordId ?? '';
  const maps = store.results.mapsOf('1.2.3.77.1');
  expect(maps).toHaveLength(kept?.segmentations?.[0]?.slicesWith ?? 0);
  expect(maps.length).toBeGreaterThan(3);
  const replay = (id: string) =>
    replayRecord({ store, engine: by, compare: compareReplay, recordId: id, actor: 'operator' });
  expect(await replay(recordId)).toMatchObject({
    verdict: 'identical',
    outputsCompared: true,
    largestDifference: 0,
  });
  // As if it had been another volume, and other probabilities.
  const record = structuredClone(store.results.record(recordId)) as InferenceRecord;
  const outputs = store.results.outputs(recordId).map((one) => ({ ...one, sha256: '0'.repeat(64) }));
  const [measurement] = record.result.measurements;
  const changed = {
    ...record.result,
    measurements: [{ ...measurement, value: (measurement?.value ?? 0) + 5 }],
  } as typeof record.result;
  const id = randomUUID();
  store.results.save({ ...record, recordId: id, result: changed }, [], outputs);
  const other = await replay(id);
  expect(other.verdict).toBe('different');
  expect(other.differences.map(({ where }) => where)).toEqual(['measurement Bone volume']);
}, 60_000);

it('of files where they lie is printed by its schema, and replayed while they are there', async () => {
  const { folder } = stored();
  const store = temporaryStore();
  const by = engine();
  const { results } = await analyzePaths({
    paths: [folder],
    engine: by,
    store,
    stated: {},
    withMaps: false,
    ...BASE,
  });
  const [line] = analyzeReportSchema.parse(results);
  expect(line?.results[0]).toMatchObject({
    status: 'completed',
    segmentations: [{ outputId: 'bone', label: 'Bone', slices: 14 }],
    measurements: [{ name: 'Bone volume', unit: 'ml', seriesInstanceUID: '1.2.3.77.1.1' }],
  });
  const recordId = line?.results[0]?.recordId ?? '';
  expect(
    await replayRecord({ store, engine: by, compare: compareReplay, recordId, actor: 'operator' }),
  ).toMatchObject({ verdict: 'identical' });
}, 60_000);

it('of a model that estimates is replayed; what is rounded may fall to the other side, the network’s own value may not differ', async () => {
  const packs = temporaryFolder();
  writeTestPack(packs, 'plain', { graph: AGE_GRAPH, manifest: { ...NOTHING, outputs: [AGE] } });
  const by = createEngine({ packsDirectory: packs, overreadVersion: '9.9.9' });
  onTestFinished(() => by.close());
  const store = temporaryStore();
  const path = join(temporaryFolder(), 'hand.dcm');
  writeTestImage(path);
  const { results } = await analyzePaths({
    paths: [path],
    engine: by,
    store,
    stated: {},
    withMaps: false,
    ...BASE,
  });
  const recordId = results[0]?.results[0]?.recordId ?? '';
  expect(results[0]?.results[0]?.measurements).toMatchObject([
    { name: 'Bone age', estimate: { roundedTo: 0.5 } },
  ]);
  const replay = async (compare: typeof compareReplay) =>
    replayRecord({ store, engine: by, compare, recordId, actor: 'operator' });
  expect(await replay(compareReplay)).toMatchObject({ verdict: 'identical' });
  const changed =
    (by_: number, outputs: boolean): typeof compareReplay =>
    (recorded, now) => {
      const measurements = now.record.result.measurements.map((one) => ({ ...one, value: one.value + by_ }));
      const other = { ...now.record, result: { ...now.record.result, measurements } };
      return compareReplay(recorded, { record: other, outputs: outputs ? now.outputs : [] });
    };
  expect(await replay(changed(0.5, true))).toMatchObject({ verdict: 'within-tolerance' });
  expect(await replay(changed(1, true))).toMatchObject({ verdict: 'different' });
  expect(await replay(changed(0, false))).toMatchObject({ verdict: 'different' });
}, 60_000);

it('comes with the comparison as structures of the series, a slice each, and never as something to settle', async () => {
  const { store } = stored();
  const by = engine();
  await analyzeStudy({ store, engine: by, studyInstanceUID: '1.2.3.77.1', ...BASE });
  const reader = store.readers.create('R. Reader');
  const read = store.reads.begin('1.2.3.77.1', reader.id);
  const parts = { store, terminology: loadTerminology('resources'), packs: () => by.packs() };
  const comparison = comparisonSchema.parse(buildComparison(parts, read));
  expect(comparison.items).toEqual([]);
  expect(new Set(comparison.maps.map(({ kind, label, frame }) => `${kind} ${label} ${frame}`))).toEqual(
    new Set(['volume Bone 0']),
  );
  expect(new Set(comparison.maps.map(({ sopInstanceUID }) => sopInstanceUID)).size).toBe(
    comparison.maps.length,
  );
  expect(comparison.statements.map(({ words }) => words)).toEqual([
    'no abnormality was looked for by this model',
  ]);
}, 60_000);
