import Database from 'better-sqlite3';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stepReferral } from '../../../electron/services/answer-referral.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { referStudy } from '../../../electron/services/refer-study.ts';
import { buildComparison } from '../../../electron/services/reveal-comparison-build.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import { showAi } from '../../../electron/services/show-ai.ts';
import { toldReferrals } from '../../../electron/services/tell-referrals.ts';
import type { Referral, ReferralRequest } from '../../../electron/shared/referral.ts';
import { referralRequestSchema, referralStepRequestSchema } from '../../../electron/shared/referral.ts';
import {
  actionsOf,
  BOTH_FRAMES,
  readerFinding,
  readingWorld,
  type ReadingWorld,
  saveResult,
  STUDY,
} from './reading-world.ts';

const ASKED: ReferralRequest = {
  toReader: null,
  ask: 'independent',
  itemId: null,
  reason: 'uncertain',
  words: 'Nodule in the left apex?',
};

async function committed(world: ReadingWorld, readerId: string): Promise<void> {
  openStudy(world, STUDY, readerId);
  const content = { findings: [readerFinding()], noAbnormalFinding: false, impression: 'x' };
  saveRead(world, STUDY, readerId, content);
  await commitRead(world, STUDY, readerId, {
    content,
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });
}

/** The first reader has committed; Bo and Cy have not opened the study. */
async function world(): Promise<ReadingWorld & { ada: string; bo: string; cy: string }> {
  const made = readingWorld();
  const { readers } = made.store;
  const [bo, cy] = [readers.create('Bo').id, readers.create('Cy').id];
  await committed(made, made.reader.id);
  return Object.assign(made, { ada: made.reader.id, bo, cy });
}

const waiting = ({ store }: ReadingWorld, readerId: string): number =>
  store.studies.list({ view: 'referred', readerId, limit: 9, offset: 0 }).total;

const whole = (told: ReturnType<typeof toldReferrals>): Referral[] =>
  told.told === 'whole' ? told.referrals : expect.fail('told blind');

test('only a reader who has committed refers, to another reader who is here', async () => {
  const parts = await world();
  const { ada, bo } = parts;
  expect(() => referStudy(parts, STUDY, bo, ASKED)).toThrow('not committed');
  expect(() => referStudy(parts, STUDY, ada, { ...ASKED, toReader: ada })).toThrow(
    'another reader than oneself',
  );
  expect(() => referStudy(parts, STUDY, ada, { ...ASKED, toReader: 'nobody' })).toThrow('no such reader');
  expect(() => referStudy(parts, STUDY, ada, { ...ASKED, itemId: 'ai~gone~1' })).toThrow(
    'not in the comparison',
  );
  expect(actionsOf(parts)).not.toContain('refer');
});

test('before the commit the reader who is asked is told that something is asked, and what; after it all', async () => {
  const parts = await world();
  const { ada, bo, cy } = parts;
  referStudy(parts, STUDY, ada, { ...ASKED, toReader: bo });
  const told = toldReferrals(parts, STUDY, bo);
  expect(told).toEqual({
    told: 'blind',
    referrals: [
      {
        id: expect.any(String),
        ask: 'independent',
        direct: true,
        accepted: false,
        createdAt: expect.any(String),
      },
    ],
  });
  expect(JSON.stringify(told)).not.toMatch(/uncertain|Nodule|R\. Reader/);
  // It is no business of a third reader.
  expect(toldReferrals(parts, STUDY, cy)).toEqual({ told: 'blind', referrals: [] });
  await committed(parts, bo);
  expect(whole(toldReferrals(parts, STUDY, bo))).toMatchObject([
    {
      from: { name: 'R. Reader' },
      to: { name: 'Bo' },
      reason: 'uncertain',
      words: ASKED.words,
      state: 'open',
    },
  ]);
});

test('accepted blind, answered after the commit; each step is on the record and the trail', async () => {
  const parts = await world();
  const { ada, bo } = parts;
  referStudy(parts, STUDY, ada, { ...ASKED, toReader: bo });
  const id = toldReferrals(parts, STUDY, bo).referrals[0]?.id ?? '';
  expect(stepReferral(parts, STUDY, bo, id, { kind: 'accept' }).referrals).toMatchObject([
    { accepted: true },
  ]);
  const answer = { kind: 'answer', stance: 'differs', words: 'A vessel, end on.' } as const;
  expect(() => stepReferral(parts, STUDY, bo, id, answer)).toThrow('not committed');
  await committed(parts, bo);
  expect(waiting(parts, bo)).toBe(1);
  const [after] = whole(stepReferral(parts, STUDY, bo, id, answer));
  expect(after).toMatchObject({
    state: 'answered',
    takenBy: { name: 'Bo' },
    steps: [
      { kind: 'accept', by: { name: 'Bo' }, stance: null, words: '' },
      { kind: 'answer', stance: 'differs', words: 'A vessel, end on.' },
    ],
  });
  expect(waiting(parts, bo)).toBe(0);
  const peer = parts.store.audit.list(50, 0).filter(({ action }) => action.startsWith('refer'));
  expect(peer.toReversed()).toMatchObject([
    { action: 'refer', actor: ada, detail: { toReader: bo, reason: 'uncertain', words: ASKED.words } },
    { action: 'referral-accept', actor: bo, detail: { referralId: id } },
    { action: 'referral-answer', actor: bo, detail: { stance: 'differs', words: 'A vessel, end on.' } },
  ]);
});

test('one to a second reader goes to who accepts; declined, to the others again', async () => {
  const parts = await world();
  const { ada, bo, cy } = parts;
  referStudy(parts, STUDY, ada, ASKED);
  const counts = () => [ada, bo, cy].map((one) => waiting(parts, one));
  expect(counts()).toEqual([0, 1, 1]);
  const id = toldReferrals(parts, STUDY, cy).referrals[0]?.id ?? '';
  stepReferral(parts, STUDY, cy, id, { kind: 'accept' });
  expect(counts()).toEqual([0, 0, 1]);
  expect(() => stepReferral(parts, STUDY, bo, id, { kind: 'accept' })).toThrow('no such referral');
  stepReferral(parts, STUDY, cy, id, { kind: 'decline', words: 'Not my field.' });
  expect(counts()).toEqual([0, 1, 0]);
  // A profile that is made later may take it too.
  const di = parts.store.readers.create('Di').id;
  expect(waiting(parts, di)).toBe(1);
  stepReferral(parts, STUDY, ada, id, { kind: 'withdraw', words: '' });
  expect([...counts(), waiting(parts, di)]).toEqual([0, 0, 0, 0]);
});

test('the worklist marks what waits for a reader, and how an own referral stands', async () => {
  const parts = await world();
  const { ada, bo, cy } = parts;
  referStudy(parts, STUDY, ada, { ...ASKED, toReader: bo });
  const row = (readerId: string) => parts.store.studies.list({ readerId, limit: 1, offset: 0 }).rows[0];
  expect(row(bo)).toMatchObject({ referredToMe: true });
  expect(row(bo)).not.toHaveProperty('referred');
  expect(row(ada)).toMatchObject({ referred: 'open' });
  for (const one of [row(cy), parts.store.studies.list({ readerId: null, limit: 1, offset: 0 }).rows[0]]) {
    expect(one).not.toHaveProperty('referredToMe');
    expect(one).not.toHaveProperty('referred');
  }
  const id = toldReferrals(parts, STUDY, bo).referrals[0]?.id ?? '';
  stepReferral(parts, STUDY, bo, id, { kind: 'decline', words: 'On leave.' });
  expect(row(ada)).toMatchObject({ referred: 'declined' });
  // In every order and with every filter the view holds the same.
  referStudy(parts, STUDY, ada, { ...ASKED, toReader: cy });
  for (const question of [
    { sort: { key: 'name', descending: false } },
    { filters: { modality: 'DX' } },
    { filters: { status: 'new' } },
    { query: 'doe' },
    { query: 'do', filters: { priority: 'routine' } },
  ] as const) {
    const page = (readerId: string) =>
      parts.store.studies.list({ view: 'referred', ...question, readerId, limit: 9, offset: 0 });
    expect(page(cy).rows, JSON.stringify(question)).toHaveLength(1);
    expect(page(bo).rows, JSON.stringify(question)).toHaveLength(0);
  }
});

test('one line of the comparison can be referred: its words stay though the model runs again', async () => {
  const parts = await world();
  saveResult(parts);
  const { ada, bo } = parts;
  const read = parts.store.reads.find(STUDY, ada);
  if (read === undefined) throw new Error('There is no read.');
  const [item] = buildComparison(parts, read).items;
  referStudy(parts, STUDY, ada, { ...ASKED, toReader: bo, itemId: item?.id ?? '', reason: 'ai-differs' });
  parts.store.studies.state(STUDY, { bodyPart: 'ABDOMEN' }, ada);
  const [told] = whole(toldReferrals(parts, STUDY, ada));
  expect(told?.about).toEqual({ itemId: item?.id, words: `Tuberculosis: ${item?.words}` });
});

describe('an independent read', () => {
  async function site(ask: ReferralRequest['ask']) {
    const parts = Object.assign(await world(), { aiMode: 'ai-first' as const });
    saveResult(parts);
    referStudy(parts, STUDY, parts.ada, { ...ASKED, toReader: parts.bo, ask });
    openStudy(parts, STUDY, parts.bo);
    return parts;
  }

  test('is made without the AI, whatever the site shows before the commit', async () => {
    const parts = await site('independent');
    const { bo, cy, store } = parts;
    expect(() => showAi(parts, STUDY, bo)).toThrow('independent read');
    expect(store.reads.find(STUDY, bo)?.aiShownAt).toBeNull();
    // Nobody else is bound by it; and not this reader once it is declined.
    openStudy(parts, STUDY, cy);
    expect(showAi(parts, STUDY, cy).results).toHaveLength(1);
    const id = toldReferrals(parts, STUDY, bo).referrals[0]?.id ?? '';
    stepReferral(parts, STUDY, bo, id, { kind: 'decline', words: 'I want the AI.' });
    expect(showAi(parts, STUDY, bo).results).toHaveLength(1);
  });

  test('is not one of a reader who saw the AI first: they cannot take it', async () => {
    const parts = await site('opinion');
    const { ada, bo } = parts;
    // An opinion is given as the site reads.
    showAi(parts, STUDY, bo);
    referStudy(parts, STUDY, ada, ASKED);
    const told = toldReferrals(parts, STUDY, bo);
    const [opinion, independent] = told.referrals.map(({ id }) => id);
    expect(stepReferral(parts, STUDY, bo, opinion ?? '', { kind: 'accept' }).told).toBe('blind');
    expect(() => stepReferral(parts, STUDY, bo, independent ?? '', { kind: 'accept' })).toThrow(
      'was shown to you before',
    );
    stepReferral(parts, STUDY, bo, independent ?? '', { kind: 'decline', words: 'I saw the AI.' });
  });
});

test('the same form sent twice is one referral', async () => {
  const parts = await world();
  const id = '7f3a0000-0000-4000-8000-000000000001';
  referStudy(parts, STUDY, parts.ada, { ...ASKED, id });
  expect(referStudy(parts, STUDY, parts.ada, { ...ASKED, id }).referrals).toHaveLength(1);
  expect(actionsOf(parts).filter((action) => action === 'refer')).toHaveLength(1);
});

test('what is not said is refused: another reason without words, an answer or a refusal without any', () => {
  expect(referralRequestSchema.safeParse({ ...ASKED, reason: 'other', words: ' \u200b' }).success).toBe(
    false,
  );
  expect(referralRequestSchema.safeParse({ ...ASKED, reason: 'quality', words: '' }).success).toBe(true);
  expect(referralRequestSchema.safeParse({ ...ASKED, reason: 'because', words: 'x' }).success).toBe(false);
  expect(referralStepRequestSchema.safeParse({ kind: 'decline', words: ' ' }).success).toBe(false);
  expect(referralStepRequestSchema.safeParse({ kind: 'answer', words: 'x' }).success).toBe(false);
});

test('beneath the program too, what was asked and done stays; it goes with its study alone', async () => {
  const parts = await world();
  const { ada, bo, store } = parts;
  referStudy(parts, STUDY, ada, { ...ASKED, toReader: bo });
  const id = toldReferrals(parts, STUDY, bo).referrals[0]?.id ?? '';
  stepReferral(parts, STUDY, bo, id, { kind: 'decline', words: 'No time.' });
  const database = new Database(join(store.directory, 'overread.db'));
  for (const sql of [
    "UPDATE referrals SET words = 'other'",
    "UPDATE referrals SET state = 'open'",
    'DELETE FROM referrals',
    'INSERT OR REPLACE INTO referrals SELECT * FROM referrals',
    "UPDATE referral_steps SET words = 'other'",
    'DELETE FROM referral_steps',
    'INSERT OR REPLACE INTO referral_steps SELECT * FROM referral_steps',
  ])
    expect(() => database.prepare(sql).run(), sql).toThrow();
  database.close();
  store.studies.remove(STUDY, ada);
  expect(store.referrals.every(9)).toEqual([]);
});
