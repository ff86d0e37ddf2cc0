import { createPublicKey, verify } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { InferenceRecord, ModelResult } from '../../../electron/shared/analysis.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { removeStudy } from '../../../electron/services/remove-study.ts';
import { COMMITTED, stage, storeOne, temporaryStore } from './parts.ts';

/** What somebody with the database file could do, past every function of ours. */
function raw(store: Store): Database.Database {
  return new Database(join(store.directory, 'overread.db'));
}

function committedRead(store: Store): { study: string; readId: string; readerId: string } {
  const study = storeOne(store);
  const reader = store.readers.create('Dr One');
  const { id } = store.reads.begin(study, reader.id);
  store.reads.save(id, { findings: [], noAbnormalFinding: true, impression: 'clear' });
  store.reads.commit(id, COMMITTED);
  return { study, readId: id, readerId: reader.id };
}

function record(
  study: string,
  recordId: string,
  status: ModelResult['status'] = 'completed',
): InferenceRecord {
  const model = { id: 'chest-adult', version: '1.0.0', sha256: 'f'.repeat(64) };
  return {
    recordId,
    studyInstanceUID: study,
    createdAt: '2026-01-01T00:00:00.000Z',
    inputs: [],
    model: { ...model, manifestSha256: 'e'.repeat(64) },
    preprocess: [],
    operatingPoints: {},
    runtime: {
      device: 'cpu',
      precision: 'float32',
      threads: 1,
      onnxruntime: '1',
      node: '24',
      platform: 'x',
      overread: '0',
      decoder: '0',
    },
    stated: {},
    result: {
      model,
      status,
      reason: null,
      device: 'cpu',
      recordId,
      scores: [],
      findings: [],
      measurements: [],
      timings_ms: { decode: 0, preprocess: 0, run: 0, postprocess: 0 },
    },
  };
}

const ASSESSMENT = {
  verdict: 'accept',
  reason: 'Seen on the image',
  comment: '',
  assessedAt: 'now',
} as const;

describe('a read', () => {
  it('begins as one draft, is saved, committed, and found with what it carries', () => {
    const store = temporaryStore();
    const { study, readId, readerId } = committedRead(store);
    expect(store.reads.begin(study, readerId).id).toBe(readId);
    expect(store.reads.find(study, readerId)).toMatchObject({
      status: 'committed',
      readerName: 'Dr One',
      content: { impression: 'clear' },
      ...COMMITTED,
    });
  });

  it('never changes after the commit: not by us, not by SQL', () => {
    const store = temporaryStore();
    const { readId } = committedRead(store);
    const content = { findings: [], noAbnormalFinding: false, impression: 'changed my mind' };
    expect(() => store.reads.save(readId, content)).toThrow(
      expect.objectContaining({ code: 'read-committed' }),
    );
    expect(() => store.reads.commit(readId, COMMITTED)).toThrow(
      expect.objectContaining({ code: 'read-committed' }),
    );
    const database = raw(store);
    expect(() => database.exec("UPDATE reads SET content = '{}'")).toThrow('never changes');
    expect(() => database.exec("UPDATE reads SET status = 'draft'")).toThrow('never changes');
    expect(() => database.exec('DELETE FROM reads')).toThrow('never deleted');
    expect(() => database.exec(`REPLACE INTO reads SELECT * FROM reads`)).toThrow('never changes');
    database.close();
  });

  it('keeps every assessment and counts the last', () => {
    const store = temporaryStore();
    const { readId } = committedRead(store);
    store.reads.assess(readId, { itemId: 'a', ...ASSESSMENT });
    store.reads.assess(readId, { itemId: 'a', ...ASSESSMENT, verdict: 'reject' });
    expect(store.reads.assessments(readId)).toEqual([{ itemId: 'a', ...ASSESSMENT, verdict: 'reject' }]);
    const database = raw(store);
    expect(database.prepare('SELECT count(*) FROM assessments').pluck().get()).toBe(2);
    expect(() => database.exec("UPDATE assessments SET verdict = 'accept'")).toThrow('never changes');
    expect(() => database.exec('DELETE FROM assessments')).toThrow('never deleted');
    database.close();
  });

  it('refuses an assessment, a reveal and an end before the commit', () => {
    const store = temporaryStore();
    const study = storeOne(store);
    const { id } = store.reads.begin(study, store.readers.create('Dr One').id);
    const refused = expect.objectContaining({ code: 'read-not-committed' });
    expect(() => store.reads.assess(id, { itemId: 'a', ...ASSESSMENT })).toThrow(refused);
    expect(() => store.reads.markRevealed(id, 'now')).toThrow(refused);
    expect(() => store.reads.markFinal(id, 'now')).toThrow(refused);
  });

  it('gives each reader their own status, nobody "new", and the operator the furthest', () => {
    const store = temporaryStore();
    const { study, readId, readerId } = committedRead(store);
    const other = store.readers.create('Dr Two').id;
    store.reads.begin(study, other);
    const status = (query: object) =>
      store.studies.list({ limit: 1, offset: 0, readerId: null, ...query }).rows[0]?.status;
    expect(status({ readerId })).toBe('committed');
    expect(status({ readerId: other })).toBe('reading');
    expect(status({})).toBe('new');
    expect(store.reads.markRevealed(readId, 'now')).toBe(true);
    expect(store.reads.markRevealed(readId, 'now')).toBe(false);
    store.reads.markFinal(readId, 'now');
    expect(status({ readerId })).toBe('final');
    expect(status({ anyReader: true })).toBe('final');
    const total = (view: 'to-read' | 'mine' | 'reconcile' | 'final', who: string) =>
      store.studies.list({ limit: 1, offset: 0, readerId: who, view }).total;
    expect([total('to-read', other), total('mine', other), total('final', other)]).toEqual([1, 1, 0]);
    expect([total('to-read', readerId), total('reconcile', readerId), total('final', readerId)]).toEqual([
      0, 0, 1,
    ]);
  });
});

describe('a reader', () => {
  it('signs with a key whose public half is on the profile', () => {
    const store = temporaryStore();
    const reader = store.readers.create(' Dr One ');
    const data = Buffer.from('what was read');
    const key = createPublicKey({
      key: Buffer.from(reader.publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    const signature = Buffer.from(store.readers.sign(reader.id, data), 'base64');
    expect(verify(null, data, key, signature)).toBe(true);
    expect(reader.name).toBe('Dr One');
    expect(() => store.readers.create('DR ONE')).toThrow(expect.objectContaining({ code: 'reader-exists' }));
  });
});

describe('the audit trail', () => {
  it('chains its entries and only grows', () => {
    const store = temporaryStore();
    committedRead(store);
    expect(store.audit.verify()).toEqual({ entries: 2, brokenAt: null });
    const database = raw(store);
    expect(() => database.exec("UPDATE audit SET actor = 'nobody'")).toThrow('never changes');
    expect(() => database.exec('DELETE FROM audit')).toThrow('never deleted');
    expect(() => database.exec('REPLACE INTO audit SELECT * FROM audit WHERE sequence = 1')).toThrow();
    database.close();
  });

  it('shows where it was changed, even by who takes the triggers away', () => {
    const store = temporaryStore();
    for (let i = 0; i < 5; i++)
      store.audit.append({ actor: 'operator', action: 'open', studyInstanceUID: null, detail: { i } });
    const database = raw(store);
    database.exec(
      'DROP TRIGGER audit_never_changes; UPDATE audit SET detail = \'{"i":9}\' WHERE sequence = 3',
    );
    database.close();
    expect(store.audit.verify()).toEqual({ entries: 5, brokenAt: 3 });
  });

  it('shows a link that was taken out', () => {
    const store = temporaryStore();
    for (let i = 0; i < 5; i++)
      store.audit.append({ actor: 'operator', action: 'open', studyInstanceUID: null, detail: {} });
    const database = raw(store);
    database.exec('DROP TRIGGER audit_stays; DELETE FROM audit WHERE sequence = 2');
    database.close();
    expect(store.audit.verify().brokenAt).toBe(3);
  });
});

describe('results', () => {
  it('are kept for good, and the newest of each model counts', () => {
    const store = temporaryStore();
    const study = storeOne(store);
    const map = {
      sopInstanceUID: '1.2',
      frame: 0,
      modelId: 'chest-adult',
      outputId: 'lung',
      kind: 'mask',
    } as const;
    store.results.save(record(study, 'first', 'failed'), [], []);
    store.results.save(record(study, 'second'), [{ ...map, png: Uint8Array.of(1, 2, 3) }], []);
    expect(store.results.latest(study).map(({ recordId }) => recordId)).toEqual(['second']);
    expect(store.results.record('first')?.result.status).toBe('failed');
    expect([...(store.results.map('second', 'lung', '1.2', 0) ?? [])]).toEqual([1, 2, 3]);
    expect(store.results.mapsOf(study)).toEqual([{ recordId: 'second', ...map }]);
    const database = raw(store);
    expect(() => database.exec('DELETE FROM results')).toThrow('never deleted');
    database.close();
  });

  it('leave no trace in what the worklist gives', () => {
    const store = temporaryStore();
    const study = storeOne(store);
    const before = JSON.stringify([
      store.studies.list({ limit: 9, offset: 0, readerId: null }),
      store.studies.detail(study, null),
    ]);
    store.results.save(record(study, 'r'), [], []);
    const after = JSON.stringify([
      store.studies.list({ limit: 9, offset: 0, readerId: null }),
      store.studies.detail(study, null),
    ]);
    expect(after).toBe(before);
  });
});

describe('removing a study', () => {
  it('takes everything of it, keeps files that another study uses, and stays on the trail', async () => {
    const store = temporaryStore();
    const { study, readId } = committedRead(store);
    store.reads.assess(readId, { itemId: 'a', ...ASSESSMENT });
    store.reads.markRevealed(readId, 'now');
    store.reads.markFinal(readId, 'now');
    store.results.save(record(study, 'r'), [], []);
    const other = { studyInstanceUID: '1.9', seriesInstanceUID: '1.9.1', sopInstanceUID: '1.9.1.1' };
    const shared = stage(store, other, 'one');
    store.studies.storeStudy('1.9', [shared], null, 'operator');
    const path = store.studies.instance('1.2.3.1.1.1').location.path;

    expect(() => removeStudy(store, study, 'Somebody else', 'operator')).toThrow(
      expect.objectContaining({ code: 'confirm-mismatch' }),
    );
    removeStudy(store, study, 'DOE^JANE', 'operator');
    expect(store.studies.has(study)).toBe(false);
    expect(store.studies.instance('1.9.1.1').location.path).toBe(path);
    expect(store.audit.list(1, 0)[0]).toMatchObject({
      action: 'delete',
      detail: { instances: 1, committedReads: [{ id: readId, sha256: COMMITTED.sha256 }] },
    });
    const database = raw(store);
    for (const table of ['reads', 'assessments', 'reveals', 'finals', 'results', 'removal', 'staging']) {
      expect([table, database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()]).toEqual([table, 0]);
    }
    database.close();
    removeStudy(store, '1.9', 'DOE^JANE', 'operator');
    await expect(store.blobs.open({ path })).rejects.toMatchObject({ code: 'unreadable' });
  });
});
