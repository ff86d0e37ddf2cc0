import { expect, test } from 'vitest';
import { relianceOf } from '../../../electron/domain/ledger/reliance.ts';
import { countStudy } from '../../../electron/services/ledger/count-study.ts';
import { reliancePage } from '../../../electron/services/ledger/reliance-page.ts';
import type { RelianceRow } from '../../../electron/shared/ledger-ports.ts';
import { NO_LEDGER_POLICY } from '../../../electron/shared/policy.ts';
import { COMMITTED } from '../store/parts.ts';
import { finish } from './ledger-world.ts';
import { readerFinding, readingWorld, type ReadingWorld } from './reading-world.ts';

const row = (changes: Partial<RelianceRow>): RelianceRow => ({
  modelId: 'm',
  version: '1.0.0',
  label: 'L',
  month: '2026-01',
  ai: true,
  before: true,
  after: true,
  judged: null,
  other: false,
  blind: true,
  cases: 1,
  ...changes,
});

test('each figure has its own cases, and none on fewer than the minimum', () => {
  const rows = [
    // The reader had not seen it, the AI was right, 12 of 16 followed.
    row({ ai: true, before: false, after: true, judged: true, cases: 12 }),
    row({ ai: true, before: false, after: false, judged: true, cases: 4, other: true }),
    // The AI was wrong, 3 of 10 followed.
    row({ ai: true, before: false, after: true, judged: false, cases: 3 }),
    row({ ai: true, before: false, after: false, judged: false, cases: 7 }),
    // Both wrong from the start.
    row({ ai: true, before: true, after: true, judged: false, cases: 5 }),
    // Both right.
    row({ ai: true, before: true, after: true, judged: true, cases: 20 }),
    row({ ai: false, before: false, after: false, judged: false, cases: 40 }),
    // Nobody judged.
    row({ ai: false, before: true, after: true, judged: null, cases: 9 }),
    // The AI was shown before: no blind read to agree with.
    row({ ai: true, before: true, after: true, judged: null, blind: false, cases: 50 }),
  ];
  const told = relianceOf(rows, [{ month: '2026-01', cases: 20, seconds: 1200 }], 10);
  expect(told.switchedToRight).toMatchObject({ value: 12 / 16, of: 16 });
  expect(told.switchedToWrong).toMatchObject({ value: 3 / 10, of: 10 });
  expect(told.overReliance).toMatchObject({ value: 8 / 15, of: 15 });
  expect(told.underReliance).toMatchObject({ value: 4 / 76, of: 76 });
  // Four findings beside another one: too few to tell.
  expect(told.missedBesideAi).toBeNull();
  expect(told.missedWithoutAi).toMatchObject({ value: 0, of: 32 });
  expect(told.labels).toMatchObject([{ label: 'L', cases: 100, agreement: { value: 0.65, of: 100 } }]);
  expect(told.meanSeconds).toEqual({ value: 60, of: 20 });
  expect(relianceOf(rows, [], 1000)).toMatchObject({
    labels: [],
    switchedToRight: null,
    overReliance: null,
    meanSeconds: null,
  });
});

/** Twelve studies that Ada and, after her, another reader have finished. */
function two(world: ReadingWorld, otherMarks: boolean): string {
  const { store } = world;
  const other = store.readers.create('Bo').id;
  for (let i = 0; i < 12; i++) {
    const uid = `1.2.3.9.${i}`;
    finish(world, {
      uid,
      ai: true,
      score: 0.8,
      reader: false,
      verdict: 'accept',
      at: '2026-01-10T00:00:00.000Z',
    });
    const { id } = store.reads.begin(uid, other);
    const findings = otherMarks ? [readerFinding({ sopInstanceUID: `${uid}.1.1` })] : [];
    store.reads.save(id, { findings, noAbnormalFinding: !otherMarks, impression: '' });
    store.reads.commit(id, { ...COMMITTED, committedAt: '2026-01-11T00:00:00.000Z', activeSeconds: 30 });
    const line = otherMarks ? `agree~r1~record-${uid}~a1` : `ai~record-${uid}~a1`;
    const judged = { reason: 'Seen', comment: '', assessedAt: '2026-01-11T00:00:00.000Z' };
    store.reads.assess(id, { itemId: line, verdict: otherMarks ? 'accept' : 'reject', ...judged });
    store.reads.markFinal(id, '2026-01-11T00:00:00.000Z');
    countStudy(world, uid);
  }
  return other;
}

const page = ({ store }: ReadingWorld, readerId: string | null, through: string | null = null) =>
  reliancePage({ store, policy: NO_LEDGER_POLICY }, readerId, through);

test('the other reader judges: who took over what the other does not see relied too much, who took what the other sees did not', () => {
  const wrong = readingWorld();
  const bo = two(wrong, false);
  expect(page(wrong, wrong.reader.id)).toMatchObject({
    period: { from: '2026-01', to: '2026-01' },
    switchedToWrong: { value: 1, of: 12 },
    switchedToRight: null,
    overReliance: { value: 1, of: 12 },
    meanSeconds: { value: 60, of: 12 },
  });
  // Bo rejected what Ada has in her read: for Bo the AI was right.
  expect(page(wrong, bo)).toMatchObject({ underReliance: { value: 1, of: 12 }, meanSeconds: { value: 30 } });
  const right = readingWorld();
  two(right, true);
  expect(page(right, right.reader.id)).toMatchObject({
    switchedToRight: { value: 1, of: 12 },
    overReliance: null,
    underReliance: { value: 0, of: 12 },
  });
});

test('of a reader by themself no other is in it, a month that is not over is not told, and the ledger counts a study once', () => {
  const world = readingWorld();
  two(world, true);
  const third = world.store.readers.create('Cy').id;
  expect(page(world, third)).toMatchObject({ period: null, labels: [] });
  expect(page(world, world.reader.id, '2025-12')).toMatchObject({ period: null, overReliance: null });
  expect(page(world, null).labels[0]?.cases).toBe(24);
  expect(world.store.ledger.counts()[0]?.cases).toBe(12);
});
