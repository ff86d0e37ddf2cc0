import { Circle, CircleCheck, CircleDot, CircleDotDashed } from 'lucide-react';
import type { StudyStatus } from '../../../electron/shared/study.ts';

const STATUS = {
  new: { Icon: Circle, words: 'new' },
  reading: { Icon: CircleDotDashed, words: 'reading' },
  committed: { Icon: CircleDot, words: 'committed' },
  final: { Icon: CircleCheck, words: 'final' },
} as const;

/** Where the study stands for this reader: a shape and a word. */
export function StatusMark({ status }: { readonly status: StudyStatus }) {
  const { Icon, words } = STATUS[status];
  return (
    <span className={`wl-status wl-status--${status}`}>
      <Icon size={13} aria-hidden /> {words}
    </span>
  );
}
