import { CornerDownLeft, CornerUpRight } from 'lucide-react';
import type { StudySummary } from '../../../electron/shared/study.ts';

const MINE = {
  open: 'referred, waiting',
  accepted: 'referred, accepted',
  answered: 'referral answered',
  declined: 'referral declined',
} as const;

/** That the study is referred to this reader, or how their own referral stands: a shape and words, of nobody's read. */
export function ReferralMark({ study }: { readonly study: StudySummary }) {
  if (study.referredToMe === true) {
    return (
      <span className="wl-referred wl-referred--me" title="Referred to you">
        <CornerDownLeft size={13} aria-hidden /> <span aria-hidden>for you</span>
        <span className="visually-hidden">Referred to you</span>
      </span>
    );
  }
  if (study.referred === undefined) return null;
  const words = `Your ${MINE[study.referred]}`.replace('Your referred', 'You referred it');
  return (
    <span className="wl-referred" title={words}>
      <CornerUpRight size={13} aria-hidden /> <span aria-hidden>{study.referred}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
