import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  claimStudy,
  releaseAtStart,
  releaseClaim,
  releaseIdle,
  requireUntaken,
} from '../../../electron/services/claim-study.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { COMMITTED, storeOne, temporaryFolder } from '../store/parts.ts';

interface World {
  readonly store: Store;
  readonly study: string;
  readonly ada: string;
  readonly bo: string;
  /** Minutes go by. */
  readonly later: (minutes: number) => void;
  readonly trail: () => { action: string; actor: string; detail: object }[];
}

function world(): World {
  let now = Date.parse('2026-11-26T08:00:00.000Z');
  const clock = { now: () => new Date(now).toISOString() };
  const store = openStore({ directory: join(temporaryFolder(), 'data'), clock });
  onTestFinished(() => store.close());
  return {
    store,
    study: storeOne(store),
    ada: store.readers.create('Ada').id,
    bo: store.readers.create('Bo').id,
    later: (minutes) => {
      now += minutes * 60_000;
    },
    trail: () =>
      store.audit
        .list(99, 0)
        .filter(({ action }) => ['claim', 'release', 'take-over'].includes(action))
        .map(({ action, actor, detail }) => ({ action, actor, detail }))
        .toReversed(),
  };
}

const NEUTRAL = { by: null, since: null };

describe('a claim on a study', () => {
  it('is had by who opens it; another is told that it is taken, and gets none', () => {
    const { store, study, ada, bo, trail } = world();
    expect(claimStudy(store, study, ada, 'open')).toMatchObject({
      claim: { since: '2026-11-26T08:00:00.000Z' },
      other: null,
    });
    expect(claimStudy(store, study, bo, 'open')).toEqual({ claim: null, other: NEUTRAL });
    expect(() => requireUntaken(store, study, bo)).toThrow('Another reader has this study open');
    expect(() => requireUntaken(store, study, ada)).not.toThrow();
    expect(trail()).toEqual([{ action: 'claim', actor: ada, detail: { beside: [] } }]);
  });

  it('names its reader to one who has committed an own read', () => {
    const { store, study, ada, bo } = world();
    claimStudy(store, study, ada, 'open');
    const read = store.reads.begin(study, bo);
    expect(claimStudy(store, study, bo, 'open').other).toEqual(NEUTRAL);
    store.reads.commit(read.id, COMMITTED);
    expect(claimStudy(store, study, bo, 'open').other).toEqual({
      by: 'Ada',
      since: '2026-11-26T08:00:00.000Z',
    });
  });

  it('is taken over: the other ends, and its reader learns it; both reads stay', () => {
    const { store, study, ada, bo, trail } = world();
    claimStudy(store, study, ada, 'open');
    const draft = store.reads.begin(study, ada);
    expect(claimStudy(store, study, bo, 'take-over')).toMatchObject({ claim: {}, other: null });
    expect(claimStudy(store, study, ada, 'stay')).toEqual({ claim: null, other: NEUTRAL });
    expect(store.reads.find(study, ada)?.id).toBe(draft.id);
    expect(trail().slice(1)).toMatchObject([
      { action: 'release', actor: bo, detail: { readerId: ada, why: 'taken-over' } },
      { action: 'take-over', actor: bo, detail: { from: [ada] } },
    ]);
  });

  it('stands beside another where the second reader says so', () => {
    const { store, study, ada, bo, trail } = world();
    claimStudy(store, study, ada, 'open');
    expect(claimStudy(store, study, bo, 'beside')).toMatchObject({ claim: {}, other: NEUTRAL });
    expect(() => requireUntaken(store, study, bo)).not.toThrow();
    expect(claimStudy(store, study, ada, 'stay')).toMatchObject({ claim: {} });
    expect(trail().at(-1)).toEqual({ action: 'claim', actor: bo, detail: { beside: [ada] } });
  });

  it('ends after 15 minutes in which its reader did nothing, and not while the reader does', () => {
    const { store, study, ada, bo, later, trail } = world();
    claimStudy(store, study, ada, 'open');
    later(14);
    claimStudy(store, study, ada, 'stay');
    later(14);
    expect(claimStudy(store, study, bo, 'open').claim).toBeNull();
    later(1);
    expect(store.studies.list({ limit: 1, offset: 0, readerId: bo }).rows[0]?.taken).toBeUndefined();
    expect(releaseIdle(store)).toBe(1);
    expect(releaseIdle(store)).toBe(0);
    expect(claimStudy(store, study, bo, 'open').claim).not.toBeNull();
    expect(trail()[1]).toMatchObject({ action: 'release', actor: ada, detail: { why: 'idle' } });
  });

  it('ends on leaving, by the window that had it, and not by one that was closed before', () => {
    const { store, study, ada } = world();
    const first = claimStudy(store, study, ada, 'open').claim?.id ?? '';
    const second = claimStudy(store, study, ada, 'open').claim?.id ?? '';
    expect(second).not.toBe(first);
    expect(releaseClaim(store, study, first)).toBe(false);
    expect(releaseClaim(store, '9.9', second)).toBe(false);
    expect(store.claims.of(study)).toHaveLength(1);
    expect(releaseClaim(store, study, second)).toBe(true);
    expect(store.claims.of(study)).toEqual([]);
  });

  it('ends with a restart, and goes with its study', () => {
    const { store, study, ada, bo, trail } = world();
    claimStudy(store, study, ada, 'open');
    releaseAtStart(store);
    expect(store.claims.all()).toEqual([]);
    expect(trail().at(-1)).toMatchObject({ action: 'release', detail: { why: 'restart' } });
    claimStudy(store, study, bo, 'open');
    store.studies.remove(study, bo);
    expect(store.claims.all()).toEqual([]);
    expect(store.audit.verify().brokenAt).toBeNull();
  });

  it('is refused on a study that is not there', () => {
    const { store, ada } = world();
    expect(() => claimStudy(store, '9.9', ada, 'take-over')).toThrow('no study');
  });
});
