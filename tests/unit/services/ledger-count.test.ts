import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { assessDifference } from '../../../electron/services/assess-difference.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { countStudy } from '../../../electron/services/ledger/count-study.ts';
import {
  completeInBackground,
  completeLedger,
  rebuildLedger,
} from '../../../electron/services/ledger/rebuild.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { reopenReads } from '../../../electron/services/reopen-reads.ts';
import { revealComparison } from '../../../electron/services/reveal-comparison.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import type { Verdict } from '../../../electron/shared/read.ts';
import { Random } from '../../fuzz/random.ts';
import { finish, SERIES, sumsOf } from './ledger-world.ts';
import {
  aiFinding,
  BOTH_FRAMES,
  modelResult,
  onScreen,
  readerFinding,
  type ReadingWorld,
  readingWorld,
  saveResult,
  STUDY,
} from './reading-world.ts';

const RECORD_LINE = 'ai~record-1~a1';

async function read(world: ReadingWorld, marked: boolean): Promise<void> {
  openStudy(world, STUDY, world.reader.id);
  saveRead(world, STUDY, world.reader.id, {
    findings: marked ? [readerFinding()] : [],
    noAbnormalFinding: !marked,
    impression: 'x',
  });
  await commitRead(world, STUDY, world.reader.id, {
    content: onScreen(world),
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });
  revealComparison(world, STUDY, world.reader.id);
}

const assess = (world: ReadingWorld, itemId: string, verdict: Verdict): void => {
  assessDifference(world, STUDY, world.reader.id, itemId, { verdict, reason: 'Seen', comment: '' });
};

const cells = ({ store }: ReadingWorld) => {
  const [row] = store.ledger.counts(SERIES);
  if (row === undefined) return null;
  const { cases, tp, fp, fn, tn, both, aiOnly, accepted, rejected } = row;
  return { cases, tp, fp, fn, tn, both, aiOnly, accepted, rejected };
};

const NONE = { cases: 1, tp: 0, fp: 0, fn: 0, tn: 0, both: 0, aiOnly: 0, accepted: 0, rejected: 0 };

test('nothing is counted before the read is final; a judgement that changes, changes the count', async () => {
  const world = readingWorld();
  saveResult(world);
  await read(world, false);
  expect(cells(world)).toBeNull();
  assess(world, RECORD_LINE, 'reject');
  expect(cells(world)).toEqual({ ...NONE, fp: 1, aiOnly: 1, rejected: 1 });
  assess(world, RECORD_LINE, 'accept');
  expect(cells(world)).toEqual({ ...NONE, tp: 1, aiOnly: 1, accepted: 1 });
  assess(world, RECORD_LINE, 'defer');
  expect(cells(world)).toBeNull();
});

test('a new result takes the study out until it is settled again', async () => {
  const world = readingWorld();
  saveResult(world);
  await read(world, true);
  assess(world, 'agree~r1~record-1~a1', 'accept');
  expect(cells(world)).toEqual({ ...NONE, tp: 1, both: 1, accepted: 1 });
  world.store.transaction(() => {
    saveResult(world, modelResult({ recordId: 'record-2', findings: [] }));
    reopenReads(world.store, STUDY, 'background', 'new-result');
  });
  expect(cells(world)).toBeNull();
  assess(world, 'reader~r1~record-2', 'reject');
  expect(cells(world)).toEqual({ ...NONE, fn: 1 });
});

test('a study that is removed leaves no sum', async () => {
  const world = readingWorld();
  saveResult(world);
  await read(world, true);
  assess(world, 'agree~r1~record-1~a1', 'accept');
  world.store.studies.remove(STUDY, 'operator');
  expect(Object.values(sumsOf(world.store)).flat()).toEqual([]);
});

test('a reader who takes the finding under a wider or other word has it; a narrower one as well, another one not', async () => {
  const judged = async (label: string, verdict: Verdict) => {
    const world = readingWorld();
    saveResult(world, modelResult({ findings: [aiFinding({ box: null })] }));
    openStudy(world, STUDY, world.reader.id);
    const findings = [readerFinding({ label })];
    saveRead(world, STUDY, world.reader.id, { findings, noAbnormalFinding: false, impression: 'x' });
    await commitRead(world, STUDY, world.reader.id, {
      content: onScreen(world),
      framesDisplayed: BOTH_FRAMES,
      acknowledgeUnseen: false,
    });
    const { items } = revealComparison(world, STUDY, world.reader.id);
    const line = items.find(({ kind }) => kind !== 'reader-only')?.id ?? '';
    assess(world, line, verdict);
    return cells(world);
  };
  expect(await judged('Opacity', 'accept')).toMatchObject({ tp: 1, fp: 0 });
  expect(await judged('Opacity', 'reject')).toMatchObject({ tp: 0, fp: 1 });
  expect(await judged('Fracture', 'reject')).toMatchObject({ tp: 0, fp: 1 });
});

test('the scanner, sex, age and score go with the case; an abstention is a case without a label and without its numbers', () => {
  const world = readingWorld();
  const at = '2026-03-31T23:59:59.000Z';
  const header = {
    manufacturer: 'Maker',
    scanner: { model: 'X1', station: 'ROOM2', software: '4.1' },
    sex: 'F',
    age: 91,
  };
  finish(world, { uid: '1.2.3.100', ai: true, score: 0.9999, reader: true, verdict: 'accept', at, header });
  expect(world.store.ledger.counts(SERIES)).toMatchObject([
    {
      month: '2026-03',
      tp: 1,
      scanner: { manufacturer: 'Maker', model: 'X1', station: 'ROOM2', software: '4.1' },
    },
  ]);
  expect(world.store.ledger.people(SERIES)).toEqual([
    { month: '2026-03', sex: 'F', ageGroup: '90+', tp: 1, fp: 0, fn: 0, tn: 0 },
  ]);
  expect(world.store.ledger.scores(SERIES)).toEqual([
    { month: '2026-03', bin: 199, positives: 1, negatives: 0 },
  ]);
  expect(world.store.ledger.calibration(SERIES)).toEqual([
    { month: '2026-03', bin: 9, cases: 1, sum: 9999, positives: 1, squares: 1 },
  ]);
  finish(world, {
    uid: '1.2.3.101',
    ai: false,
    score: 0,
    reader: false,
    verdict: 'reject',
    at,
    changes: {
      status: 'abstained',
      reason: 'The patient is 7.5 years old; the model reads adults from 18',
      scores: [],
    },
  });
  expect(world.store.ledger.reasons(SERIES.modelId, SERIES.version)).toEqual([
    {
      month: '2026-03',
      outcome: 'abstained',
      reason: 'The patient is … years old; the model reads adults from …',
      cases: 1,
    },
  ]);
});

test('a rebuild gives the same numbers as counting all along, whatever came and went', () => {
  const world = readingWorld();
  const { store } = world;
  const random = new Random(5);
  const uids = Array.from({ length: 40 }, (_, i) => `1.2.3.200.${i}`);
  uids.forEach((uid, i) => {
    finish(world, {
      uid,
      ai: random.chance(0.5),
      score: random.below(1000) / 1000,
      reader: random.chance(0.5),
      verdict: random.chance(0.5) ? 'accept' : 'reject',
      at: `2026-0${1 + random.below(4)}-15T00:00:00.000Z`,
      header: { manufacturer: random.of(['A', 'B']), sex: random.of(['M', 'F']), age: random.below(95) },
      changes: i % 9 === 0 ? { status: 'abstained', reason: 'No image fits', scores: [], findings: [] } : {},
    });
  });
  for (const uid of uids.slice(0, 6)) store.transaction(() => reopenReads(store, uid, 'x', 'new-result'));
  for (const uid of uids.slice(6, 9)) store.studies.remove(uid, 'operator');
  for (const uid of uids.slice(9, 12)) countStudy(world, uid);
  const kept = sumsOf(store);
  expect(store.ledger.counts().reduce((sum, { cases }) => sum + cases, 0)).toBe(31);
  expect(rebuildLedger(world)).toBe(31);
  expect(sumsOf(store)).toEqual(kept);
});

test('final reads from before the ledger was kept are counted once, all at once or step by step', async () => {
  for (const complete of [completeLedger, (world: ReadingWorld) => untilComplete(world)]) {
    const world = readingWorld();
    for (let i = 0; i < 3; i++) {
      const at = '2026-03-01T00:00:00.000Z';
      finish(world, { uid: `1.2.3.${i}`, ai: true, score: 0.7, reader: false, verdict: 'accept', at });
    }
    const { store } = world;
    const kept = sumsOf(store);
    // As a folder comes out of the migration.
    store.ledger.clear();
    store.reliance.clear();
    const database = new Database(join(store.directory, 'overread.db'));
    database.exec('INSERT INTO ledger_incomplete VALUES (1)');
    database.close();
    expect(store.ledger.isIncomplete()).toBe(true);
    await complete(world);
    expect(store.ledger.isIncomplete()).toBe(false);
    expect(sumsOf(store)).toEqual(kept);
    expect(store.ledger.counts()[0]?.cases).toBe(3);
  }
});

async function untilComplete(world: ReadingWorld): Promise<void> {
  const counting = completeInBackground(world);
  while (world.store.ledger.isIncomplete()) await new Promise((resolve) => setImmediate(resolve));
  await counting.stop();
}
