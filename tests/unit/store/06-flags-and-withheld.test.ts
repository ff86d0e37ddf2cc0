import { describe, expect, it } from 'vitest';
import type { InstanceHeader, Store } from '../../../electron/shared/ports.ts';
import { differentPatients, RECOVERED, SAME_UID } from '../../../electron/store/study-flags.ts';
import { stage, temporaryStore } from './parts.ts';

const STUDY = '1.2.3.1';

/** Imports one file of the study; its content is its UID. */
function add(store: Store, sop: string, changes: Partial<InstanceHeader> = {}): void {
  store.studies.storeStudy(STUDY, [stage(store, { sopInstanceUID: sop, ...changes }, sop)], null, 'operator');
}

const flags = (store: Store): readonly string[] => store.studies.detail(STUDY, null).flags;

describe('the flag of different patients', () => {
  it('names the same fields after each further import', () => {
    const store = temporaryStore();
    add(store, '1.1');
    add(store, '1.2', { birthDate: '19800101' });
    add(store, '1.3', { birthDate: '19800101' });
    expect(flags(store)).toEqual([differentPatients(['birth date'])]);
    add(store, '1.4', { sex: 'M' });
    expect(flags(store)).toEqual([differentPatients(['birth date', 'sex'])]);
  });

  it('stays as an earlier version worded it, beside what is found since', () => {
    const store = temporaryStore();
    const older =
      'Its files name different patients (the name or the ID differs). Check whose images these are before reading.';
    add(store, '1.1');
    store.studies.flag(STUDY, older);
    add(store, '1.2');
    expect(flags(store)).toEqual([older]);
    add(store, '1.3', { sex: 'M' });
    expect(flags(store)).toEqual([older, differentPatients(['sex'])]);
  });
});

describe('the description of withheld captures', () => {
  const found = (store: Store, query: string): number =>
    store.studies.list({ limit: 9, offset: 0, readerId: null, query }).total;

  it('goes, with its search words, when the stated origin is taken back', () => {
    const store = temporaryStore();
    add(store, '1.1', { origin: 'unknown', studyDescription: 'Knöchel SECRET' });
    expect(store.studies.detail(STUDY, null).description).toBe('');
    store.studies.state(STUDY, { origin: 'not from an algorithm' }, 'operator');
    expect(store.studies.detail(STUDY, null).description).toBe('Knöchel SECRET');
    expect([found(store, 'knochel'), found(store, 'doe')]).toEqual([1, 1]);
    store.studies.state(STUDY, {}, 'operator');
    expect(store.studies.detail(STUDY, null).description).toBe('');
    expect([found(store, 'knochel'), found(store, 'secret'), found(store, 'doe')]).toEqual([0, 0, 1]);
  });

  it('gives way to what an image of known origin says, and leaves it', () => {
    const store = temporaryStore();
    add(store, '1.1', { origin: 'unknown', studyDescription: 'SECRET' });
    store.studies.state(STUDY, { origin: 'not from an algorithm' }, 'operator');
    add(store, '1.2', { origin: 'known', studyDescription: 'Ankle' });
    store.studies.state(STUDY, {}, 'operator');
    expect(store.studies.detail(STUDY, null).description).toBe('Ankle');
    expect([found(store, 'secret'), found(store, 'ankle')]).toEqual([0, 1]);
  });
});

describe('the flags of withheld objects', () => {
  const secret = { origin: 'algorithm' } as const;
  const again = (store: Store, changes: Partial<InstanceHeader>) =>
    store.studies.storeStudy(
      STUDY,
      [stage(store, { sopInstanceUID: '1.1', ...changes }, 'other')],
      null,
      'operator',
    );

  it('are given by objects of known origin', () => {
    const store = temporaryStore();
    add(store, '1.1', { recovered: 'x' });
    again(store, {});
    expect(flags(store)).toEqual([RECOVERED, SAME_UID]);
  });

  it.each([
    ['two that an algorithm made', secret, secret],
    ['an image and what an algorithm wrote under its UID', {}, secret],
    ['what an algorithm made and an image under its UID', secret, {}],
    ['two that do not say who made them', { origin: 'unknown' as const }, { origin: 'unknown' as const }],
  ])('are not given by %s, though both are kept', (_what, first, second) => {
    const store = temporaryStore();
    add(store, '1.1', { ...first, ...('origin' in first ? { recovered: 'x' } : {}) });
    expect(again(store, second).imported).toBe(1);
    expect(flags(store)).toEqual([]);
  });

  const copies = (store: Store, reader: string | null = null): (string | undefined)[] =>
    store.studies
      .detail(STUDY, reader)
      .seriesList.flatMap(({ instances }) => instances.map(({ conflictOf }) => conflictOf))
      .filter((uid) => uid !== undefined);

  it('an image is told to be a copy where the other is an image too', () => {
    const store = temporaryStore();
    add(store, '1.1');
    again(store, {});
    expect(copies(store)).toEqual(['1.1']);
  });

  it('an image is not told to be a copy of what is withheld, in another study neither', () => {
    const store = temporaryStore();
    add(store, '1.1', secret);
    again(store, {});
    expect(copies(store)).toEqual([]);
    const elsewhere = { studyInstanceUID: '1.2.3.9', seriesInstanceUID: '1.2.3.9.1', sopInstanceUID: '2.2' };
    store.studies.storeStudy(
      '1.2.3.9',
      [stage(store, { ...elsewhere, ...secret }, 'report')],
      null,
      'operator',
    );
    add(store, '2.2');
    expect(copies(store)).toEqual([]);
    expect(store.studies.instancesOf(STUDY).map(({ header }) => header.conflictOf)).toContain('2.2');
  });
});
