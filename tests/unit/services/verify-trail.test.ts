import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { armOf, orderOf } from '../../../electron/domain/reader-study/design.ts';
import { createTrial, recordTrialRead, simulateTrial } from '../../../electron/services/trials.ts';
import { addAddendum } from '../../../electron/services/add-addendum.ts';
import { assessDifference } from '../../../electron/services/assess-difference.ts';
import { answerConsensus } from '../../../electron/services/answer-consensus.ts';
import { stepReferral } from '../../../electron/services/answer-referral.ts';
import { auditedModels } from '../../../electron/services/audited-models.ts';
import { startModel, stopModel } from '../../../electron/services/ledger/switch-model.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { linkLesion } from '../../../electron/services/link-lesion.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { reviewRead } from '../../../electron/services/peer-review.ts';
import { proposeConsensus } from '../../../electron/services/propose-consensus.ts';
import { referStudy } from '../../../electron/services/refer-study.ts';
import { removeStudy } from '../../../electron/services/remove-study.ts';
import { revealComparison } from '../../../electron/services/reveal-comparison.ts';
import { stateResponse } from '../../../electron/services/state-response.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { verifyStore } from '../../../electron/services/verify-store.ts';
import { type AuditAction, auditActionSchema } from '../../../electron/shared/audit.ts';
import type { Consensus } from '../../../electron/shared/consensus.ts';
import { addReportAddendum, signReport, viewReport } from '../../../electron/services/write-report.ts';
import { loadPatientWords, loadReportTemplates } from '../../../electron/services/report-templates.ts';
import { loadReportWords } from '../../../electron/services/report-words.ts';
import type { ReferralStepRequest } from '../../../electron/shared/referral.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { stage, temporaryFolder } from '../store/parts.ts';
import {
  aiFinding,
  BOTH_FRAMES,
  modelResult,
  onScreen,
  radiograph,
  type ReadingWorld,
  readerFinding,
  readingWorld,
  RECORD,
  saveResult,
  stageFile,
  STUDY,
} from './reading-world.ts';
import { fileExample } from './messages-world.ts';

const PRIOR = '1.2.3.6';
const PRIOR_IMAGE = '1.2.3.6.1.1';
const REPORT_WORDS = loadReportWords('resources');

/** A data folder that has two rows at least of every kind that the trail tells of. */
async function fullWorld(): Promise<ReadingWorld> {
  const world = readingWorld();
  const { store } = world;
  const second = store.readers.create('S. Second');
  const prior = radiograph(PRIOR_IMAGE, 0, [
    { tag: '0020000D', vr: 'UI', value: PRIOR },
    { tag: '0020000E', vr: 'UI', value: `${PRIOR}.1` },
    { tag: '00080020', vr: 'DA', value: '20260120' },
  ]);
  store.studies.storeStudy(PRIOR, [stageFile(store, prior)], null, 'operator');
  for (const [index, uid] of ['1.2.9.1', '1.2.9.2', '1.2.9.3'].entries()) {
    const of = { studyInstanceUID: uid, seriesInstanceUID: `${uid}.1` };
    const files = ['a', 'b'].map((name, at) =>
      stage(store, { ...of, sopInstanceUID: `${uid}.1.${at + 1}`, patientName: 'ROE^R' }, `${uid}${name}`),
    );
    store.studies.storeStudy(uid, files, index === 1 ? { age: 40 } : null, 'operator');
  }
  // In two imports, and one that is removed: what was said of it before does not count any more.
  const more = { studyInstanceUID: '1.2.9.1', seriesInstanceUID: '1.2.9.1.1', sopInstanceUID: '1.2.9.1.1.9' };
  store.studies.storeStudy('1.2.9.1', [stage(store, more, 'later')], null, 'operator');
  removeStudy(store, '1.2.9.3', 'ROE^R', 'operator');
  store.studies.state('1.2.9.1', { bodyPart: 'CHEST' }, 'operator');
  store.studies.setPriority('1.2.9.1', 'stat', 'operator');
  store.studies.setPriority('1.2.9.2', 'urgent', 'operator');
  const ai = [aiFinding(), aiFinding({ id: 'a2', box: [80, 100, 110, 140] })];
  for (const [index, recordId] of [RECORD, 'record-2'].entries()) {
    const result = modelResult({ recordId, findings: ai });
    store.transaction(() => {
      saveResult(world, { ...result, model: { ...result.model, id: `m${index}` } });
      const record = store.results.record(recordId);
      if (record === undefined) throw new Error('no record');
      const detail = { device: 'cpu', models: auditedModels([{ record, maps: [], outputs: [] }]) };
      store.audit.append({ actor: 'operator', action: 'analyze', studyInstanceUID: STUDY, detail });
    });
  }
  const reads: string[] = [];
  for (const reader of [world.reader, second]) {
    openStudy(world, STUDY, reader.id);
    const content = {
      findings: [readerFinding()],
      noAbnormalFinding: false,
      impression: `By ${reader.name}.`,
    };
    const before = onScreen({ ...world, reader });
    saveRead(world, STUDY, reader.id, content, before);
    const request = { content, framesDisplayed: BOTH_FRAMES, acknowledgeUnseen: false, activeSeconds: 12 };
    reads.push((await commitRead(world, STUDY, reader.id, request)).id);
    const items = revealComparison(world, STUDY, reader.id).items;
    expect(items.length).toBeGreaterThan(1);
    const [first, last] = [items[0]?.id ?? '', items.at(-1)?.id ?? ''];
    const says = { reason: 'Seen on the image', comment: '' };
    assessDifference(world, STUDY, reader.id, first, { ...says, verdict: 'defer' });
    assessDifference(world, STUDY, reader.id, last, { ...says, verdict: 'reject', comment: 'a vessel' });
    const { label, laterality, certainty, comment, box } = readerFinding({ label: 'Consolidation' });
    const finding = { label, laterality, certainty, comment, box };
    assessDifference(world, STUDY, reader.id, first, { ...says, verdict: 'modify', finding });
    addAddendum(world, STUDY, reader.id, 'First addendum.');
    addAddendum(world, STUDY, reader.id, 'Second addendum.');
  }
  const [mine = '', theirs = ''] = reads;
  const { reader } = world;
  const review = { score: 2, significance: 'unlikely', comment: 'small' } as const;
  reviewRead(world, STUDY, reader.id, theirs, review);
  reviewRead(world, STUDY, reader.id, theirs, { score: 1, significance: null, comment: '' });
  reviewRead(world, STUDY, second.id, mine, review);
  await follow(world);
  fileReports(world);
  for (const { id } of [reader, second]) signTheReport(world, id);
  switchModels(world);
  askEachOther(world, second.id);
  agree(world, second.id, { [reader.id]: theirs, [second.id]: mine });
  studyReaders(world);
  return world;
}

/** A reader study with a newer design, two simulations and two reads. */
function studyReaders(world: ReadingWorld): void {
  const cases = [{ case: 'C1', truth: 'normal' } as const, { case: 'C2', truth: 'abnormal' } as const];
  const scale = { max: 4, positiveFrom: 1 };
  const design = { name: 'Try', seed: 1, washoutDays: 0, scale, cases, readers: [{ reader: 'R1' }] };
  const { id } = createTrial(world, design);
  createTrial(world, { ...design, seed: 2 }, id);
  simulateTrial(world, id, 1);
  simulateTrial(world, id, 2);
  const opinion = { rating: 1, marks: [] };
  const blind = armOf({ ...design, seed: 2 }, 'R1', 1) === 'with-ai' ? opinion : null;
  for (const name of ['C1', 'C2']) {
    // As the window writes it.
    const part = { reader: 'R1', case: name, opinion, at: world.clock.now() };
    const rowSha256 = world.store.trials.addBlindPart(id, 2, part);
    const detail = { trialId: id, reader: 'R1', case: name, rowSha256 };
    world.store.audit.append({
      actor: world.reader.id,
      action: 'trial-blind',
      studyInstanceUID: null,
      detail,
    });
  }
  for (const name of orderOf({ ...design, seed: 2 }, 'R1', 1))
    recordTrialRead(world, id, { reader: 'R1', case: name, final: opinion, blind });
  // A training's steps, as its service writes them.
  const step = { reader: 'R1', run: 1, kind: 'blind', case: 'C1', content: opinion } as const;
  for (const run of [1, 2]) {
    const of = { ...step, run, at: world.clock.now() };
    const rowSha256 = world.store.trainings.add(id, 2, of);
    const detail = { trialId: id, reader: 'R1', run, kind: 'blind', case: 'C1', rowSha256 };
    world.store.audit.append({
      actor: world.reader.id,
      action: 'training-step',
      studyInstanceUID: null,
      detail,
    });
  }
}

/** Findings that are linked with those of a prior, and not any more. */
async function follow(world: ReadingWorld): Promise<void> {
  const { id } = world.reader;
  openStudy(world, PRIOR, id);
  const seen = { sopInstanceUID: PRIOR_IMAGE, frame: 0 };
  const content = { findings: [readerFinding(seen)], noAbnormalFinding: false, impression: 'Before.' };
  saveRead(world, PRIOR, id, content, { findings: [], noAbnormalFinding: false, impression: '' });
  await commitRead(world, PRIOR, id, { content, framesDisplayed: [seen], acknowledgeUnseen: false });
  for (const linked of [true, false, true]) {
    const asked = { id: randomUUID(), findingId: 'r1', prior: PRIOR, priorFindingId: 'r1', linked };
    linkLesion(world, STUDY, id, asked);
  }
  const nonTargets = [{ findingId: 'r1', kind: 'extranodal' as const, organ: 'lung' }];
  const say = () => {
    const content = { baseline: PRIOR, targets: [], nonTargets };
    const said = { id: randomUUID(), reason: 'Asked for by the board.', kind: 'targets', content } as const;
    stateResponse(world, STUDY, id, said);
    return said.id;
  };
  const taken = { id: randomUUID(), reason: 'Too early.', kind: 'undo', undoes: say() } as const;
  stateResponse(world, STUDY, id, taken);
  say();
}

/** Reports of before, of HL7 messages. */
function fileReports(world: ReadingWorld): void {
  for (const name of ['oru-br', 'oru-repeats'])
    expect(fileExample(world, name)).toMatchObject([{ status: 'filed' }]);
}

/** A signed report with two addenda. */
function signTheReport(world: ReadingWorld, readerId: string): void {
  const parts = {
    ...world,
    // No model is awaited.
    packs: () => [],
    words: () => REPORT_WORDS,
    templates: loadReportTemplates('resources', 'nowhere'),
    patientWords: loadPatientWords('resources'),
  };
  for (const { id } of revealComparison(world, STUDY, readerId).items)
    assessDifference(world, STUDY, readerId, id, {
      verdict: 'accept',
      reason: 'Seen on the image',
      comment: '',
    });
  const view = viewReport(parts, STUDY, readerId);
  const acknowledged = view.warnings.map(({ kind, start, end, message }) => ({
    kind,
    words: view.text.slice(start, end).slice(0, 400),
    message,
  }));
  signReport(parts, STUDY, readerId, { content: view.content, acknowledged });
  addReportAddendum(parts, STUDY, readerId, 'First addendum to the report.');
  addReportAddendum(parts, STUDY, readerId, 'Second addendum to the report.');
}

/** A model that was stopped, started and stopped again, and a version of another. */
function switchModels({ store, clock }: ReadingWorld): void {
  const shelf = {
    directory: '',
    origin: 'built-in',
    runs: true,
    manifest: null,
    signature: null,
    error: null,
  } as const;
  const packs = { onShelf: () => ['m0', 'm1'].map((id) => ({ ...shelf, id, version: '1.0.0' })) };
  const request = { store, packs, clock, actor: 'operator' };
  stopModel({ ...request, named: 'm0', reason: 'Drift' });
  startModel({ ...request, named: 'm0', reason: 'Checked' });
  stopModel({ ...request, named: 'm0', reason: 'Drift again' });
  stopModel({ ...request, named: 'm1@1.0.0', reason: 'Too many' });
}

/** Referrals that stand in every way there is, both with and without all that one may say. */
function askEachOther(world: ReadingWorld, second: string): void {
  const first = world.reader.id;
  const itemId = revealComparison(world, STUDY, second).items[0]?.id ?? '';
  const words = 'Apex?';
  const toSecond = { toReader: second, ask: 'opinion', itemId: null, reason: 'uncertain', words } as const;
  const toAny = { toReader: null, ask: 'opinion', itemId, reason: 'ai-differs', words: '' } as const;
  const refer = (by: string, request: typeof toSecond | typeof toAny): string => {
    const id = randomUUID();
    referStudy(world, STUDY, by, { ...request, id });
    return id;
  };
  const step = (id: string, by: string, request: ReferralStepRequest): unknown =>
    stepReferral(world, STUDY, by, id, request);
  const answered = refer(first, toSecond);
  step(answered, second, { kind: 'accept' });
  step(answered, second, { kind: 'answer', stance: 'differs', words: 'A vessel.' });
  step(refer(second, toAny), first, { kind: 'answer', stance: 'agrees', words: 'So it is.' });
  step(refer(first, toSecond), second, { kind: 'decline', words: 'No time.' });
  step(refer(first, toSecond), first, { kind: 'withdraw', words: '' });
  const again = refer(second, toAny);
  step(again, first, { kind: 'accept' });
  step(again, first, { kind: 'decline', words: 'Not my field.' });
  const taken = refer(second, toAny);
  step(taken, first, { kind: 'accept' });
  step(refer(second, toAny), first, { kind: 'accept' });
  step(taken, second, { kind: 'withdraw', words: 'Seen to.' });
  refer(first, toSecond);
}

/** Records of two readers that stand in every way there is. `other`: the read that each of them lays beside the own. */
function agree(world: ReadingWorld, second: string, other: Readonly<Record<string, string>>): void {
  const first = world.reader.id;
  const settlements = [{ lineId: 'impression', choice: 'first', why: '' } as const];
  let previousId: string | null = null;
  const next = (by: string): { id: string; readId: string; previousId: string | null } => {
    const before = previousId;
    previousId = randomUUID();
    return { id: previousId, readId: other[by] ?? '', previousId: before };
  };
  const propose = (by: string): Consensus => {
    const proposal = { ...next(by), kind: 'proposal', settlements, words: 'As seen.' } as const;
    const record = proposeConsensus(world, STUDY, by, proposal).records.at(-1);
    return record ?? expect.fail('no record');
  };
  const { id, sha256 } = propose(first);
  answerConsensus(world, STUDY, second, id, { decision: 'agree', sha256 });
  propose(first);
  const replacing = propose(second);
  answerConsensus(world, STUDY, first, replacing.id, { decision: 'no-consensus', words: 'We differ.' });
  proposeConsensus(world, STUDY, first, { ...next(first), kind: 'none', words: 'Still.' });
  answerConsensus(world, STUDY, second, propose(second).id, { decision: 'withdraw', words: 'Too early.' });
  propose(first);
}

/** Made once; no test writes into it. */
const folder = mkdtempSync(join(tmpdir(), 'overread-verify-'));
/** The same past every trigger, as somebody who has the file makes it. */
const open = mkdtempSync(join(tmpdir(), 'overread-verify-open-'));
let made = false;

beforeEach(async () => {
  if (made) return;
  // It goes with the test that makes it, so it is copied.
  const { store } = await fullWorld();
  expect((await verifyStore(store)).filter(({ ok }) => !ok)).toEqual([]);
  store.close();
  cpSync(store.directory, folder, { recursive: true });
  cpSync(store.directory, open, { recursive: true });
  const database = new Database(join(open, 'overread.db'));
  const triggers = database.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'trigger'");
  for (const name of triggers.pluck().all()) database.exec(`DROP TRIGGER ${name}`);
  database.close();
  made = true;
});

afterAll(() => {
  for (const one of [folder, open]) rmSync(one, { recursive: true });
});

/** What a check of the store says of a copy of the folder to which somebody with the file did this, past every trigger. */
async function after<T>(sql: readonly string[], check: (store: Store) => T | Promise<T>): Promise<T> {
  const copy = join(temporaryFolder(), 'copy');
  cpSync(open, copy, { recursive: true });
  const database = new Database(join(copy, 'overread.db'));
  try {
    database.pragma('foreign_keys = OFF');
    const before = database.prepare<[], number>('SELECT total_changes()').pluck().get() ?? 0;
    for (const one of sql) database.exec(one);
    const changes = (database.prepare<[], number>('SELECT total_changes()').pluck().get() ?? 0) - before;
    expect(changes, `${sql.join('; ')} changes something`).toBeGreaterThan(0);
  } finally {
    database.close();
  }
  const store = openStore({ directory: copy });
  try {
    return await check(store);
  } finally {
    store.close();
    rmSync(copy, { recursive: true });
  }
}

/** What `overread verify` finds there. */
const found = (...sql: string[]): Promise<string[]> =>
  after(sql, async (store) => (await verifyStore(store)).filter(({ ok }) => !ok).map(({ name }) => name));

/** Each row of a kind is edited column by column, deleted, exchanged with its neighbour, and the last of them cut off. */
interface Held {
  readonly key: string;
  readonly columns: readonly string[];
  readonly where?: string;
  /** It is not enough that another check finds it. */
  readonly byTrail?: true;
}

const AUDITED: Readonly<Record<string, Held>> = {
  readers: { key: 'rowid', columns: ['name', 'public_key', 'created_at'] },
  reads: {
    key: 'rowid',
    columns: [
      'content',
      'frames_displayed',
      'committed_at',
      'active_seconds',
      'ai_mode',
      'sha256',
      'signature',
    ],
    where: "status = 'committed'",
  },
  addenda: { key: 'rowid', columns: ['text', 'created_at', 'sha256', 'signature'] },
  reports: {
    key: 'rowid',
    columns: [
      'id',
      'read_id',
      'read_sha256',
      'reader_id',
      'content',
      'acknowledged',
      'based_on',
      'signed_at',
      'sha256',
      'signature',
    ],
  },
  report_addenda: {
    key: 'rowid',
    columns: ['report_id', 'number', 'text', 'signed_at', 'sha256', 'signature'],
  },
  assessments: { key: 'id', columns: ['item_id', 'verdict', 'reason', 'comment', 'finding', 'assessed_at'] },
  peer_reviews: { key: 'id', columns: ['score', 'significance', 'comment', 'reviewed_at', 'reviewer_id'] },
  reveals: { key: 'rowid', columns: ['at', 'read_id'] },
  results: { key: 'id', columns: ['record', 'model_id', 'created_at', 'record_id'] },
  instances: { key: 'id', columns: ['sha256'] },
  studies: { key: 'id', columns: ['stated', 'priority'], where: "uid <> '1.2.3.7'" },
  referrals: {
    key: 'rowid',
    columns: [
      'id',
      'study_id',
      'read_id',
      'from_reader',
      'to_reader',
      'ask',
      'about_item',
      'about_words',
      'reason',
      'words',
      'created_at',
      'state',
      'taken_by',
    ],
    byTrail: true,
  },
  referral_steps: {
    key: 'id',
    columns: ['referral_id', 'reader_id', 'kind', 'stance', 'words', 'at'],
    byTrail: true,
  },
  consensuses: {
    key: 'rowid',
    columns: [
      'id',
      'study_id',
      'first_read',
      'second_read',
      'first_reader',
      'second_reader',
      'proposed_by',
      'proposed_at',
      'content',
      'sha256',
      'state',
    ],
    byTrail: true,
  },
  consensus_signatures: {
    key: 'id',
    columns: ['consensus_id', 'reader_id', 'decision', 'words', 'at', 'signature'],
    byTrail: true,
  },
  model_switches: {
    key: 'id',
    columns: ['model_id', 'version', 'stopped', 'reason', 'at', 'actor'],
    byTrail: true,
  },
  trial_designs: { key: 'rowid', columns: ['revision', 'design', 'created_at'], byTrail: true },
  trial_reads: {
    key: 'id',
    columns: ['revision', 'reader', 'case_name', 'session', 'content', 'at'],
    byTrail: true,
  },
  trial_blind_parts: {
    key: 'id',
    columns: ['revision', 'reader', 'case_name', 'content', 'at'],
    byTrail: true,
  },
  training_steps: {
    key: 'id',
    columns: ['revision', 'run', 'kind', 'case_name', 'content', 'at'],
    byTrail: true,
  },
  trial_simulations: { key: 'rowid', columns: ['run', 'revision', 'seed', 'reads', 'at'], byTrail: true },
  lesion_links: {
    key: 'rowid',
    columns: [
      'id',
      'study_id',
      'read_id',
      'finding_id',
      'prior_study_id',
      'prior_read_id',
      'prior_finding_id',
      'reader_id',
      'linked',
      'at',
    ],
    byTrail: true,
  },
  filed_messages: {
    key: 'number',
    columns: ['id', 'study_id', 'reader_id', 'control_id', 'sha256', 'part', 'content', 'filed_at'],
    byTrail: true,
  },
  response_statements: {
    key: 'rowid',
    columns: [
      'id',
      'study_id',
      'read_id',
      'baseline_study_id',
      'baseline_read_id',
      'reader_id',
      'kind',
      'content',
      'undoes',
      'after_commit',
      'reason',
      'at',
    ],
    byTrail: true,
  },
  // No entry tells of it: held against the results, which are.
  positive_results: { key: 'result_id', columns: ['study_id', 'model_id', 'label', 'score'], byTrail: true },
};

/** Why a table is not held against the trail. A new table is named here or above, or the test fails. */
const NOT_AUDITED: Readonly<Record<string, string>> = {
  audit: 'the trail itself, below',
  audit_head: 'its end, below',
  series: 'from the files',
  study_modalities: 'from the files',
  study_flags: 'from the files',
  finals: 'follows from the judgements',
  result_maps: 'replay makes it again',
  result_outputs: 'replay makes it again',
  outdated_results: 'follows from imports and facts',
  addendum_drafts: 'not signed yet',
  report_drafts: 'not signed yet',
  clinical_notes: 'a reader’s own aids, not signed',
  ledger_scanners: 'from the files',
  ledger_cases: 'overread ledger rebuild counts it again',
  ledger_counts: 'sums of the cases',
  ledger_scores: 'sums of the cases',
  ledger_calibration: 'sums of the cases',
  ledger_reasons: 'sums of the cases',
  ledger_people: 'sums of the cases',
  ledger_incomplete: 'whether it is to be counted',
  reliance_reads: 'overread ledger rebuild counts it again',
  reliance_cases: 'overread ledger rebuild counts it again',
  reliance_counts: 'sums of the cases',
  blobs: 'the files themselves are hashed',
  standings: 'follows from the reads',
  study_count: 'counted',
  claims: 'ends by itself',
  saved_views: 'a reader’s own',
  jobs: 'how work went',
  refusals: 'not taken',
  watched_files: 'not taken',
  staging: 'under way',
  removal: 'under way',
  migrations: 'the program’s',
};

describe('a data folder with everything in it', () => {
  it('has no table that is neither held against the trail nor said why not', async () => {
    const database = new Database(join(folder, 'overread.db'), { readonly: true });
    const tables = database
      .prepare<[], string>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%search%'",
      )
      .pluck()
      .all();
    database.close();
    const known = [...Object.keys(AUDITED), ...Object.keys(NOT_AUDITED)];
    expect(tables.filter((name) => !known.includes(name))).toEqual([]);
  });

  for (const [table, { key, columns, where = '1', byTrail = false }] of Object.entries(AUDITED)) {
    it(`finds every edit, deletion, exchange and cutting off in ${table}`, { timeout: 120_000 }, async () => {
      const database = new Database(join(folder, 'overread.db'), { readonly: true });
      const rows = database
        .prepare<[], number>(`SELECT ${key} FROM ${table} WHERE ${where} ORDER BY ${key}`)
        .pluck()
        .all();
      database.close();
      expect(rows.length, table).toBeGreaterThan(1);
      const missed: string[] = [];
      const attempt = async (...sql: string[]): Promise<void> => {
        const names = await found('PRAGMA ignore_check_constraints = ON', ...sql);
        if (byTrail ? !names.includes('data and trail') : names.length === 0) missed.push(sql.join('; '));
      };
      const [first = 0, second = 0] = rows;
      for (const column of columns) {
        const at = `WHERE ${key} = ${first}`;
        await attempt(`UPDATE ${table} SET ${column} = ${other(column)} ${at}`);
      }
      for (const row of rows) await attempt(`DELETE FROM ${table} WHERE ${key} = ${row}`);
      await attempt(`DELETE FROM ${table} WHERE ${key} > ${first} AND ${where}`);
      await attempt(`DELETE FROM ${table} WHERE ${where}`);
      if (key === 'id' && table !== 'studies' && table !== 'instances')
        await attempt(
          `UPDATE ${table} SET id = -1 WHERE id = ${first}`,
          `UPDATE ${table} SET id = ${first} WHERE id = ${second}`,
          `UPDATE ${table} SET id = ${second} WHERE id = -1`,
        );
      if (table === 'referrals' || table === 'consensuses')
        await attempt(
          `UPDATE ${table} SET rowid = -1 WHERE rowid = ${first}`,
          `UPDATE ${table} SET rowid = ${first} WHERE rowid = ${second}`,
          `UPDATE ${table} SET rowid = ${second} WHERE rowid = -1`,
        );
      if (table === 'addenda')
        await attempt(
          'UPDATE addenda SET number = 9 WHERE number = 1',
          'UPDATE addenda SET number = 1 WHERE number = 2',
          'UPDATE addenda SET number = 2 WHERE number = 9',
        );
      expect(missed).toEqual([]);
    });
  }

  it('finds rows that were put in beside the trail', async () => {
    const copied = (table: string, columns: string, values: string): string =>
      `INSERT INTO ${table} (${columns}) SELECT ${values} FROM ${table} LIMIT 1`;
    for (const sql of [
      copied(
        'readers',
        'id, name, public_key, private_key, created_at',
        "'x', 'X', public_key, private_key, created_at",
      ),
      copied(
        'assessments',
        'read_id, item_id, verdict, reason, comment, finding, assessed_at',
        'read_id, item_id, verdict, reason, comment, finding, assessed_at',
      ),
      copied(
        'peer_reviews',
        'read_id, reviewer_id, score, significance, comment, reviewed_at',
        'read_id, reviewer_id, score, significance, comment, reviewed_at',
      ),
      copied(
        'results',
        'record_id, study_id, model_id, created_at, record',
        "'x', study_id, model_id, created_at, record",
      ),
      copied(
        'referrals',
        'id, study_id, read_id, from_reader, to_reader, ask, reason, words, created_at, state',
        "'x', study_id, read_id, from_reader, to_reader, ask, reason, words, created_at, 'open'",
      ),
      copied(
        'referral_steps',
        'referral_id, reader_id, kind, stance, words, at',
        'referral_id, reader_id, kind, stance, words, at',
      ),
      copied(
        'consensuses',
        'id, study_id, first_read, second_read, first_reader, second_reader, proposed_by, proposed_at, content, sha256, state',
        "'x', study_id, first_read, second_read, first_reader, second_reader, proposed_by, proposed_at, content, sha256, state",
      ),
      copied(
        'consensus_signatures',
        'consensus_id, reader_id, decision, words, at, signature',
        'consensus_id, reader_id, decision, words, at, signature',
      ),
      copied(
        'positive_results',
        'result_id, study_id, model_id, label, score',
        '99, study_id, model_id, label, score',
      ),
    ]) {
      expect(await found(sql), sql).toContain('data and trail');
    }
  });

  it('of a build that named no digest yet holds against the trail what that told, and no more', async () => {
    // Only entries of that time: those of later actions name a digest in every build.
    const peers = OF_PEERS.map((action) => `'${action}'`).join();
    const earlier = `UPDATE audit SET detail = json_remove(detail, '$.rowSha256', '$.signatureSha256') WHERE action IN (${peers})`;
    expect(await found(earlier)).toEqual(['audit trail']);
    expect(await found(earlier, `UPDATE referrals SET created_at = ${other('created_at')}`)).toEqual([
      'audit trail',
    ]);
    for (const sql of [
      "UPDATE referrals SET words = 'other'",
      "UPDATE referral_steps SET words = 'other'",
      `UPDATE consensuses SET sha256 = ${other('sha256')}`,
      "UPDATE consensus_signatures SET words = 'other'",
    ])
      expect(await found(earlier, sql), sql).toContain('data and trail');
  });
});

/** What readers do with each other's reads. */
const OF_PEERS: readonly AuditAction[] = [
  'refer',
  'referral-accept',
  'referral-answer',
  'referral-decline',
  'referral-withdraw',
  'consensus-propose',
  'consensus-agree',
  'consensus-none',
  'consensus-withdraw',
];

describe('the trail', () => {
  it('shows an edit of any part of any entry, each missing one, each exchange, and any number cut off', {
    timeout: 300_000,
  }, async () => {
    const database = new Database(join(folder, 'overread.db'), { readonly: true });
    const entries = database
      .prepare<[], { sequence: number; action: AuditAction }>(
        'SELECT sequence, action FROM audit ORDER BY sequence',
      )
      .all();
    database.close();
    // One of each action that this folder has, its first and its last entry.
    const chosen = new Map(entries.map((entry) => [entry.action, entry]));
    const some = [...chosen.values(), ...entries.slice(0, 1)];
    const last = entries.length;
    const missed: string[] = [];
    const attempt = async (...sql: string[]): Promise<void> => {
      // Of `overread verify` the check of the chain alone: some four hundred edits.
      if (await after(sql, (store) => store.audit.verify().brokenAt === null)) missed.push(sql.join('; '));
    };
    for (const { sequence } of some) {
      const at = `WHERE sequence = ${sequence}`;
      for (const column of ['at', 'actor', 'action', 'study_uid', 'detail', 'previous_hash', 'hash'])
        await attempt(`UPDATE audit SET ${column} = ${other(column)} ${at}`);
      await attempt(`DELETE FROM audit ${at}`);
      if (sequence < last)
        await attempt(
          `UPDATE audit SET sequence = -1 ${at}`,
          `UPDATE audit SET sequence = ${sequence} WHERE sequence = ${sequence + 1}`,
          `UPDATE audit SET sequence = ${sequence + 1} WHERE sequence = -1`,
        );
      await attempt(`DELETE FROM audit WHERE sequence > ${sequence - 1}`);
    }
    expect(missed).toEqual([]);
  });

  it('that was cut off and made to look whole is still found by the rows that it does not tell of', async () => {
    for (const action of [
      'reader-created',
      'import',
      'state-facts',
      'set-priority',
      'analyze',
      'commit',
      'reveal',
      'assess',
      'addendum',
      'peer-review',
      ...OF_PEERS,
    ]) {
      const from = `(SELECT max(sequence) FROM audit WHERE action = '${action}')`;
      const names = await found(
        `CREATE TEMP TABLE cut AS SELECT ${from} AS at`,
        'DELETE FROM audit WHERE sequence >= (SELECT at FROM temp.cut)',
        'UPDATE audit_head SET sequence = (SELECT max(sequence) FROM audit), hash = (SELECT hash FROM audit ORDER BY sequence DESC LIMIT 1)',
      );
      // Who signed together is looked up on the trail by that check too.
      expect(
        names.filter((name) => name !== 'consensus records'),
        action,
      ).toEqual(['data and trail']);
    }
  });

  it('of which one entry alone was taken out, about a referral or a consensus, is found by its row', async () => {
    for (const action of OF_PEERS)
      for (const which of ['min', 'max']) {
        const names = await found(
          `DELETE FROM audit WHERE sequence = (SELECT ${which}(sequence) FROM audit WHERE action = '${action}')`,
        );
        expect(names, `${which} ${action}`).toContain('data and trail');
      }
  });

  it('tells of every action either by a row that goes with it, or by itself alone', () => {
    const goesWithRow: Readonly<Record<AuditAction, boolean>> = {
      import: true,
      'reader-created': true,
      'state-facts': true,
      'set-priority': true,
      analyze: true,
      commit: true,
      reveal: true,
      assess: true,
      addendum: true,
      'peer-review': true,
      'sign-report': true,
      'add-note': false,
      'remove-note': false,
      'file-message': true,
      'report-addendum': true,
      'link-lesion': true,
      'unlink-lesion': true,
      'state-response': true,
      'undo-response': true,
      'open-prior': false,
      refer: true,
      'referral-accept': true,
      'referral-answer': true,
      'referral-decline': true,
      'referral-withdraw': true,
      'consensus-propose': true,
      'consensus-agree': true,
      'consensus-none': true,
      'consensus-withdraw': true,
      'retry-refused': false,
      'clear-refused': false,
      claim: false,
      'take-over': false,
      release: false,
      open: false,
      reopen: false,
      replay: false,
      export: false,
      delete: false,
      'install-model': false,
      'remove-model': false,
      'stop-model': true,
      'start-model': true,
      'view-ledger': false,
      'export-ledger': false,
      'rebuild-ledger': false,
      backup: false,
      restore: false,
      'trial-design': true,
      'trial-read': true,
      'trial-blind': true,
      'trial-simulate': true,
      'trial-analyze': false,
      'trial-export': false,
      'trial-suggest': false,
      'training-step': true,
    };
    expect(Object.keys(goesWithRow).toSorted()).toEqual([...auditActionSchema.options].toSorted());
  });
});

/** Another value that the column could hold. */
function other(column: string): string {
  switch (column) {
    case 'content':
      return "json_set(content, '$.impression', 'Something else.')";
    case 'record':
      return "json_set(record, '$.result.scores', json('[]'))";
    case 'acknowledged':
      return `'[{"kind":"sex","words":"","message":"x"}]'`;
    case 'design':
    case 'reads':
      return "'[]'";
    case 'revision':
    case 'part':
      return '7';
    case 'session':
      return '2';
    case 'seed':
    case 'run':
      return '9';
    case 'number':
      return 'number + 7';
    case 'stopped':
      return '1 - stopped';
    case 'detail':
      return "json_set(detail, '$.added', 1)";
    case 'stated':
      return "json_set(stated, '$.age', 99)";
    case 'finding':
      return `'{"label":"Mass"}'`;
    case 'verdict':
      return "CASE verdict WHEN 'accept' THEN 'reject' ELSE 'accept' END";
    case 'priority':
      return '(priority + 1) % 3';
    case 'score':
      return '3';
    case 'linked':
      return '1 - linked';
    case 'after_commit':
      return '1 - after_commit';
    case 'prior_study_id':
    case 'baseline_study_id':
    case 'study_id':
      return '(SELECT max(id) FROM studies)';
    case 'active_seconds':
      return '1';
    case 'frames_displayed':
      return "'[]'";
    case 'action':
      return "CASE action WHEN 'open' THEN 'export' ELSE 'open' END";
    case 'sha256':
    case 'hash':
    case 'previous_hash':
      return `'${'5'.repeat(64)}'`;
    case 'committed_at':
    case 'created_at':
    case 'proposed_at':
    case 'assessed_at':
    case 'reviewed_at':
    case 'at':
    case 'filed_at':
      return "'2020-01-01T00:00:00.000Z'";
    default:
      return "'other'";
  }
}
