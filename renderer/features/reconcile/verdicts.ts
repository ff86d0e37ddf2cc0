import { Ban, CircleCheck, Clock, Pencil } from 'lucide-react';
import type { ComparisonItem, Verdict } from '../../../electron/shared/read.ts';

/** A verdict's own sign and words, its key, and what has been done once it was recorded. */
export const VERDICTS = {
  accept: { Icon: CircleCheck, words: 'Accept', key: 'A', done: 'accepted' },
  modify: { Icon: Pencil, words: 'Modify', key: 'M', done: 'modified' },
  reject: { Icon: Ban, words: 'Reject', key: 'R', done: 'rejected' },
  defer: { Icon: Clock, words: 'Defer', key: 'D', done: 'deferred' },
} as const satisfies Record<Verdict, unknown>;

export const VERDICT_ORDER: readonly Verdict[] = ['accept', 'modify', 'reject', 'defer'];

/** What each verdict does to the read, in this line. */
export function consequence(kind: ComparisonItem['kind'], verdict: Verdict): string {
  if (verdict === 'defer') return 'Nothing is settled; the study stays in your Reconcile list.';
  switch (kind) {
    case 'ai-only':
      if (verdict === 'accept') return 'The AI’s finding becomes part of your read.';
      if (verdict === 'modify') return 'It becomes part of your read as you state it here.';
      return 'It is left out of your read.';
    case 'agree':
      if (verdict === 'accept') return 'Your finding stands as you committed it; the AI’s is the same.';
      if (verdict === 'modify') return 'Your finding is changed to what you state here.';
      return 'Your finding stands; the AI’s is another thing, or wrong.';
    case 'reader-only':
      if (verdict === 'accept') return 'You withdraw your finding; the committed read still shows it.';
      if (verdict === 'modify') return 'Your finding is changed to what you state here.';
      return 'Your finding stands as you committed it.';
  }
}
