import Database from 'better-sqlite3';
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { answerConsensus } from '../../../electron/services/answer-consensus.ts';
import { canonicalConsensus, canonicalDecision } from '../../../electron/services/canonical-consensus.ts';
import { sha256Of } from '../../../electron/services/canonical-read.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { consensusView } from '../../../electron/services/consensus-view.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { proposeConsensus } from '../../../electron/services/propose-consensus.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import { verifyConsensuses } from '../../../electron/services/verify-consensus.ts';
import { verifySigned } from '../../../electron/services/verify-store.ts';
import type { Consensus, Settlement } from '../../../electron/shared/consensus.ts';
import type { ReadContent, ReaderFinding } from '../../../electron/shared/read.ts';
import {
  actionsOf,
  BOTH_FRAMES,
  readerFinding,
  readingWorld,
  type ReadingWorld,
  STUDY,
} from './reading-world.ts';

const ids = Array.from({ length: 9 }, (_, i) => `7f3a0000-0000-4000-8000-00000000000${i}`);
const [ONE = '', TWO = '', THREE = ''] = ids;

async function committed(
  world: ReadingWorld,
  readerId: string,
  findings: ReaderFinding[],
  impression: string,
): Promise<string> {
  openStudy(world, STUDY, readerId);
  const content: ReadContent = { findings, noAbnormalFinding: false, impression };
  saveRead(world, STUDY, readerId, content);
  const read = await commitRead(world, STUDY, readerId, {
    content,
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });
  return read.id;
}

type Pair = ReadingWorld & { ada: string; bo: string; adasRead: string; bosRead: string };

/** Ada committed first, Bo second, blind to her; they differ in a side, a finding and the impression. */
async function pair(): Promise<Pair> {
  const world = readingWorld();
  const bo = world.store.readers.create('Bo').id;
  const ada = world.reader.id;
  const adasRead = await committed(world, ada, [readerFinding({ id: 'a1' })], 'Tuberculosis.');
  const bosRead = await committed(
    world,
    bo,
    [
      readerFinding({ id: 'b1', laterality: 'left' }),
      readerFinding({ id: 'b2', label: 'Rib fracture', box: [80, 90, 100, 110] }),
    ],
    'Tuberculosis and a fracture.',
  );
  return Object.assign(world, { ada, bo, adasRead, bosRead });
}

const SETTLED: Settlement[] = [
  { lineId: 'a1~b1', choice: 'first', why: 'The marker says R.' },
  { lineId: '~b2', choice: 'second', why: '' },
  { lineId: 'impression', choice: 'changed', text: 'Tuberculosis; old rib fracture.', why: '' },
];

const proposal = (world: Pair, id = ONE, previousId: string | null = null) =>
  ({ kind: 'proposal', id, readId: world.bosRead, previousId, settlements: SETTLED, words: '' }) as const;

const last = (view: { records: Consensus[] }): Consensus => view.records.at(-1) ?? expect.fail('no record');

const waiting = ({ store }: Pair, readerId: string): number =>
  store.studies.list({ view: 'consensus', readerId, limit: 9, offset: 0 }).total;
const mark = ({ store }: Pair, readerId: string) =>
  store.studies.list({ readerId, limit: 1, offset: 0 }).rows[0]?.consensus;

test('the differences of two committed reads, told to their readers alone and after both commits', async () => {
  const world = readingWorld();
  const bo = world.store.readers.create('Bo').id;
  await committed(world, world.reader.id, [readerFinding()], 'x');
  openStudy(world, STUDY, bo);
  expect(() => consensusView(world, STUDY, bo)).toThrow('not committed');
  expect(consensusView(world, STUDY, world.reader.id).beside).toEqual([]);
  const parts = await pair();
  const [hers] = consensusView(parts, STUDY, parts.ada).beside;
  const [his] = consensusView(parts, STUDY, parts.bo).beside;
  expect(hers).toMatchObject({ readId: parts.bosRead, readerName: 'Bo', mineIsFirst: true });
  expect(his).toMatchObject({ readId: parts.adasRead, mineIsFirst: false });
  // One order for both: by the time of the commits.
  expect(his?.lines).toEqual(hers?.lines);
  expect(hers?.lines.filter(({ differs }) => differs.length > 0).map(({ id }) => id)).toEqual([
    'a1~b1',
    '~b2',
    'impression',
  ]);
});

test('proposed by one, it waits for the other; signed by both it is a record of its own', async () => {
  const parts = await pair();
  const { ada, bo, store } = parts;
  const proposed = last(proposeConsensus(parts, STUDY, ada, proposal(parts)));
  expect(proposed).toMatchObject({
    state: 'proposed',
    first: { readerName: 'R. Reader', readId: parts.adasRead, aiShownAt: null },
    second: { readerName: 'Bo', readId: parts.bosRead },
    signatures: [{ readerId: ada, decision: 'propose' }],
    outcome: {
      findings: [
        { from: 'first', finding: { label: 'Tuberculosis', laterality: 'right' } },
        { from: 'second', finding: { label: 'Rib fracture' } },
      ],
      impression: 'Tuberculosis; old rib fracture.',
    },
  });
  expect([waiting(parts, ada), waiting(parts, bo)]).toEqual([1, 1]);
  expect([mark(parts, ada), mark(parts, bo)]).toEqual(['proposed', 'to-sign']);
  const agree = { decision: 'agree', sha256: proposed.sha256 } as const;
  // Nobody agrees with themself, nobody signs another text than the one shown, and no third reader signs at all.
  expect(() => answerConsensus(parts, STUDY, ada, ONE, agree)).toThrow('You proposed it');
  expect(() => answerConsensus(parts, STUDY, bo, ONE, { ...agree, sha256: '0'.repeat(64) })).toThrow(
    'since this was drawn',
  );
  const cy = store.readers.create('Cy').id;
  await committed(parts, cy, [], 'y');
  expect(() => answerConsensus(parts, STUDY, cy, ONE, agree)).toThrow('no such consensus of yours');
  const agreed = last(answerConsensus(parts, STUDY, bo, ONE, agree));
  expect(agreed).toMatchObject({
    state: 'agreed',
    signatures: [{ readerId: ada }, { readerId: bo, decision: 'agree' }],
  });
  expect([waiting(parts, ada), waiting(parts, bo)]).toEqual([0, 0]);
  expect([mark(parts, ada), mark(parts, bo), mark(parts, cy)]).toEqual(['agreed', 'agreed', undefined]);
  expect(() => answerConsensus(parts, STUDY, bo, ONE, { decision: 'no-consensus', words: 'x' })).toThrow(
    'not open any more',
  );
  expect(actionsOf(parts).filter((action) => action.startsWith('consensus'))).toEqual([
    'consensus-propose',
    'consensus-agree',
  ]);
  expect(verifyConsensuses(store)).toEqual({ records: 1, bad: [] });
  // Neither committed read has changed.
  expect(verifySigned(store).every(({ ok }) => ok)).toBe(true);
});

test('a line that is open is none to sign; a mark beyond its image neither', async () => {
  const parts = await pair();
  const propose = (settlements: Settlement[]) =>
    proposeConsensus(parts, STUDY, parts.ada, { ...proposal(parts), settlements });
  expect(() => propose(SETTLED.slice(1))).toThrow('not settled');
  const finding = { label: 'x', laterality: 'left', certainty: 1, comment: '', box: [0, 0, 999, 9] } as const;
  const changed: Settlement = {
    lineId: 'a1~b1',
    choice: 'changed',
    finding: { ...finding, box: [...finding.box] },
    why: '',
  };
  expect(() => propose([changed, ...SETTLED.slice(1)])).toThrow('beyond the image');
  expect(consensusView(parts, STUDY, parts.ada).records).toEqual([]);
});

test('either says that there is no consensus, with reasons, to a proposal or without one', async () => {
  const parts = await pair();
  const { ada, bo } = parts;
  const none = {
    kind: 'none',
    id: ONE,
    readId: parts.adasRead,
    previousId: null,
    words: 'Needs a CT.',
  } as const;
  expect(last(proposeConsensus(parts, STUDY, bo, none))).toMatchObject({
    kind: 'none',
    state: 'no-consensus',
    outcome: null,
    words: 'Needs a CT.',
    signatures: [{ readerId: bo, decision: 'no-consensus' }],
  });
  // Nothing ends with it: another proposal may follow, bound to it.
  const second = last(proposeConsensus(parts, STUDY, ada, proposal(parts, TWO, ONE)));
  expect(second.previous?.id).toBe(ONE);
  const said = { decision: 'no-consensus', words: 'I see no fracture.' } as const;
  expect(last(answerConsensus(parts, STUDY, bo, TWO, said))).toMatchObject({
    state: 'no-consensus',
    signatures: [{ readerId: ada }, { readerId: bo, words: 'I see no fracture.' }],
  });
  expect(mark(parts, ada)).toBe('no-consensus');
  expect(verifyConsensuses(parts.store).bad).toEqual([]);
});

test('withdrawn by who proposed alone; replaced by another proposal, and never unawares', async () => {
  const parts = await pair();
  const { ada, bo } = parts;
  proposeConsensus(parts, STUDY, ada, proposal(parts));
  expect(() => answerConsensus(parts, STUDY, bo, ONE, { decision: 'withdraw', words: '' })).toThrow(
    'did not propose',
  );
  const counter = { ...proposal(parts, TWO), readId: parts.adasRead };
  expect(() => proposeConsensus(parts, STUDY, bo, counter)).toThrow('since this was drawn');
  const view = proposeConsensus(parts, STUDY, bo, { ...counter, previousId: ONE });
  expect(view.records.map(({ state, proposedBy }) => [state, proposedBy])).toEqual([
    ['replaced', ada],
    ['proposed', bo],
  ]);
  // Sent twice it is one.
  expect(proposeConsensus(parts, STUDY, bo, { ...counter, previousId: ONE }).records).toHaveLength(2);
  expect([mark(parts, ada), mark(parts, bo)]).toEqual(['to-sign', 'proposed']);
  answerConsensus(parts, STUDY, bo, TWO, { decision: 'withdraw', words: '' });
  expect([waiting(parts, ada), mark(parts, ada)]).toEqual([0, undefined]);
  expect(verifyConsensuses(parts.store)).toEqual({ records: 2, bad: [] });
});

describe('a check finds', () => {
  async function agreed(): Promise<{ parts: Pair; edit: (...sql: string[]) => void }> {
    const parts = await pair();
    const { sha256 } = last(proposeConsensus(parts, STUDY, parts.ada, proposal(parts)));
    answerConsensus(parts, STUDY, parts.bo, ONE, { decision: 'agree', sha256 });
    proposeConsensus(parts, STUDY, parts.ada, proposal(parts, TWO, ONE));
    proposeConsensus(parts, STUDY, parts.bo, { ...proposal(parts, THREE, TWO), readId: parts.adasRead });
    expect(verifyConsensuses(parts.store)).toEqual({ records: 3, bad: [] });
    const database = new Database(join(parts.store.directory, 'overread.db'));
    return {
      parts,
      edit(...sql) {
        // Whoever edits the file takes the triggers off first.
        for (const name of database
          .prepare<[], string>(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%consensus%'",
          )
          .pluck()
          .all())
          database.exec(`DROP TRIGGER ${name}`);
        for (const one of sql) database.prepare(one).run();
        database.close();
      },
    };
  }

  test.each([
    [
      'another text',
      `UPDATE consensuses SET content = replace(content, 'old rib', 'new rib') WHERE id = '${ONE}'`,
      'changed',
    ],
    [
      'another choice',
      `UPDATE consensuses SET content = replace(content, '"choice":"first"', '"choice":"second"') WHERE id = '${ONE}'`,
      'changed',
    ],
    [
      'a signature that is taken away',
      `DELETE FROM consensus_signatures WHERE consensus_id = '${ONE}' AND decision = 'agree'`,
      'state-wrong',
    ],
    [
      'a signature that was moved from another record',
      `UPDATE consensus_signatures SET signature = (SELECT signature FROM consensus_signatures AS other WHERE other.consensus_id = '${THREE}') WHERE consensus_id = '${ONE}' AND decision = 'agree'`,
      'signature-wrong',
    ],
    [
      'a time that was moved',
      `UPDATE consensus_signatures SET at = '2020-01-01T00:00:00.000Z' WHERE consensus_id = '${ONE}'`,
      'signature-wrong',
    ],
    [
      'an agreement that nobody gave',
      `UPDATE consensuses SET state = 'agreed' WHERE id = '${THREE}'`,
      'state-wrong',
    ],
    [
      'an agreement turned into none',
      `UPDATE consensus_signatures SET decision = 'no-consensus' WHERE consensus_id = '${ONE}' AND decision = 'agree'`,
      'signature-wrong',
    ],
    [
      'a record that is taken out of the middle',
      `DELETE FROM consensuses WHERE id = '${TWO}'`,
      'order-wrong',
    ],
  ])('%s', async (_words, sql, state) => {
    const { parts, edit } = await agreed();
    const before = sql.startsWith('DELETE FROM consensuses')
      ? [`DELETE FROM consensus_signatures WHERE consensus_id = '${TWO}'`]
      : [];
    edit(...before, sql);
    const { bad } = verifyConsensuses(parts.store);
    expect(bad.join('; ')).toContain(state);
    const check = verifySigned(parts.store).find(({ name }) => name === 'consensus records');
    expect(check?.ok).toBe(false);
  });

  test('the last record taken away: the audit trail names it', async () => {
    const { parts, edit } = await agreed();
    edit(
      `DELETE FROM consensus_signatures WHERE consensus_id = '${THREE}'`,
      `DELETE FROM consensuses WHERE id = '${THREE}'`,
    );
    expect(verifyConsensuses(parts.store).bad.join('; ')).toContain('on the audit trail and not here');
  });

  test('an agreement that is taken back with its state: the audit trail has it', async () => {
    const { parts, edit } = await agreed();
    edit(
      `DELETE FROM consensus_signatures WHERE consensus_id = '${ONE}' AND decision = 'agree'`,
      `UPDATE consensuses SET state = 'replaced' WHERE id = '${ONE}'`,
    );
    expect(verifyConsensuses(parts.store).bad).toEqual([
      `one of study ${STUDY} is on the audit trail and not here`,
    ]);
  });

  test('an agreement signed with the reader’s own key behind the program: the audit trail lacks it', async () => {
    const { parts, edit } = await agreed();
    const record = parts.store.consensuses.of(STUDY).at(-1) ?? expect.fail('no record');
    const said = {
      readerId: parts.ada,
      decision: 'agree',
      words: '',
      at: '2026-11-23T13:00:00.000Z',
    } as const;
    const signature = parts.store.readers.sign(parts.ada, canonicalDecision(record, said));
    edit(
      `INSERT INTO consensus_signatures (consensus_id, reader_id, decision, words, at, signature)
       VALUES ('${THREE}', '${parts.ada}', 'agree', '', '${said.at}', '${signature}')`,
      `UPDATE consensuses SET state = 'agreed' WHERE id = '${THREE}'`,
    );
    expect(verifyConsensuses(parts.store).bad).toEqual([`${THREE}: a signature is not on the audit trail`]);
  });

  test('one made up whole, hashed well and signed with another key', async () => {
    const { parts, edit } = await agreed();
    const [record] = parts.store.consensuses.of(STUDY);
    if (record === undefined) throw new Error('There is no record.');
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const content = { ...record, words: 'made up' };
    const sha256 = sha256Of(canonicalConsensus(content));
    const signed = record.signatures.map((one) => ({
      decision: one.decision,
      signature: sign(null, canonicalDecision({ id: ONE, sha256 }, one), key).toString('base64'),
    }));
    const { sha256: _sha256, state: _state, signatures: _signatures, ...kept } = content;
    edit(
      `UPDATE consensuses SET sha256 = '${sha256}', content = '${JSON.stringify(kept).replaceAll("'", "''")}' WHERE id = '${ONE}'`,
      ...signed.map(
        ({ decision, signature }) =>
          `UPDATE consensus_signatures SET signature = '${signature}' WHERE consensus_id = '${ONE}' AND decision = '${decision}'`,
      ),
    );
    const { bad } = verifyConsensuses(parts.store);
    expect(bad.join('; ')).toContain(`${ONE}: signature-wrong`);
    expect(bad.join('; ')).toContain(`${TWO}: order-wrong`);
  });
});

test('beneath the program too, what was signed stays; it goes with its study alone', async () => {
  const parts = await pair();
  const { sha256 } = last(proposeConsensus(parts, STUDY, parts.ada, proposal(parts)));
  answerConsensus(parts, STUDY, parts.bo, ONE, { decision: 'agree', sha256 });
  const database = new Database(join(parts.store.directory, 'overread.db'));
  for (const sql of [
    "UPDATE consensuses SET content = '{}'",
    "UPDATE consensuses SET state = 'proposed'",
    'DELETE FROM consensuses',
    'INSERT OR REPLACE INTO consensuses SELECT * FROM consensuses',
    "UPDATE consensus_signatures SET words = 'x'",
    'DELETE FROM consensus_signatures',
  ])
    expect(() => database.prepare(sql).run(), sql).toThrow(/never|stays/);
  database.close();
  parts.store.studies.remove(STUDY, parts.ada);
  expect(verifyConsensuses(parts.store)).toEqual({ records: 0, bad: [] });
});
