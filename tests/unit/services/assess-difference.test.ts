import { expect, test } from 'vitest';
import { assessDifference } from '../../../electron/services/assess-difference.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { revealComparison } from '../../../electron/services/reveal-comparison.ts';
import { stateFacts } from '../../../electron/services/state-facts.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import type { ComparisonItem } from '../../../electron/shared/read.ts';
import {
  actionsOf,
  BOTH_FRAMES,
  modelResult,
  OTHER_IMAGE,
  readerFinding,
  onScreen,
  readingWorld,
  type ReadingWorld,
  saveResult,
  STUDY,
} from './reading-world.ts';

/** One agreement, one finding below threshold, one that nobody assessed. */
async function revealed(): Promise<{ world: ReadingWorld; items: ComparisonItem[] }> {
  const world = readingWorld();
  saveResult(world);
  openStudy(world, STUDY, world.reader.id);
  const findings = [
    readerFinding(),
    readerFinding({ id: 'r2', sopInstanceUID: OTHER_IMAGE }),
    readerFinding({ id: 'r3', label: 'Cardiomegaly' }),
  ];
  saveRead(world, STUDY, world.reader.id, { findings, noAbnormalFinding: false, impression: 'x' });
  await commitRead(world, STUDY, world.reader.id, {
    content: onScreen(world),
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });
  return { world, items: revealComparison(world, STUDY, world.reader.id).items };
}

const idOf = (items: ComparisonItem[], readerFindingId: string): string =>
  items.find((item) => item.kind !== 'ai-only' && item.readerFindingId === readerFindingId)?.id ?? '';

const assess = (world: ReadingWorld, itemId: string, verdict: 'agree' | 'disagree' = 'agree') =>
  assessDifference(world, STUDY, world.reader.id, itemId, {
    verdict,
    reason: 'Seen on the image',
    comment: 'looked twice',
  });

const status = (world: ReadingWorld) => world.store.studies.detail(STUDY, world.reader.id).status;

test('the study is final when all that needs a judgement has one, and not before', async () => {
  const { world, items } = await revealed();
  expect(status(world)).toBe('committed');
  const comparison = assess(world, idOf(items, 'r1'));
  expect(comparison.assessments).toMatchObject([
    { itemId: idOf(items, 'r1'), verdict: 'agree', reason: 'Seen on the image', comment: 'looked twice' },
  ]);
  expect(status(world)).toBe('committed');
  assess(world, idOf(items, 'r2'), 'disagree');
  // 'r3' was assessed by no model: there is nothing to judge.
  expect(status(world)).toBe('final');
  expect(actionsOf(world).slice(-2)).toEqual(['assess', 'assess']);
  expect(world.store.audit.list(2, 0).map(({ detail }) => detail['final'])).toEqual([true, false]);
  expect(world.store.audit.verify().brokenAt).toBeNull();
});

test('a later judgement counts', async () => {
  const { world, items } = await revealed();
  assess(world, idOf(items, 'r1'), 'agree');
  const { assessments } = assess(world, idOf(items, 'r1'), 'disagree');
  expect(assessments.map(({ verdict }) => verdict)).toEqual(['disagree']);
});

test('a judgement of a result that a newer run replaced does not slip to the new one', async () => {
  const { world, items } = await revealed();
  assess(world, idOf(items, 'r1'));
  saveResult(world, modelResult({ recordId: 'record-2' }));
  const comparison = revealComparison(world, STUDY, world.reader.id);
  expect(comparison.assessments).toEqual([]);
  // What was said stays, with the words of the line it was said of.
  expect(comparison.earlier).toMatchObject([
    {
      model: expect.stringContaining('chest-adult'),
      assessment: { itemId: idOf(items, 'r1'), verdict: 'agree' },
    },
  ]);
  expect(comparison.earlier[0]?.words).toBe(items.find(({ id }) => id === idOf(items, 'r1'))?.words);
  expect(() => assess(world, idOf(items, 'r1'))).toThrow(expect.objectContaining({ code: 'item-unknown' }));
});

test('other facts, stated by whomever, open a final study again, and nothing that was said is lost', async () => {
  const { world, items } = await revealed();
  assess(world, idOf(items, 'r1'));
  assess(world, idOf(items, 'r2'), 'disagree');
  expect(status(world)).toBe('final');
  const other = world.store.readers.create('Other');
  stateFacts(world.store, STUDY, { bodyPart: 'CHEST', view: 'AP' }, other.id);
  expect(status(world)).toBe('committed');
  const inView = (view: 'reconcile' | 'final') =>
    world.store.studies.list({ view, limit: 10, offset: 0, readerId: world.reader.id }).total;
  expect([inView('reconcile'), inView('final')]).toEqual([1, 0]);
  expect(world.store.audit.list(1, 0)).toMatchObject([
    { action: 'reopen', actor: other.id, detail: { why: 'facts-stated' } },
  ]);
  expect(revealComparison(world, STUDY, world.reader.id)).toMatchObject({
    aiState: 'waiting',
    items: expect.any(Array),
  });
  saveResult(world, modelResult({ recordId: 'record-2' }));
  const comparison = revealComparison(world, STUDY, world.reader.id);
  expect(status(world)).toBe('committed');
  expect(comparison.earlier.map(({ assessment }) => assessment.verdict).toSorted()).toEqual([
    'agree',
    'disagree',
  ]);
  // Stating the same again changes nothing.
  for (const item of comparison.items) assess(world, item.id);
  expect(status(world)).toBe('final');
  stateFacts(world.store, STUDY, { bodyPart: 'CHEST', view: 'AP' }, other.id);
  expect(status(world)).toBe('final');
});

test('nobody judges before their own commit', async () => {
  const { world, items } = await revealed();
  const other = world.store.readers.create('Other');
  const request = { verdict: 'agree' as const, reason: 'Seen on the image', comment: '' };
  expect(() => assessDifference(world, STUDY, other.id, idOf(items, 'r1'), request)).toThrow(
    expect.objectContaining({ code: 'read-not-committed' }),
  );
});
