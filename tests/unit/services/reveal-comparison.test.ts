import { expect, test } from 'vitest';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { requireCommitted } from '../../../electron/services/read-guard.ts';
import { revealComparison, revealMap } from '../../../electron/services/reveal-comparison.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import { comparisonSchema, type ReaderFinding } from '../../../electron/shared/read.ts';
import { storeOne } from '../store/parts.ts';
import {
  actionsOf,
  aiFinding,
  BOTH_FRAMES,
  IMAGE,
  modelResult,
  OTHER_IMAGE,
  readerFinding,
  onScreen,
  readingWorld,
  type ReadingWorld,
  RECORD,
  saveResult,
  STUDY,
} from './reading-world.ts';

async function commit(world: ReadingWorld, findings: ReaderFinding[]): Promise<void> {
  openStudy(world, STUDY, world.reader.id);
  const noAbnormalFinding = findings.length === 0;
  saveRead(world, STUDY, world.reader.id, { findings, noAbnormalFinding, impression: 'x' });
  await commitRead(world, STUDY, world.reader.id, {
    content: onScreen(world),
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });
}

const reveal = (world: ReadingWorld) => revealComparison(world, STUDY, world.reader.id);
const notCommitted = expect.objectContaining({ type: 'refused', code: 'read-not-committed' });

test('nothing of the AI before the commit, not even to another reader who has not committed', async () => {
  const world = readingWorld();
  saveResult(world, modelResult(), [map()]);
  const address = { recordId: RECORD, outputId: 'attention', sopInstanceUID: IMAGE, frame: 0 };
  expect(() => reveal(world)).toThrow(notCommitted);
  expect(() => revealMap(world, STUDY, world.reader.id, address)).toThrow(notCommitted);
  openStudy(world, STUDY, world.reader.id);
  expect(() => reveal(world)).toThrow(notCommitted);
  expect(() => requireCommitted(world.store, STUDY, world.reader.id)).toThrow(notCommitted);
  expect(() => revealMap(world, STUDY, world.reader.id, address)).toThrow(notCommitted);
  await commit(world, []);
  expect(reveal(world).results).toHaveLength(1);
  expect([...revealMap(world, STUDY, world.reader.id, address)]).toEqual([1, 2, 3]);
  const other = world.store.readers.create('Other');
  expect(() => revealComparison(world, STUDY, other.id)).toThrow(notCommitted);
  expect(() => revealMap(world, STUDY, other.id, address)).toThrow(notCommitted);
});

test('what a person should know of a result is told after the commit: images left out, a device that failed', async () => {
  const world = readingWorld();
  saveResult(world, modelResult(), [], STUDY, {
    notes: ['Not read: 1 of 2 images: it is a lateral view.'],
    fallback: 'webgpu was used; out of memory',
  });
  await commit(world, []);
  const { notes, displayWords } = comparisonSchema.parse(reveal(world));
  expect(notes).toEqual([
    {
      modelId: 'chest-adult',
      words: [
        'Not read: 1 of 2 images: it is a lateral view.',
        'Run on the CPU: webgpu was used; out of memory.',
      ],
    },
  ]);
  expect(displayWords).toContainEqual({
    modelId: 'chest-adult',
    label: 'Tuberculosis',
    words: 'tuberculosis-type abnormality',
  });
});

test('says after the commit, once, that a server ran the network, or why none did', async () => {
  const remote = {
    name: 'gpu-1',
    model: 'chest_adult',
    version: '1',
    server: 'triton',
    serverVersion: '2.51.0',
    platform: null,
    encoding: 'binary',
  } as const;
  const world = readingWorld();
  saveResult(world, modelResult(), [], STUDY, { device: 'remote', remote });
  await commit(world, []);
  expect(comparisonSchema.parse(reveal(world)).notes[0]?.words).toEqual([
    'The network ran on server gpu-1 (chest_adult 1 on triton 2.51.0).',
  ]);
  const fallen = readingWorld();
  saveResult(fallen, modelResult(), [], STUDY, { fallback: 'server gpu-1 was used; Server gpu-1 hangs.' });
  await commit(fallen, []);
  expect(comparisonSchema.parse(reveal(fallen)).notes[0]?.words).toEqual([
    'Run on the CPU: server gpu-1 was used; Server gpu-1 hangs.',
  ]);
});

test('a map of no record, or of a study that is not committed, is unknown through a committed one', async () => {
  const world = readingWorld();
  const other = storeOne(world.store);
  saveResult(world, modelResult({ recordId: 'record-of-other' }), [map()], other);
  await commit(world, []);
  for (const recordId of ['no-record', 'record-of-other']) {
    const address = { recordId, outputId: 'attention', sopInstanceUID: IMAGE, frame: 0 };
    expect(() => revealMap(world, STUDY, world.reader.id, address)).toThrow(
      expect.objectContaining({ code: 'map-unknown' }),
    );
  }
});

test('the first time that there is something to see is audited as reveal, once', async () => {
  const world = readingWorld();
  await commit(world, [readerFinding()]);
  expect(reveal(world).aiState).toBe('waiting');
  expect(actionsOf(world)).not.toContain('reveal');
  saveResult(world);
  expect(reveal(world).aiState).toBe('ready');
  reveal(world);
  expect(actionsOf(world).filter((action) => action === 'reveal')).toHaveLength(1);
  expect(world.store.audit.list(1, 0)[0]?.detail['records']).toEqual([RECORD]);
});

test('finding by finding: agreement, AI only, below threshold, not assessed', async () => {
  const world = readingWorld();
  saveResult(
    world,
    modelResult({ findings: [aiFinding(), aiFinding({ id: 'a2', box: [80, 40, 110, 70] })] }),
    [map()],
  );
  await commit(world, [
    readerFinding(),
    readerFinding({ id: 'r2', sopInstanceUID: OTHER_IMAGE }),
    readerFinding({ id: 'r3', label: 'Cardiomegaly', box: [40, 90, 100, 130] }),
  ]);
  const comparison = comparisonSchema.parse(reveal(world));
  const lines = comparison.items.map((item) => [
    item.kind,
    item.kind === 'ai-only' ? item.aiFindingId : item.readerFindingId,
    item.kind === 'reader-only' ? item.stance : null,
    item.words,
  ]);
  expect(lines).toEqual([
    ['ai-only', 'a2', null, expect.stringMatching(/^AI only: tuberculosis-type abnormality, score 0\.810/)],
    [
      'reader-only',
      'r2',
      'below-threshold',
      expect.stringMatching(/^AI looked and is below threshold: .*0\.100/),
    ],
    [
      'reader-only',
      'r3',
      'not-assessed',
      "not assessed by any model: no model here looks for 'Cardiomegaly'",
    ],
    ['agree', 'r1', null, expect.stringMatching(/^AI agrees: /)],
  ]);
  expect(comparison.maps).toMatchObject([{ recordId: RECORD, outputId: 'attention', label: 'Tuberculosis' }]);
  expect(comparison.limits[0]?.words.length).toBeGreaterThan(0);
});

test('candidates below the operating point of the site are no findings', async () => {
  const world = readingWorld();
  const scores = [{ sopInstanceUID: IMAGE, frame: 0, label: 'Tuberculosis', score: 0.3 }];
  const findings = [aiFinding({ score: 0.3, operatingPoint: 'high-sensitivity' })];
  saveResult(world, modelResult({ findings, scores }));
  await commit(world, [readerFinding()]);
  const comparison = reveal(world);
  expect(comparison.results[0]?.findings).toEqual([]);
  expect(comparison.items).toMatchObject([{ kind: 'reader-only', stance: 'below-threshold' }]);
});

test('a negative result says what was looked for, and nothing else', async () => {
  const world = readingWorld();
  const scores = BOTH_FRAMES.map((ref) => ({ ...ref, label: 'Tuberculosis', score: 0.1 }));
  saveResult(world, modelResult({ findings: [], scores }));
  await commit(world, []);
  const comparison = reveal(world);
  expect(comparison.statements.map(({ words }) => words)).toEqual([
    'no tuberculosis-type abnormality found by this model; nothing else was looked for',
  ]);
  expect(JSON.stringify(comparison.statements)).not.toMatch(/normal\b(?<!abnormal)/);
  // No difference at all: the study is final at once.
  expect(world.store.studies.detail(STUDY, world.reader.id).status).toBe('final');
});

test('an abstention stands with its reason, also beside the finding', async () => {
  const world = readingWorld();
  const reason = 'the view is not stated';
  saveResult(world, modelResult({ status: 'abstained', reason, scores: [], findings: [], device: null }));
  await commit(world, [readerFinding()]);
  const comparison = reveal(world);
  expect(comparison.statements).toEqual([
    { modelId: 'chest-adult', words: `this model abstained: ${reason}` },
  ]);
  expect(comparison.items).toMatchObject([{ stance: 'abstained', words: `AI abstained: ${reason}` }]);
});

test('a pack that was removed since leaves its labels as they are', async () => {
  const world = readingWorld();
  saveResult(world);
  world.installed = [];
  await commit(world, []);
  const comparison = reveal(world);
  expect(comparison.aiState).toBe('ready');
  expect(comparison.statements[0]?.words).toMatch(/^Tuberculosis found by this model/);
});

function map() {
  return {
    sopInstanceUID: IMAGE,
    frame: 0,
    modelId: 'chest-adult',
    outputId: 'attention',
    kind: 'heatmap' as const,
    png: Uint8Array.of(1, 2, 3),
  };
}
