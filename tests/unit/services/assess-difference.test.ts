import { expect, test } from 'vitest';
import { addAddendum, canonicalAddendum } from '../../../electron/services/add-addendum.ts';
import { assessDifference } from '../../../electron/services/assess-difference.ts';
import { sha256Of } from '../../../electron/services/canonical-read.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { revealComparison } from '../../../electron/services/reveal-comparison.ts';
import { stateFacts } from '../../../electron/services/state-facts.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import {
  addendumRequestSchema,
  assessmentRequestSchema,
  type ComparisonItem,
  type Verdict,
} from '../../../electron/shared/read.ts';
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

const assess = (world: ReadingWorld, itemId: string, verdict: Verdict = 'accept') =>
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
    { itemId: idOf(items, 'r1'), verdict: 'accept', reason: 'Seen on the image', comment: 'looked twice' },
  ]);
  expect(status(world)).toBe('committed');
  assess(world, idOf(items, 'r2'), 'reject');
  // 'r3' was assessed by no model: there is nothing to judge.
  expect(status(world)).toBe('final');
  expect(actionsOf(world).slice(-2)).toEqual(['assess', 'assess']);
  expect(world.store.audit.list(2, 0).map(({ detail }) => detail['final'])).toEqual([true, false]);
  expect(world.store.audit.verify().brokenAt).toBeNull();
});

test('a later judgement counts', async () => {
  const { world, items } = await revealed();
  assess(world, idOf(items, 'r1'), 'accept');
  const { assessments } = assess(world, idOf(items, 'r1'), 'reject');
  expect(assessments.map(({ verdict }) => verdict)).toEqual(['reject']);
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
      assessment: { itemId: idOf(items, 'r1'), verdict: 'accept' },
    },
  ]);
  expect(comparison.earlier[0]?.words).toBe(items.find(({ id }) => id === idOf(items, 'r1'))?.words);
  expect(() => assess(world, idOf(items, 'r1'))).toThrow(expect.objectContaining({ code: 'item-unknown' }));
});

test('other facts, stated by whomever, open a final study again, and nothing that was said is lost', async () => {
  const { world, items } = await revealed();
  assess(world, idOf(items, 'r1'));
  assess(world, idOf(items, 'r2'), 'reject');
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
    'accept',
    'reject',
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
  const request = { verdict: 'accept' as const, reason: 'Seen on the image', comment: '' };
  expect(() => assessDifference(world, STUDY, other.id, idOf(items, 'r1'), request)).toThrow(
    expect.objectContaining({ code: 'read-not-committed' }),
  );
});

const why = { reason: 'Seen on the image', comment: '' };

test('a deferred line settles nothing, and opens again what was final', async () => {
  const { world, items } = await revealed();
  for (const item of items) assess(world, item.id, 'reject');
  expect(status(world)).toBe('final');
  assess(world, idOf(items, 'r1'), 'defer');
  expect(status(world)).toBe('committed');
  assess(world, idOf(items, 'r1'), 'accept');
  expect(status(world)).toBe('final');
});

test('what a verdict makes of a finding: it stands, is withdrawn, is modified', async () => {
  const { world, items } = await revealed();
  const changes = () =>
    revealComparison(world, STUDY, world.reader.id).reconciled.map(({ change, finding }) => [
      change,
      finding.label,
    ]);
  const before = changes();
  expect(before.map(([change]) => change)).toEqual(['none', 'none', 'none']);
  // The AI looked for r2 and did not find it: whoever accepts that takes the finding back.
  assess(world, idOf(items, 'r2'), 'accept');
  expect(changes()[1]?.[0]).toBe('withdrawn');
  assess(world, idOf(items, 'r2'), 'reject');
  expect(changes()[1]?.[0]).toBe('none');
  const { label, laterality, certainty, comment, box } = readerFinding();
  const finding = { label: 'Nodule', laterality, certainty, comment, box };
  const comparison = assessDifference(world, STUDY, world.reader.id, idOf(items, 'r1'), {
    verdict: 'modify',
    ...why,
    finding,
  });
  expect(label).not.toBe('Nodule');
  expect(comparison.reconciled[0]).toMatchObject({ change: 'modified', from: 'reader', finding });
  expect(world.store.audit.list(1, 0)[0]?.detail).toMatchObject({
    verdict: 'modify',
    finding,
    readChanged: true,
  });
  // The committed read is what it was.
  expect(comparison.read.content.findings[0]?.label).toBe(label);
});

test('a modified finding lies inside its image', async () => {
  const { world, items } = await revealed();
  const { label, laterality, certainty, comment } = readerFinding();
  for (const box of [[0, 0, 1e6, 5] as const, [5, 5, 5, 9] as const]) {
    expect(() =>
      assessDifference(world, STUDY, world.reader.id, idOf(items, 'r1'), {
        verdict: 'modify',
        ...why,
        finding: { label, laterality, certainty, comment, box: [...box] },
      }),
    ).toThrow('Draw it inside the image');
  }
  expect(revealComparison(world, STUDY, world.reader.id).assessments).toEqual([]);
});

test('a finding of the AI is part of the read once it is accepted, with its place', async () => {
  const world = readingWorld();
  saveResult(world);
  openStudy(world, STUDY, world.reader.id);
  saveRead(world, STUDY, world.reader.id, { findings: [], noAbnormalFinding: true, impression: '' });
  await commitRead(world, STUDY, world.reader.id, {
    content: onScreen(world),
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });
  const [line] = revealComparison(world, STUDY, world.reader.id).items;
  expect(line?.kind).toBe('ai-only');
  const accepted = assess(world, line?.id ?? '', 'accept');
  const ai = accepted.results[0]?.findings[0];
  expect(accepted.reconciled).toMatchObject([
    { from: 'ai', change: 'added', aiFindingId: ai?.id, finding: { box: ai?.box ?? null } },
  ]);
  expect(assess(world, line?.id ?? '', 'reject').reconciled).toEqual([]);
  expect(assess(world, line?.id ?? '', 'defer').reconciled).toEqual([]);
});

test('addenda are signed, numbered, bound to what they follow, and never change', async () => {
  const { world } = await revealed();
  addAddendum(world, STUDY, world.reader.id, '  Seen again with the lateral view.  ');
  const { addenda, read } = addAddendum(world, STUDY, world.reader.id, 'Discussed.');
  expect(addenda.map(({ number, text }) => [number, text])).toEqual([
    [1, 'Seen again with the lateral view.'],
    [2, 'Discussed.'],
  ]);
  let previous: string | null = null;
  for (const addendum of addenda) {
    const bytes = canonicalAddendum(read, addendum, previous);
    expect(sha256Of(bytes)).toBe(addendum.sha256);
    expect(addendum.signature).toBe(world.store.readers.sign(world.reader.id, bytes));
    previous = addendum.sha256;
  }
  expect(actionsOf(world).filter((action) => action === 'addendum')).toHaveLength(2);
});

test('an addendum that is sent twice is signed once', async () => {
  const { world } = await revealed();
  const id = '3f0c2a9e-6b1d-4d8e-9a55-0d6a5c1f7b10';
  addAddendum(world, STUDY, world.reader.id, 'Once.', id);
  expect(addAddendum(world, STUDY, world.reader.id, 'Once.', id).addenda).toHaveLength(1);
  expect(actionsOf(world).filter((action) => action === 'addendum')).toHaveLength(1);
});

test.each([
  ['half a character', 'seen \ud800'],
  ['a turn of direction', 'seen \u202enees'],
  ['a control character', 'seen\u0007'],
  ['nothing that can be seen', '\u200b'],
  ['spaces alone', ' \n '],
])('words under a signature can be read: not %s', (_what, text) => {
  expect(addendumRequestSchema.safeParse({ text }).success).toBe(false);
  const finding = { label: text, laterality: 'left', certainty: 3, comment: '', box: null };
  const judged = { verdict: 'modify', reason: 'Seen on the image', comment: '', finding };
  expect(assessmentRequestSchema.safeParse(judged).success).toBe(false);
});

test('words of any script can be signed, on several lines', () => {
  for (const text of ['Größe ½', '肺野に結節', 'رئة', 'first\nsecond\tthird', '𝒳 👩‍⚕️'.replace('\u200d', '')])
    expect(addendumRequestSchema.safeParse({ text }).success).toBe(true);
});

test('nothing is added to a read that is not committed', () => {
  const world = readingWorld();
  openStudy(world, STUDY, world.reader.id);
  expect(() => addAddendum(world, STUDY, world.reader.id, 'x')).toThrow('not committed');
});
