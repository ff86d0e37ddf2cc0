import { afterStep } from '../domain/referral-steps.ts';
import { Refused } from '../shared/errors.ts';
import type { Referral, ReferralStepRequest, ToldReferrals } from '../shared/referral.ts';
import { requireCommitted } from './read-guard.ts';
import type { ReadingParts } from './reading-parts.ts';
import { toldReferrals } from './tell-referrals.ts';

/**
 * A step of the reader who was asked (accept, answer, decline), or of the one who asked (withdraw). An answer needs an own committed read:
 * until then nothing of the question is told. An independent read cannot be accepted by a reader who was shown the AI before the commit.
 *
 * @throws Refused `study-unknown`, `referral-unknown`, `referral-accepted`, `referral-closed`, `read-not-committed` for an answer before
 *   the commit, `referral-not-blind`.
 */
export function stepReferral(
  parts: Pick<ReadingParts, 'store' | 'clock'>,
  studyInstanceUID: string,
  readerId: string,
  referralId: string,
  step: ReferralStepRequest,
): ToldReferrals {
  const { store, clock } = parts;
  return store.transaction(() => {
    store.studies.detail(studyInstanceUID, readerId);
    const referral = store.referrals.of(studyInstanceUID).find(({ id }) => id === referralId);
    if (referral === undefined)
      throw new Refused('referral-unknown', 'There is no such referral for you here.');
    const { state, takenBy } = afterStep(referral, readerId, step.kind);
    if (step.kind === 'accept' || step.kind === 'answer')
      requireBlind(parts, studyInstanceUID, readerId, referral);
    if (step.kind === 'answer') requireCommitted(store, studyInstanceUID, readerId);
    const words = 'words' in step ? step.words.trim() : '';
    const stance = step.kind === 'answer' ? step.stance : null;
    const rowSha256 = store.referrals.addStep(
      referralId,
      { readerId, kind: step.kind, stance, words, at: clock.now() },
      state,
      takenBy,
    );
    store.audit.append({
      actor: readerId,
      action: `referral-${step.kind}`,
      studyInstanceUID,
      detail: {
        referralId,
        rowSha256,
        ...(stance === null ? {} : { stance }),
        ...(words === '' ? {} : { words }),
      },
    });
    return toldReferrals(parts, studyInstanceUID, readerId);
  });
}

function requireBlind(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
  { ask }: Referral,
): void {
  if (ask !== 'independent') return;
  if ((store.reads.find(studyInstanceUID, readerId)?.aiShownAt ?? null) === null) return;
  throw new Refused(
    'referral-not-blind',
    'An independent read is asked for, and the AI of this study was shown to you before your commit. Decline, so that another reads it.',
  );
}
