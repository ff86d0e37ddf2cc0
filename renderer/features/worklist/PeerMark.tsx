import { CornerDownLeft, CornerUpRight, UsersRound } from 'lucide-react';
import type { StudySummary } from '../../../electron/shared/study.ts';

const REFERRED = {
  open: 'You referred it, waiting',
  accepted: 'You referred it, accepted',
  answered: 'Your referral is answered',
  declined: 'Your referral is declined',
} as const;

const CONSENSUS = {
  'to-sign': { shown: 'to sign', words: 'A consensus waits for your signature' },
  proposed: { shown: 'proposed', words: 'A consensus waits for the other reader' },
  agreed: { shown: 'consensus', words: 'Consensus, signed by both' },
  'no-consensus': { shown: 'no consensus', words: 'No consensus' },
} as const;

/** What waits between this reader and others: what they have to do first. A shape and words, of nobody's read. */
export function PeerMark({ study }: { readonly study: StudySummary }) {
  const { referredToMe, referred, consensus } = study;
  const all = [
    ...(consensus === undefined ? [] : [{ kind: 'consensus', Icon: UsersRound, ...CONSENSUS[consensus] }]),
    ...(referredToMe === undefined
      ? []
      : [{ kind: 'to-me', Icon: CornerDownLeft, shown: 'for you', words: 'Referred to you' }]),
    ...(referred === undefined
      ? []
      : [{ kind: 'mine', Icon: CornerUpRight, shown: referred, words: REFERRED[referred] }]),
  ];
  const forMe = ({ kind }: { readonly kind: string }): boolean =>
    kind === 'to-me' || (kind === 'consensus' && consensus === 'to-sign');
  const first = all.find(forMe) ?? all[0];
  if (first === undefined) return null;
  const words = all.map((one) => one.words).join('. ');
  return (
    <span className={`wl-peer${forMe(first) ? ' wl-peer--me' : ''}`} title={words}>
      <first.Icon size={13} aria-hidden /> <span aria-hidden>{first.shown}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
