import { consensusLines, outcomeOf } from '../domain/consensus.ts';
import { Terms } from '../domain/terms.ts';
import type {
  Consensus,
  ConsensusContent,
  ConsensusOutcome,
  ConsensusRequest,
  ConsensusView,
  Settlement,
} from '../shared/consensus.ts';
import { Bug, Refused } from '../shared/errors.ts';
import type { Read } from '../shared/read.ts';
import { canonicalConsensus, canonicalDecision } from './canonical-consensus.ts';
import { sha256Of } from './canonical-read.ts';
import { consensusView, inOrder } from './consensus-view.ts';
import { requireInside } from './inside-image.ts';
import { requireCommitted } from './read-guard.ts';
import type { ReadingParts } from './reading-parts.ts';

/**
 * Proposes a consensus with the reader of another committed read of the study, every difference settled, or states that there is none.
 * Hashed, signed with the key of who proposes, bound to the record before it, audited; it waits then for the other's signature. An open
 * proposal between the two is replaced by the new one.
 *
 * @throws Refused `study-unknown`, `read-not-committed`, `read-unknown`; `consensus-changed` where another record has come since the
 *   window was drawn; `consensus-incomplete`, `settlement-invalid`, `finding-outside-image`.
 */
export function proposeConsensus(
  parts: ReadingParts,
  studyInstanceUID: string,
  readerId: string,
  request: ConsensusRequest,
): ConsensusView {
  const { store, clock, terminology } = parts;
  return store.transaction(() => {
    const mine = requireCommitted(store, studyInstanceUID, readerId);
    const other = store.reads.committed(studyInstanceUID).find(({ id }) => id === request.readId);
    if (other === undefined || other.readerId === readerId) {
      throw new Refused('read-unknown', 'There is no such committed read of another reader here.', {
        readId: request.readId,
      });
    }
    const [first, second] = inOrder(mine, other);
    const before = between(store.consensuses.of(studyInstanceUID), first.id, second.id);
    // A double click, or an answer that was lost on the way: it is signed already.
    if (before.some(({ id }) => id === request.id)) return consensusView(parts, studyInstanceUID, readerId);
    const newest = before.at(-1);
    if ((newest?.id ?? null) !== request.previousId) throw changedSince();
    const lines = consensusLines(first, second, new Terms(terminology));
    const settlements: readonly Settlement[] = request.kind === 'proposal' ? request.settlements : [];
    const outcome = request.kind === 'proposal' ? outcomeOf(first, second, lines, settlements) : null;
    for (const { at, finding } of outcome?.findings ?? [])
      requireInside(store, at.sopInstanceUID, finding.box, { label: finding.label });
    const at = clock.now();
    const content: ConsensusContent = {
      id: request.id,
      studyInstanceUID,
      kind: request.kind,
      first: sideOf(first),
      second: sideOf(second),
      lines,
      settlements: settlements.map((settlement) => ({ ...settlement, why: settlement.why.trim() })),
      outcome: outcome satisfies ConsensusOutcome | null,
      words: request.words.trim(),
      previous: newest === undefined ? null : { id: newest.id, sha256: newest.sha256 },
      proposedBy: readerId,
      proposedAt: at,
    };
    const sha256 = sha256Of(canonicalConsensus(content));
    const decision = request.kind === 'proposal' ? 'propose' : 'no-consensus';
    const said = { readerId, decision, words: '', at } as const;
    const signature = store.readers.sign(readerId, canonicalDecision({ id: content.id, sha256 }, said));
    if (newest?.state === 'proposed') store.consensuses.setState(newest.id, 'replaced');
    const state = request.kind === 'proposal' ? 'proposed' : 'no-consensus';
    const rowSha256 = store.consensuses.add(content, sha256, state);
    const signatureSha256 = store.consensuses.sign(content.id, { ...said, signature });
    store.audit.append({
      actor: readerId,
      action: request.kind === 'proposal' ? 'consensus-propose' : 'consensus-none',
      studyInstanceUID,
      detail: {
        consensusId: content.id,
        sha256,
        rowSha256,
        signatureSha256,
        reads: [first.id, second.id],
        with: other.readerId,
        ...(newest === undefined ? {} : { previous: newest.sha256 }),
        ...(content.words === '' ? {} : { words: content.words }),
      },
    });
    return consensusView(parts, studyInstanceUID, readerId);
  });
}

/** The records between two reads, oldest first. */
export function between(records: readonly Consensus[], firstRead: string, secondRead: string): Consensus[] {
  return records.filter(({ first, second }) => first.readId === firstRead && second.readId === secondRead);
}

export function changedSince(): Refused {
  return new Refused(
    'consensus-changed',
    'The other reader has proposed or answered since this was drawn. Look at what is there now; nothing was signed.',
  );
}

function sideOf({
  id,
  sha256,
  readerId,
  readerName,
  committedAt,
  aiShownAt,
}: Read): ConsensusContent['first'] {
  if (sha256 === null || committedAt === null) throw new Bug('A consensus is about committed reads.');
  return { readId: id, readSha256: sha256, readerId, readerName, committedAt, aiShownAt };
}
