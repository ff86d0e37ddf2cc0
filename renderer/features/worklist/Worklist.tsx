import { FolderInput, Search, Trash2 } from 'lucide-react';
import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import type { StudySummary } from '../../../electron/shared/study.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { State } from '../../ui/State.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { count } from '../../ui/words.ts';
import { type Sort, sorted } from './columns.ts';
import { RefusedList } from './RefusedList.tsx';
import { RemoveDialog } from './RemoveDialog.tsx';
import { StudyTable } from './StudyTable.tsx';
import { useStudies } from './use-studies.ts';
import { type Place, Views } from './Views.tsx';
import './worklist.css';

interface WorklistProps {
  readonly onOpen: (studyInstanceUID: string) => void;
  readonly onImport: () => void;
}

/** Everything that is to be read, by keyboard or mouse. Nothing here depends on what a model found. */
export function Worklist({ onOpen, onImport }: WorklistProps) {
  const [place, setPlace] = useState<Place>('all');
  const [typed, setTyped] = useState('');
  const [sort, setSort] = useState<Sort | null>(null);
  /** The study that the keys act on; null: the first there is. A study, never a row: what arrives above must not move the choice. */
  const [chosenUid, setChosenUid] = useState<string | null>(null);
  const [removing, setRemoving] = useState<StudySummary | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const query = useDeferredValue(typed.trim());
  const studies = useStudies(query, place === 'refused' ? 'all' : place, sort !== null);
  const rows = useMemo(() => sorted(studies.rows, sort), [studies.rows, sort]);
  const found = rows.findIndex(({ studyInstanceUID }) => studyInstanceUID === chosenUid);
  const at = Math.max(0, found);
  // A choice that has left the list (removed, or another view) is none: no key acts on what slid into its place.
  const chosen = chosenUid === null ? rows[0] : rows[found];
  const setAt = (index: number) => setChosenUid(rows[index]?.studyInstanceUID ?? null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = studies;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  // Before anything was chosen, and after the choice has left, the first key chooses the first row.
  const move = (by: number) =>
    setAt(chosen === undefined ? 0 : Math.max(0, Math.min(rows.length - 1, at + by)));
  const open = (study: StudySummary | undefined) => {
    if (study !== undefined) onOpen(study.studyInstanceUID);
  };
  useShortcuts('Worklist', [
    { keys: ['/'], words: 'Search', act: () => search.current?.select() },
    { keys: ['ArrowDown', 'j'], words: 'Next study', act: () => move(1), shown: '↓' },
    { keys: ['ArrowUp', 'k'], words: 'Previous study', act: () => move(-1), shown: '↑' },
    { keys: ['PageDown'], words: 'A page down', act: () => move(20) },
    { keys: ['PageUp'], words: 'A page up', act: () => move(-20) },
    { keys: ['Home'], words: 'First study', act: () => setAt(0) },
    { keys: ['End'], words: 'Last study', act: () => setAt(Math.max(0, rows.length - 1)) },
    { keys: ['Enter'], words: 'Open the study', act: () => open(chosen) },
    { keys: ['Delete'], words: 'Remove the study …', act: () => setRemoving(chosen ?? null) },
    { keys: ['n'], words: 'Import …', act: onImport },
  ]);

  return (
    <div className="worklist">
      <Views
        place={place}
        onPlace={(next) => {
          setPlace(next);
          setChosenUid(null);
        }}
      />
      <section className="worklist__main" aria-label="Worklist">
        <div className="worklist__bar">
          <label className="wl-search">
            <Search size={14} aria-hidden />
            <span className="visually-hidden">Search by patient, ID, accession number or description</span>
            <input
              ref={search}
              value={typed}
              placeholder="Patient, ID, accession number, description"
              onChange={(event) => {
                setTyped(event.target.value);
                setChosenUid(null);
              }}
              onKeyDown={(event) => {
                if (event.key === 'Escape') {
                  // The study that was found stays the chosen one in the whole list.
                  if (typed.trim() !== '') setChosenUid(chosen?.studyInstanceUID ?? null);
                  setTyped('');
                  event.currentTarget.blur();
                } else if (event.key === 'Enter') open(chosen);
                else if (event.key === 'ArrowDown') move(1);
                else if (event.key === 'ArrowUp') move(-1);
                else return;
                event.preventDefault();
              }}
            />
            <kbd>/</kbd>
          </label>
          <span className="quiet" role="status">
            {place === 'refused' || studies.isPending
              ? ''
              : shownWords(rows.length, studies.total, studies.totalIsMinimum)}
          </span>
          <span className="worklist__grow" />
          <Button
            disabled={chosen === undefined || place === 'refused'}
            onClick={() => setRemoving(chosen ?? null)}
            aria-label="Remove the selected study"
          >
            <Trash2 size={14} aria-hidden /> Remove …
          </Button>
          <Button onClick={onImport}>
            <FolderInput size={14} aria-hidden /> Import …
          </Button>
        </div>
        {place === 'refused' ? (
          <RefusedList />
        ) : studies.isError ? (
          <State title="The worklist cannot be shown">
            <ErrorNotice what="The studies could not be read." error={studies.error} />
            <Button onClick={() => void studies.refetch()}>Try again</Button>
          </State>
        ) : studies.isPending ? (
          <State title="Reading the worklist …" />
        ) : rows.length === 0 ? (
          <Empty place={place} query={query} onImport={onImport} />
        ) : (
          <StudyTable
            rows={rows}
            sort={sort}
            onSort={setSort}
            at={chosen === undefined ? -1 : at}
            onAt={setAt}
            onOpen={open}
            onEnd={onEnd}
          />
        )}
      </section>
      {removing === null ? null : <RemoveDialog study={removing} onClose={() => setRemoving(null)} />}
    </div>
  );
}

function shownWords(loaded: number, total: number, minimum: boolean): string {
  if (minimum) return `${count(loaded)} of more than ${count(total - 1)} studies`;
  if (total === 1) return '1 study';
  return loaded < total ? `${count(loaded)} of ${count(total)} studies` : `${count(total)} studies`;
}

function Empty({ place, query, onImport }: { place: Place; query: string; onImport: () => void }) {
  if (query !== '') {
    return (
      <State title={`No study matches “${query}”`}>
        <p>Search looks at patient name, ID, accession number and description. Escape clears it.</p>
      </State>
    );
  }
  if (place !== 'all') {
    return (
      <State title="Nothing here">
        <p>No study of this worklist is in this state for you.</p>
      </State>
    );
  }
  return (
    <State title="No studies yet">
      <p>Drop DICOM files, folders or a ZIP anywhere on this window, or import them by their path.</p>
      <Button tone="primary" onClick={onImport}>
        <FolderInput size={14} aria-hidden /> Import …
      </Button>
    </State>
  );
}
