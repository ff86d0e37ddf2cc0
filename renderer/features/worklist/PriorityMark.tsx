import { ChevronsUp, ChevronUp } from 'lucide-react';
import type { Priority } from '../../../electron/shared/study.ts';

/** How soon the study is to be read, as a person stated it: a shape and a word; routine is the word alone. */
export function PriorityMark({ priority }: { readonly priority: Priority }) {
  if (priority === 'routine') return <span className="quiet">routine</span>;
  const Icon = priority === 'stat' ? ChevronsUp : ChevronUp;
  return (
    <span className={`wl-priority wl-priority--${priority}`}>
      <Icon size={13} aria-hidden /> {priority}
    </span>
  );
}
