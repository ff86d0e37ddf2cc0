import { useQueries, useQuery } from '@tanstack/react-query';
import { api, type WorklistView } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { count } from '../../ui/words.ts';

export type Place = WorklistView | 'refused';

const VIEWS: readonly { readonly id: WorklistView; readonly title: string }[] = [
  { id: 'all', title: 'All' },
  { id: 'to-read', title: 'To read' },
  { id: 'mine', title: 'Mine' },
  { id: 'reconcile', title: 'Reconcile' },
  { id: 'final', title: 'Final' },
];

/** The views of the worklist with how many studies each holds. */
export function Views({
  place,
  onPlace,
}: {
  readonly place: Place;
  readonly onPlace: (place: Place) => void;
}) {
  const counts = useQueries({
    queries: VIEWS.map(({ id }) => ({
      queryKey: [...keys.studies, 'count', id],
      queryFn: () => api.studies('', id, 0, 1),
    })),
  });
  const refused = useQuery({ queryKey: [...keys.refusals, 'count'], queryFn: () => api.refusals(0, 1) });
  const item = (id: Place, title: string, total: number | undefined) => (
    <li key={id}>
      <button type="button" className="wl-view" aria-current={place === id} onClick={() => onPlace(id)}>
        <span>{title}</span>
        <span className="quiet">{total === undefined ? '' : count(total)}</span>
      </button>
    </li>
  );
  return (
    <nav className="wl-views" aria-label="Views">
      <ul>{VIEWS.map(({ id, title }, index) => item(id, title, counts[index]?.data?.total))}</ul>
      <ul className="wl-views__apart">{item('refused', 'Refused files', refused.data?.total)}</ul>
    </nav>
  );
}
