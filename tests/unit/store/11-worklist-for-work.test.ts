import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Store, StudyQuery } from '../../../electron/shared/ports.ts';
import { PRIORITIES, type StudyStatus, type StudySummary } from '../../../electron/shared/study.ts';
import type { PriorityFilter, StudyFilters, StudySort } from '../../../electron/shared/worklist.ts';
import { searchText } from '../../../electron/store/search-text.ts';
import { Random } from '../../fuzz/random.ts';
import { fillStudies } from '../../bench/worklist-rows.ts';
import { COMMITTED, storeOne, temporaryFolder, temporaryStore } from './parts.ts';

const CONTENT = { findings: [], noAbnormalFinding: true, impression: 'Nothing seen.' };

/** Every page of a list, one behind the other. */
function allPages(store: Store, query: Omit<StudyQuery, 'limit' | 'offset'>, limit: number) {
  const rows: StudySummary[] = [];
  let after: string | undefined;
  let first: { total: number; totalIsMinimum?: true } | undefined;
  for (let pages = 0; pages < 10_000; pages++) {
    const page = store.studies.list({
      ...query,
      limit,
      offset: 0,
      ...(after === undefined ? {} : { after }),
    });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    first ??= page;
    rows.push(...page.rows);
    after = page.next;
    if (after === undefined) return { rows, first };
  }
  throw new Error('The list does not end.');
}

/** As the list must be: every study looked at, one by one. */
function expected(
  all: readonly StudySummary[],
  filters: StudyFilters,
  words: readonly string[],
  sort: StudySort,
) {
  const within = (value: string, from = '', to = '9999'): boolean => value >= from && value <= to;
  const hits = all.filter(
    (study) =>
      (filters.modality === undefined || study.modality.split('\\').includes(filters.modality)) &&
      (filters.status === undefined || study.status === filters.status) &&
      (filters.priority === undefined ||
        study.priority === filters.priority ||
        (filters.priority === 'raised' && study.priority !== 'routine')) &&
      ((filters.studiedFrom ?? filters.studiedTo) === undefined ||
        within(study.date, filters.studiedFrom, filters.studiedTo)) &&
      within(study.receivedAt, filters.receivedFrom) &&
      (filters.receivedBefore === undefined || study.receivedAt < filters.receivedBefore) &&
      words.every((word) => textOf(study).includes(word)),
  );
  const place = new Map(all.map(({ studyInstanceUID }, i) => [studyInstanceUID, i]));
  const arrival = (study: StudySummary): number => place.get(study.studyInstanceUID) ?? -1;
  const key = (study: StudySummary): string | number =>
    ({
      received: 0,
      studied: study.date,
      name: textOf(study).slice(0, 60),
      priority: PRIORITIES.indexOf(study.priority),
    })[sort.key];
  const ordered = hits.toSorted((a, b) => {
    const [first, second] = [key(a), key(b)];
    // `all` is newest first.
    return first < second ? -1 : first > second ? 1 : arrival(b) - arrival(a);
  });
  return (sort.descending ? ordered.toReversed() : ordered).map((study) => study.studyInstanceUID);
}

const textOf = (study: StudySummary): string =>
  searchText(study.patientName, study.patientID, study.accessionNumber, study.description, study.modality);

describe('the worklist with filters and orders', () => {
  it.each([
    ['in few studies', 900, 80, [7, 200]],
    // More than an answer looks through: pages end early and go on.
    ['in more than an answer looks through', 12_000, 30, [300, 1000]],
  ])(
    'is what looking at every study gives, for any filters, words and order: %s',
    (_name, studies, rounds, limits) => {
      const directory = join(temporaryFolder(), 'data');
      const { readerId } = fillStudies(directory, studies);
      const store = temporaryStore(directory);
      const all = allPages(store, { readerId }, 1000).rows;
      expect(all).toHaveLength(studies);
      const random = new Random(20);
      const some = <T>(values: readonly T[]): T | undefined =>
        random.below(3) === 0 ? random.of(values) : undefined;
      const days = ['2016-01-01', '2016-01-02', '2016-01-20', '2016-02-09'];
      const filled = { filters: 0, hits: 0 };
      for (let round = 0; round < rounds; round++) {
        const [from, to] = [some(days), some(days)];
        const filters: StudyFilters = {
          modality: some(['CT', 'MR', 'PT', 'OT', 'XX']),
          status: some<StudyStatus>(['new', 'reading', 'committed', 'final']),
          priority: some<PriorityFilter>(['routine', 'urgent', 'stat', 'raised']),
          studiedFrom: from,
          studiedTo: to,
          receivedFrom: some(['2016-01-02T00:00:00.000Z', '2016-02-05T00:00:00.000Z']),
          receivedBefore: some(['2016-01-03T12:00:00.000Z', '2016-01-20T12:00:00.000Z']),
        };
        const words =
          some([['anna'], ['ct'], ['ct', 'che'], ['a'], ['zzzz'], ['p00', 'mr'], ['portable']]) ?? [];
        const sort: StudySort = {
          key: random.of(['received', 'studied', 'name', 'priority'] as const),
          descending: random.below(2) === 0,
        };
        const query = { readerId, query: words.join(' '), filters, sort };
        const { rows, first } = allPages(store, query, random.of(limits));
        const wanted = expected(all, filters, words, sort);
        const told = JSON.stringify({ filters, words, sort });
        expect(
          rows.map((row) => row.studyInstanceUID),
          told,
        ).toEqual(wanted);
        if (first.totalIsMinimum === true) expect(first.total, told).toBeLessThanOrEqual(wanted.length);
        else expect(first.total, told).toBe(wanted.length);
        filled.hits += wanted.length > 0 ? 1 : 0;
      }
      // Else the test has asked for nothing.
      expect(filled.hits).toBeGreaterThan(rounds / 5);
    },
    120_000,
  );

  it('goes on behind the last row of a full page, though more was looked through', () => {
    const directory = join(temporaryFolder(), 'data');
    const { readerId } = fillStudies(directory, 40_000);
    const store = temporaryStore(directory);
    const query = { readerId, query: 'portable', sort: { key: 'name', descending: false } } as const;
    const { rows } = allPages(store, query, 300);
    const names = rows.map(textOf);
    expect(new Set(rows.map((row) => row.studyInstanceUID)).size).toBe(rows.length);
    expect(rows).toHaveLength(allPages(store, { readerId, query: 'portable' }, 1000).rows.length);
    expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)));
  }, 60_000);

  it('keeps to the views in every order', () => {
    const directory = join(temporaryFolder(), 'data');
    const { readerId } = fillStudies(directory, 3000);
    const store = temporaryStore(directory);
    const all = allPages(store, { readerId }, 1000).rows;
    const standing: Record<string, readonly StudyStatus[]> = {
      'to-read': ['new', 'reading'],
      mine: ['reading', 'committed', 'final'],
      reconcile: ['committed'],
      final: ['final'],
    };
    for (const view of ['to-read', 'mine', 'reconcile', 'final'] as const) {
      const inView = all.filter(({ status }) => standing[view]?.includes(status));
      for (const key of ['studied', 'name', 'priority'] as const) {
        const sort = { key, descending: false };
        const { rows, first } = allPages(store, { readerId, view, sort }, 100);
        expect(rows.map((row) => row.studyInstanceUID)).toEqual(expected(inView, {}, [], sort));
        expect(first).toMatchObject({ total: inView.length });
      }
    }
  });

  it('reads months, days and states out of the search box, and the modality out of the text', () => {
    const store = temporaryStore();
    const add = (uid: string, studyDate: string, modality: string, studyDescription: string): void => {
      const at = { studyInstanceUID: uid, seriesInstanceUID: `${uid}.1`, sopInstanceUID: `${uid}.1.1` };
      storeOne(store, { ...at, studyDate, modality, studyDescription }, uid);
    };
    add('1.1', '2026-11-05', 'CT', 'Head');
    add('1.2', '20261020', 'CT', 'Head');
    add('1.3', '20261130', 'MR', 'Knee');
    add('1.4', '', 'CT', 'Chest');
    add('1.5', '2026.11.30', 'CT', 'Chest');
    store.studies.setPriority('1.5', 'stat', 'operator');
    const found = (query: string): string[] =>
      store.studies
        .list({ query, limit: 9, offset: 0, readerId: null })
        .rows.map(({ studyInstanceUID }) => studyInstanceUID)
        .toSorted();
    expect(found('ct 2026-11')).toEqual(['1.1', '1.5']);
    expect(found('2026-11-30')).toEqual(['1.3', '1.5']);
    expect(found('CT')).toEqual(['1.1', '1.2', '1.4', '1.5']);
    expect(found('is:stat')).toEqual(['1.5']);
    expect(found('is:raised 2026-10')).toEqual([]);
    expect(found('is:new head')).toEqual(['1.1', '1.2']);
    expect(found('2026-10 2026-11')).toEqual([]);
    expect(store.studies.modalities()).toEqual(['CT', 'MR']);
  });

  it('has the worklist of a folder from before, by its modalities and days', () => {
    const directory = join(temporaryFolder(), 'data');
    const store = temporaryStore(directory);
    storeOne(store, { modality: 'CT', studyDate: '2026-11-05', patientName: 'ÖZ^ALI' });
    store.close();
    const before = new Database(join(directory, 'overread.db'));
    before.exec(`
      DROP TABLE claims; DROP TABLE saved_views; DROP TABLE study_modalities;
      DROP TRIGGER study_modalities_insert; DROP TRIGGER study_modalities_update; DROP TRIGGER study_modalities_delete;
      DROP INDEX studies_by_arrival; CREATE INDEX studies_newest ON studies (received_at DESC, id DESC); DROP INDEX studies_in_order; DROP INDEX studies_by_day; DROP INDEX studies_by_name; DROP INDEX studies_by_priority;
      UPDATE studies SET search = 'oz ali p1 a1 ct head', modality = 'CT\\SR';
      ALTER TABLE studies DROP COLUMN priority; ALTER TABLE studies DROP COLUMN study_day; ALTER TABLE studies DROP COLUMN name_order;
      DELETE FROM migrations WHERE id IN (20, 21);`);
    before.close();
    const opened = temporaryStore(directory);
    const list = (query: Partial<StudyQuery>) =>
      opened.studies.list({ limit: 9, offset: 0, readerId: null, ...query });
    expect(list({ query: 'sr 2026-11' }).rows).toMatchObject([{ priority: 'routine', modality: 'CT\\SR' }]);
    expect(list({ filters: { modality: 'SR' } }).total).toBe(1);
    expect(list({ filters: { modality: 'S' } }).total).toBe(0);
    expect(list({ sort: { key: 'name', descending: false } }).total).toBe(1);
  });

  it('refuses a place in the list that no page gave', () => {
    const store = temporaryStore();
    expect(() => store.studies.list({ limit: 1, offset: 0, readerId: null, after: 'x' })).toThrow(
      'none that a page gave',
    );
  });
});

describe('a priority', () => {
  it('is what a person stated, on the trail with what it was, and once', () => {
    const store = temporaryStore();
    const uid = storeOne(store);
    expect(store.studies.setPriority(uid, 'stat', 'ada')).toBe('routine');
    expect(store.studies.setPriority(uid, 'stat', 'ada')).toBe('stat');
    expect(store.audit.list(9, 0).filter(({ action }) => action === 'set-priority')).toMatchObject([
      { actor: 'ada', studyInstanceUID: uid, detail: { before: 'routine', priority: 'stat' } },
    ]);
    expect(store.studies.detail(uid, null).priority).toBe('stat');
    expect(() => store.studies.setPriority('9.9', 'stat', 'ada')).toThrow('no study');
  });

  it('stays when files are added', () => {
    const store = temporaryStore();
    const uid = storeOne(store);
    store.studies.setPriority(uid, 'urgent', 'ada');
    storeOne(store, { sopInstanceUID: '1.2.3.1.1.2' }, 'two');
    expect(store.studies.detail(uid, null)).toMatchObject({ priority: 'urgent', instances: 2 });
  });
});

describe('saved views', () => {
  const CHOICE = {
    view: 'to-read',
    text: 'ct',
    modality: 'CT',
    status: null,
    priority: 'raised',
    received: { days: 1 },
    studied: null,
    sort: { key: 'priority', descending: true },
  } as const;

  it('are one reader’s own, in the order that the reader gave, and there after a restart', () => {
    const directory = join(temporaryFolder(), 'data');
    const store = temporaryStore(directory);
    const [ada, bo] = [store.readers.create('Ada').id, store.readers.create('Bo').id];
    const first = store.views.save(ada, 'Night CT', CHOICE);
    const second = store.views.save(ada, 'Knees', { ...CHOICE, text: 'knee' });
    store.views.order(ada, [second.id, first.id]);
    store.views.change(ada, first.id, { name: 'CT of the night' });
    expect(() => store.views.save(ada, 'knees', CHOICE)).toThrow('that name');
    expect(() => store.views.change(bo, first.id, { name: 'Mine' })).toThrow('no such saved view');
    expect(() => store.views.remove(bo, first.id)).toThrow('no such saved view');
    expect(() => store.views.order(ada, [first.id])).toThrow('changed meanwhile');
    store.close();
    const again = temporaryStore(directory);
    expect(again.views.list(ada).map(({ name }) => name)).toEqual(['Knees', 'CT of the night']);
    expect(again.views.list(ada)[1]?.choice).toEqual(CHOICE);
    expect(again.views.list(bo)).toEqual([]);
    again.views.remove(ada, second.id);
    expect(again.views.list(ada)).toHaveLength(1);
  });
});

describe('what a list tells of another reader’s claim', () => {
  it('is that there is one; who and since when only after one’s own commit', () => {
    const store = temporaryStore();
    const uid = storeOne(store);
    const [ada, bo] = [store.readers.create('Ada').id, store.readers.create('Bo').id];
    const taken = (readerId: string | null) =>
      store.studies.list({ limit: 1, offset: 0, readerId }).rows[0]?.taken;
    const claim = store.claims.begin(uid, ada);
    expect(taken(ada)).toBeUndefined();
    expect(taken(null)).toBeUndefined();
    expect(taken(bo)).toEqual({ by: null, since: null });
    const read = store.reads.begin(uid, bo);
    store.reads.save(read.id, CONTENT);
    expect(taken(bo)).toEqual({ by: null, since: null });
    store.reads.commit(read.id, COMMITTED);
    expect(taken(bo)).toMatchObject({ by: 'Ada' });
    store.claims.end(randomUUID());
    expect(taken(bo)).toMatchObject({ by: 'Ada' });
    store.claims.end(claim);
    expect(taken(bo)).toBeUndefined();
  });
});
