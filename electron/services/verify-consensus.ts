import type { Consensus, ConsensusState } from '../shared/consensus.ts';
import type { Store } from '../shared/ports.ts';
import { canonicalConsensus, canonicalDecision } from './canonical-consensus.ts';
import { isSignedBy, sha256Of } from './canonical-read.ts';

/**
 * What a check of a consensus found.
 *
 * - `intact`: content, hash, reads, signatures and state belong together.
 * - `changed`: the content is not what was hashed.
 * - `read-changed`: one of the two reads is not the one that it is about.
 * - `signature-wrong`: a signature is not of that reader's key over that decision, or one that must be there is not.
 * - `state-wrong`: it does not stand as its signatures say.
 * - `order-wrong`: the record before it is not there, or is another.
 */
export type ConsensusVerification =
  | 'intact'
  | 'changed'
  | 'read-changed'
  | 'signature-wrong'
  | 'state-wrong'
  | 'order-wrong';

type Parts = Pick<Store, 'reads' | 'readers' | 'consensuses'>;

/** Checks one record among all of its study, oldest first. */
export function verifyConsensus(
  store: Parts,
  record: Consensus,
  ofStudy: readonly Consensus[],
): ConsensusVerification {
  if (sha256Of(canonicalConsensus(record)) !== record.sha256) return 'changed';
  const reads = store.reads.committed(record.studyInstanceUID);
  for (const side of [record.first, record.second]) {
    const read = reads.find(({ id }) => id === side.readId);
    if (read?.sha256 !== side.readSha256 || read.readerId !== side.readerId) return 'read-changed';
  }
  if (!areSigned(store, record)) return 'signature-wrong';
  const pair = ofStudy.filter(
    ({ first, second }) => first.readId === record.first.readId && second.readId === record.second.readId,
  );
  const at = pair.findIndex(({ id }) => id === record.id);
  const before = pair[at - 1];
  if ((record.previous?.sha256 ?? null) !== (before?.sha256 ?? null)) return 'order-wrong';
  return stateOf(record, at < pair.length - 1) === record.state ? 'intact' : 'state-wrong';
}

/** The one who proposed first; then at most one answer, of a reader who may give it; each by its reader's own key. */
function areSigned({ readers }: Parts, record: Consensus): boolean {
  const { signatures, proposedBy, kind, first, second } = record;
  const [begun, answer, ...more] = signatures;
  if (begun?.readerId !== proposedBy || more.length > 0) return false;
  if (begun.decision !== (kind === 'proposal' ? 'propose' : 'no-consensus')) return false;
  if (answer !== undefined) {
    if (kind === 'none' || answer.decision === 'propose') return false;
    if (![first.readerId, second.readerId].includes(answer.readerId)) return false;
    if (answer.decision === 'agree' && answer.readerId === proposedBy) return false;
    if (answer.decision === 'withdraw' && answer.readerId !== proposedBy) return false;
  }
  return signatures.every((signed) => {
    const reader = readers.find(signed.readerId);
    return (
      reader !== undefined &&
      isSignedBy(reader.publicKey, canonicalDecision(record, signed), signed.signature)
    );
  });
}

function stateOf({ signatures }: Consensus, isFollowed: boolean): ConsensusState {
  switch (signatures.at(-1)?.decision) {
    case 'agree':
      return 'agreed';
    case 'no-consensus':
      return 'no-consensus';
    case 'withdraw':
      return 'withdrawn';
    default:
      return isFollowed ? 'replaced' : 'proposed';
  }
}

/**
 * Every consensus of a store: how many, and those that are not as they were signed, in words. Each signature has its line on the audit trail,
 * and each line its signature: one that was taken away, or made with a key that lies in the folder, is found by the chain.
 */
export function verifyConsensuses(store: Parts): { readonly records: number; readonly bad: string[] } {
  const bad: string[] = [];
  const signed = new Set<string>();
  const audited = new Map(
    store.consensuses
      .audited()
      .map((line) => [`${line.sha256} ${line.decision} ${line.readerId}`, line.studyInstanceUID]),
  );
  let records = 0;
  for (const record of store.consensuses.every()) {
    records += 1;
    const state = verifyConsensus(store, record, store.consensuses.of(record.studyInstanceUID));
    if (state !== 'intact') bad.push(`${record.id}: ${state}`);
    for (const { decision, readerId } of record.signatures) {
      const what = `${record.sha256} ${decision} ${readerId}`;
      signed.add(what);
      if (!audited.has(what)) bad.push(`${record.id}: a signature is not on the audit trail`);
    }
  }
  for (const [what, study] of audited)
    if (!signed.has(what)) bad.push(`one of study ${study} is on the audit trail and not here`);
  return { records, bad };
}
