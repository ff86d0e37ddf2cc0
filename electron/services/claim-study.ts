import { Refused } from '../shared/errors.ts';
import type { Claim, Store } from '../shared/ports.ts';
import type { ClaimHow, ClaimState } from '../shared/worklist.ts';

type ClaimStore = Pick<Store, 'studies' | 'readers' | 'reads' | 'claims' | 'audit' | 'transaction'>;

/** Why a claim ended: its reader left the study, did nothing there, was taken over from, or the workstation started anew. */
export type ReleaseReason = 'left' | 'idle' | 'taken-over' | 'restart';

function release(store: ClaimStore, claim: Claim, actor: string, why: ReleaseReason): void {
  store.claims.end(claim.id);
  store.audit.append({
    actor,
    action: 'release',
    studyInstanceUID: claim.studyInstanceUID,
    detail: { readerId: claim.readerId, since: claim.since, why },
  });
}

/** What a reader is told of another's claim: before the reader's own commit that there is one, and nothing else. */
function toldOf(
  store: ClaimStore,
  claim: Claim | undefined,
  study: string,
  readerId: string,
): ClaimState['other'] {
  if (claim === undefined) return null;
  const committed = store.reads.find(study, readerId)?.status === 'committed';
  return committed ? { by: claim.readerName, since: claim.since } : { by: null, since: null };
}

/**
 * A reader claims a study, or says to be still there. A claim says that a reader has the study open. It is the same whatever stands in the
 * read, so that it tells another reader nothing of it; it keeps two readers from reading one study unawares, and nobody from reading.
 *
 * @throws Refused `study-unknown`, `reader-unknown`.
 */
export function claimStudy(store: ClaimStore, study: string, readerId: string, how: ClaimHow): ClaimState {
  return store.transaction(() => {
    store.studies.detail(study, readerId);
    if (store.readers.find(readerId) === undefined) {
      throw new Refused('reader-unknown', 'There is no such reader here. Choose a reader profile.');
    }
    releaseIdle(store);
    const claims = store.claims.of(study);
    const mine = claims.find((claim) => claim.readerId === readerId);
    const others = claims.filter((claim) => claim.readerId !== readerId);
    if (mine !== undefined && how === 'stay') {
      store.claims.touch(mine.id);
      return { claim: { id: mine.id, since: mine.since }, other: toldOf(store, others[0], study, readerId) };
    }
    const asks = how === 'open' || how === 'stay';
    if (asks && mine === undefined && others.length > 0)
      return { claim: null, other: toldOf(store, others[0], study, readerId) };
    const id = store.claims.begin(study, readerId);
    if (how === 'take-over') {
      for (const claim of others) release(store, claim, readerId, 'taken-over');
      store.audit.append({
        actor: readerId,
        action: 'take-over',
        studyInstanceUID: study,
        detail: { from: others.map((claim) => claim.readerId) },
      });
    } else if (mine === undefined) {
      store.audit.append({
        actor: readerId,
        action: 'claim',
        studyInstanceUID: study,
        detail: { beside: how === 'beside' ? others.map((claim) => claim.readerId) : [] },
      });
    }
    const now = store.claims.of(study);
    const since = now.find((claim) => claim.id === id)?.since ?? '';
    const other = now.find((claim) => claim.readerId !== readerId);
    return { claim: { id, since }, other: toldOf(store, other, study, readerId) };
  });
}

/**
 * A reader leaves a study. Only the claim of that opening ends, which its id names and its window alone knows: a later one of another window
 * stays. The reader may have gone before the window says so, and another may sit there by now.
 *
 * @returns Whether one ended.
 */
export function releaseClaim(store: ClaimStore, study: string, claimId: string): boolean {
  return store.transaction(() => {
    const claim = store.claims.all().find((one) => one.id === claimId);
    if (claim === undefined || claim.studyInstanceUID !== study) return false;
    release(store, claim, claim.readerId, 'left');
    return true;
  });
}

/** Ends claims whose readers have done nothing for `CLAIM_IDLE_MINUTES`; gives how many. */
export function releaseIdle(store: ClaimStore): number {
  const idle = store.claims.idle();
  if (idle.length > 0) {
    store.transaction(() => {
      for (const claim of idle) release(store, claim, claim.readerId, 'idle');
    });
  }
  return idle.length;
}

/** Nobody has a study open when the workstation starts. */
export function releaseAtStart(store: ClaimStore): void {
  const left = store.claims.all();
  if (left.length === 0) return;
  store.transaction(() => {
    for (const claim of left) release(store, claim, claim.readerId, 'restart');
  });
}

/**
 * To be asked before a study is opened: another reader has it, and this one has neither taken it over nor chosen to read beside.
 *
 * @throws Refused `study-taken`.
 */
export function requireUntaken(store: ClaimStore, study: string, readerId: string): void {
  const claims = store.claims.of(study);
  if (claims.length === 0 || claims.some((claim) => claim.readerId === readerId)) return;
  throw new Refused(
    'study-taken',
    'Another reader has this study open. Take it over, or choose to read it beside them; each of you has a read of your own.',
  );
}
