import { useQueries } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Pencil, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { SavedView } from '../../../electron/shared/worklist.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { count } from '../../ui/words.ts';
import { parametersOf } from './choice.ts';
import { useViewChange } from './use-view-change.ts';
import { ViewNameDialog } from './ViewNameDialog.tsx';

interface SavedViewsProps {
  readonly views: readonly SavedView[];
  /** The one whose studies are listed. */
  readonly current: string | null;
  readonly today: string;
  readonly onView: (view: SavedView) => void;
}

/** The reader's own views with how many studies each holds; to be renamed, ordered and removed. */
export function SavedViews({ views, current, today, onView }: SavedViewsProps) {
  const [renaming, setRenaming] = useState<SavedView | null>(null);
  const [removing, setRemoving] = useState<SavedView | null>(null);
  const counts = useQueries({
    queries: views.map(({ id, choice }) => ({
      queryKey: [...keys.studies, 'count', id, choice, today],
      queryFn: () => api.studies(parametersOf(choice, new Date()), 1, null),
    })),
  });
  const change = useViewChange();
  const move = (index: number, by: number) => {
    const ids = views.map(({ id }) => id);
    const [moved] = ids.splice(index, 1);
    if (moved === undefined) return;
    ids.splice(index + by, 0, moved);
    change.mutate(() => api.orderViews(ids));
  };
  if (views.length === 0) return null;
  return (
    <>
      <ul className="wl-views__apart" aria-label="Saved views">
        {views.map((view, index) => (
          <li key={view.id} className="wl-saved">
            <button
              type="button"
              className="wl-view"
              aria-current={current === view.id}
              title={view.name}
              onClick={() => onView(view)}
            >
              <span className="wl-saved__name">{view.name}</span>
              <span className="quiet">{counted(counts[index]?.data)}</span>
            </button>
            {current === view.id ? (
              <span className="wl-saved__acts">
                <Act words={`Move ${view.name} up`} disabled={index === 0} onClick={() => move(index, -1)}>
                  <ArrowUp size={13} aria-hidden />
                </Act>
                <Act
                  words={`Move ${view.name} down`}
                  disabled={index === views.length - 1}
                  onClick={() => move(index, 1)}
                >
                  <ArrowDown size={13} aria-hidden />
                </Act>
                <Act words={`Rename ${view.name} …`} onClick={() => setRenaming(view)}>
                  <Pencil size={13} aria-hidden />
                </Act>
                <Act words={`Remove ${view.name} …`} onClick={() => setRemoving(view)}>
                  <Trash2 size={13} aria-hidden />
                </Act>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {change.isError ? <ErrorNotice what="The views were not changed." error={change.error} /> : null}
      {renaming === null ? null : (
        <ViewNameDialog
          title="Rename the view"
          name={renaming.name}
          act="Rename"
          onName={(name) => api.changeView(renaming.id, { name })}
          onClose={() => setRenaming(null)}
        />
      )}
      {removing === null ? null : (
        <Dialog
          title="Remove this view?"
          onClose={() => setRemoving(null)}
          footer={
            <>
              <Button onClick={() => setRemoving(null)}>Keep it</Button>
              <Button
                tone="danger"
                onClick={() => {
                  change.mutate(() => api.removeView(removing.id));
                  setRemoving(null);
                }}
              >
                <Trash2 size={14} aria-hidden /> Remove the view {removing.name}
              </Button>
            </>
          }
        >
          <p>The name and its filters are forgotten. The studies that it listed stay as they are.</p>
        </Dialog>
      )}
    </>
  );
}

function counted(page: { total: number; totalIsMinimum?: boolean | undefined } | undefined): string {
  if (page === undefined) return '';
  if (page.totalIsMinimum !== true) return count(page.total);
  return page.total === 0 ? '…' : `${count(page.total)}+`;
}

interface ActProps {
  readonly words: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Act({ words, ...rest }: ActProps) {
  return <Button tone="plain" aria-label={words} title={words} {...rest} />;
}
