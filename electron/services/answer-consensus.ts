import type { ConsensusAnswer, ConsensusView } from '../shared/consensus.ts';
import { Refused } from '../shared/errors.ts';
import { canonicalDecision } from './canonical-consensus.ts';
import { consensusView } from './consensus-view.ts';
import { changedSince } from './propose-consensus.ts';
import { countStudy } from './ledger/count-study.ts';
import { requireCommitted } from './read-guard.ts';
import type { ReadingParts } from './reading-parts.ts';

const STATE_AFTER = { agree: 'agreed', 'no-consensus': 'no-consensus', withdraw: 'withdrawn' } as const;
const ACTION = {
  agree: 'consensus-agree',
  'no-consensus': 'consensus-none',
  withdraw: 'consensus-withdraw',
} as const;

/**
 * The other reader agrees to a proposal, signed with their own key over the hash that was on their screen; either of the two says that there
 * is no consensus, with reasons; or who proposed withdraws it. Each is a signature that stays.
 *
 * @throws Refused `study-unknown`, `read-not-committed`; `consensus-unknown` where it is none of this reader's; `consensus-answered`,
 *   `consensus-own` where a reader would agree with themself, `consensus-changed` where another text was shown.
 */
export function answerConsensus(
  parts: ReadingParts,
  studyInstanceUID: string,
  readerId: string,
  consensusId: string,
  answer: ConsensusAnswer,
): ConsensusView {
  const { store, clock } = parts;
  return store.transaction(() => {
    requireCommitted(store, studyInstanceUID, readerId);
    const record = store.consensuses.of(studyInstanceUID).find(({ id }) => id === consensusId);
    const taking = record !== undefined && [record.first.readerId, record.second.readerId].includes(readerId);
    if (record === undefined || !taking)
      throw new Refused('consensus-unknown', 'There is no such consensus of yours here.', { consensusId });
    if (record.state !== 'proposed') {
      throw new Refused(
        'consensus-answered',
        'This proposal is not open any more; nothing was signed. Look at what became of it.',
        { consensusId, state: record.state },
      );
    }
    const mine = record.proposedBy === readerId;
    if (answer.decision === 'agree' && mine) {
      throw new Refused(
        'consensus-own',
        'You proposed it and have signed it. The other reader signs under their own profile.',
      );
    }
    if (answer.decision === 'withdraw' && !mine) {
      throw new Refused(
        'consensus-unknown',
        'You did not propose it. Say that there is no consensus, or propose another.',
        { consensusId },
      );
    }
    if (answer.decision === 'agree' && answer.sha256 !== record.sha256) throw changedSince();
    const { decision } = answer;
    const words = 'words' in answer ? answer.words.trim() : '';
    const said = { readerId, decision, words, at: clock.now() };
    const signature = store.readers.sign(readerId, canonicalDecision(record, said));
    const signatureSha256 = store.consensuses.sign(consensusId, { ...said, signature });
    store.consensuses.setState(consensusId, STATE_AFTER[decision]);
    // It judges what each of the two made of the AI.
    if (decision === 'agree') countStudy(parts, studyInstanceUID);
    store.audit.append({
      actor: readerId,
      action: ACTION[decision],
      studyInstanceUID,
      detail: { consensusId, sha256: record.sha256, signatureSha256, ...(words === '' ? {} : { words }) },
    });
    return consensusView(parts, studyInstanceUID, readerId);
  });
}
