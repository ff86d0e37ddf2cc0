import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useDeferredValue, useRef, useState } from 'react';
import type { Priority, StudySummary } from '../../../electron/shared/study.ts';
import type { WorklistChoice } from '../../../electron/shared/worklist.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { State } from '../../ui/State.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { EVERYTHING, hasFilters, isSame, nextSort, withoutFilters } from './choice.ts';
import { Empty } from './Empty.tsx';
import { FilterBar } from './FilterBar.tsx';
import { PriorityDialog } from './PriorityDialog.tsx';
import { RefusedList } from './RefusedList.tsx';
import { RemoveDialog } from './RemoveDialog.tsx';
import { StudyTable } from './StudyTable.tsx';
import { TriageNote } from './TriageNote.tsx';
import { useStudies } from './use-studies.ts';
import { useTriage, useTriageAllowed } from './use-triage.ts';
import { useToday } from './use-today.ts';
import { ViewNameDialog } from './ViewNameDialog.tsx';
import { type Apart, Views } from './Views.tsx';
import { WorklistBar } from './WorklistBar.tsx';
import './worklist.css';

interface WorklistProps {
  readonly onOpen: (studyInstanceUID: string) => void;
  /** What stands above the list. */
  readonly above: ReactNode;
  readonly onImport: () => void;
}

/** Everything that is to be read, by keyboard or mouse. Nothing here depends on what a model found, unless the site's policy has triage by AI. */
export function Worklist({ onOpen, above, onImport }: WorklistProps) {
  const [choice, setChoice] = useState<WorklistChoice>(EVERYTHING);
  const [apart, setApart] = useState<Apart | null>(null);
  const refused = apart === 'refused';
  /** The study that the keys act on; null: the first there is. A study, never a row: what arrives above must not move the choice. */
  const [chosenUid, setChosenUid] = useState<string | null>(null);
  const [dialog, setDialog] = useState<'remove' | 'priority' | 'save' | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const filters = useRef<HTMLDivElement>(null);
  const queries = useQueryClient();
  const shown = useDeferredValue(choice);
  const today = useToday();
  const plain = useStudies(shown, today);
  const triageAllowed = useTriageAllowed();
  const inTriage = apart === 'triage' && triageAllowed;
  const triage = useTriage(inTriage);
  const studies = inTriage ? triage : plain;
  const views = useQuery({ queryKey: keys.views, queryFn: api.views }).data ?? [];
  const { rows } = studies;
  const found = rows.findIndex(({ studyInstanceUID }) => studyInstanceUID === chosenUid);
  const at = Math.max(0, found);
  // A choice that has left the list (removed, or another view) is none: no key acts on what slid into its place.
  const chosen = refused ? undefined : chosenUid === null ? rows[0] : rows[found];
  const setAt = (index: number) => setChosenUid(rows[index]?.studyInstanceUID ?? null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = studies;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const show = (next: WorklistChoice) => {
    setChoice(next);
    setApart(null);
    setChosenUid(null);
  };
  const prioritise = useMutation({
    mutationFn: ({ study, priority }: { study: StudySummary; priority: Priority }) =>
      api.setPriority(study.studyInstanceUID, priority),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.studies }),
  });
  const setPriority = (study: StudySummary | undefined, priority: Priority) => {
    if (study === undefined || study.priority === priority) return;
    // The row may go elsewhere: the choice stays with the study.
    setChosenUid(study.studyInstanceUID);
    prioritise.mutate({ study, priority });
  };

  // Before anything was chosen, and after the choice has left, the first key chooses the first row.
  const move = (by: number) =>
    setAt(chosen === undefined ? 0 : Math.max(0, Math.min(rows.length - 1, at + by)));
  const open = (study: StudySummary | undefined) => {
    if (study !== undefined) onOpen(study.studyInstanceUID);
  };
  const ask = (which: 'remove' | 'priority') => {
    if (chosen === undefined) return;
    setChosenUid(chosen.studyInstanceUID);
    setDialog(which);
  };
  useShortcuts('Worklist', [
    { keys: ['/'], words: 'Search', act: () => search.current?.select() },
    { keys: ['ArrowDown', 'j'], words: 'Next study', act: () => move(1), shown: '↓' },
    { keys: ['ArrowUp', 'k'], words: 'Previous study', act: () => move(-1), shown: '↑' },
    { keys: ['PageDown'], words: 'A page down', act: () => move(20) },
    { keys: ['PageUp'], words: 'A page up', act: () => move(-20) },
    { keys: ['Home'], words: 'First study', act: () => setAt(0) },
    { keys: ['End'], words: 'Last study', act: () => setAt(Math.max(0, rows.length - 1)) },
    { keys: ['Enter'], words: 'Open the study (or double click)', act: () => open(chosen) },
    { keys: ['1'], words: 'Priority routine', act: () => setPriority(chosen, 'routine') },
    { keys: ['2'], words: 'Priority urgent', act: () => setPriority(chosen, 'urgent') },
    { keys: ['3'], words: 'Priority stat', act: () => setPriority(chosen, 'stat') },
    { keys: ['p'], words: 'Priority …', act: () => ask('priority') },
    { keys: ['f'], words: 'To the filters', act: () => filters.current?.querySelector('select')?.focus() },
    { keys: ['x'], words: 'Clear the filters', act: () => show(withoutFilters(choice)) },
    { keys: ['s'], words: 'Save as a view …', act: () => setDialog('save') },
    { keys: ['Delete'], words: 'Remove the study …', act: () => ask('remove') },
    { keys: ['n'], words: 'Import …', act: onImport },
    ...(triageAllowed
      ? [{ keys: ['t'], words: 'AI triage', act: () => setApart(inTriage ? null : 'triage') }]
      : []),
  ]);
  const saved = views.find((view) => isSame(view.choice, choice));

  return (
    <div className="worklist">
      <Views
        choice={choice}
        apart={apart}
        triage={triageAllowed}
        saved={saved?.id ?? null}
        views={views}
        today={today}
        onView={(view) => show({ ...EVERYTHING, view })}
        onSaved={(view) => show(view.choice)}
        onApart={(next) => {
          setApart(next);
          setChosenUid(null);
        }}
      />
      <section className="worklist__main" aria-label="Worklist">
        <WorklistBar
          search={search}
          text={choice.text}
          told={refused || studies.isPending ? null : studies}
          chosen={chosen}
          onText={(text, keep) => {
            setChoice({ ...choice, text });
            if (inTriage) setApart(null);
            // The study that was found stays the chosen one in the whole list.
            setChosenUid(keep ? (chosen?.studyInstanceUID ?? null) : null);
          }}
          onMove={move}
          onOpen={() => open(chosen)}
          onPriority={() => ask('priority')}
          onRemove={() => ask('remove')}
          onImport={onImport}
        />
        <div ref={filters} className="worklist__filters">
          {above}
          {inTriage ? (
            <TriageNote positives={triage.positives} more={triage.positivesIsMinimum} />
          ) : refused ? null : (
            <FilterBar choice={choice} onChoice={show} onSave={() => setDialog('save')} />
          )}
          {prioritise.isError ? (
            <ErrorNotice what="The priority was not set." error={prioritise.error} />
          ) : null}
        </div>
        {refused ? (
          <RefusedList />
        ) : studies.isError ? (
          <State title="The worklist cannot be shown">
            <ErrorNotice what="The studies could not be read." error={studies.error} />
            <Button onClick={() => void studies.refetch()}>Try again</Button>
          </State>
        ) : studies.isPending || (rows.length === 0 && studies.looking) ? (
          <State title="Reading the worklist …" />
        ) : rows.length === 0 && inTriage ? (
          <State title="Nothing is left to read">
            <p>You have committed a read of every study of this worklist.</p>
          </State>
        ) : rows.length === 0 ? (
          <Empty
            choice={shown}
            onClear={hasFilters(shown) ? () => show(withoutFilters(choice)) : null}
            onImport={onImport}
          />
        ) : (
          <StudyTable
            rows={rows}
            sort={choice.sort}
            {...(inTriage ? { ai: triage.ai } : {})}
            onSort={(key) => show({ ...choice, sort: nextSort(choice.sort, key) })}
            at={chosen === undefined ? -1 : at}
            onAt={setAt}
            onOpen={open}
            onEnd={onEnd}
          />
        )}
      </section>
      {dialog === 'remove' && chosen !== undefined ? (
        <RemoveDialog study={chosen} onClose={() => setDialog(null)} />
      ) : null}
      {dialog === 'priority' && chosen !== undefined ? (
        <PriorityDialog
          study={chosen}
          onChoose={(priority) => {
            setPriority(chosen, priority);
            setDialog(null);
          }}
          onClose={() => setDialog(null)}
        />
      ) : null}
      {dialog === 'save' ? (
        <ViewNameDialog
          title="Save as a view"
          name=""
          act="Save"
          onName={(name) => api.saveView(name, choice)}
          onClose={() => setDialog(null)}
        />
      ) : null}
    </div>
  );
}
