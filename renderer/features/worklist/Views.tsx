import { useQueries, useQuery } from '@tanstack/react-query';
import type { SavedView, WorklistChoice, WorklistView } from '../../../electron/shared/worklist.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { count } from '../../ui/words.ts';
import { SavedViews } from './SavedViews.tsx';

const VIEWS: readonly { readonly id: WorklistView; readonly title: string }[] = [
  { id: 'all', title: 'All' },
  { id: 'to-read', title: 'To read' },
  { id: 'mine', title: 'Mine' },
  { id: 'reconcile', title: 'Reconcile' },
  { id: 'final', title: 'Final' },
  { id: 'referred', title: 'Referred to me' },
  { id: 'consensus', title: 'Consensus' },
];

export type Apart = 'refused' | 'triage';

interface ViewsProps {
  readonly choice: WorklistChoice;
  /** What is shown in place of the worklist's studies: refused files, or the order that the AI gives. */
  readonly apart: Apart | null;
  /** The saved view that the choice is. */
  readonly saved: string | null;
  readonly views: readonly SavedView[];
  readonly today: string;
  readonly onView: (view: WorklistView) => void;
  readonly onSaved: (view: SavedView) => void;
  /** Whether the site's policy has triage by AI. */
  readonly triage: boolean;
  readonly onApart: (apart: Apart) => void;
}

/** The views of the worklist, the reader's own among them, with how many studies each holds. */
export function Views(props: ViewsProps) {
  const { choice, apart, saved, views, today, triage, onView, onSaved, onApart } = props;
  const counts = useQueries({
    queries: VIEWS.map(({ id }) => ({
      queryKey: [...keys.studies, 'count', id],
      queryFn: () => api.studies(new URLSearchParams({ view: id }), 1, null),
    })),
  });
  const files = useQuery({ queryKey: [...keys.refusals, 'count'], queryFn: () => api.refusals(0, 1) });
  const item = (title: string, total: number | undefined, current: boolean, onClick: () => void) => (
    <li key={title}>
      <button type="button" className="wl-view" aria-current={current} onClick={onClick}>
        <span>{title}</span>
        <span className="quiet">{total === undefined ? '' : count(total)}</span>
      </button>
    </li>
  );
  return (
    <nav className="wl-views" aria-label="Views">
      <ul>
        {VIEWS.map(({ id, title }, index) =>
          item(
            title,
            counts[index]?.data?.total,
            apart === null && saved === null && choice.view === id,
            () => onView(id),
          ),
        )}
      </ul>
      <SavedViews views={views} current={apart === null ? saved : null} today={today} onView={onSaved} />
      <ul className="wl-views__apart">
        {triage ? item('AI triage', undefined, apart === 'triage', () => onApart('triage')) : null}
        {item('Refused files', files.data?.total, apart === 'refused', () => onApart('refused'))}
      </ul>
    </nav>
  );
}
