import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, TriangleAlert, UserRoundCheck } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { StudySummary } from '../../../electron/shared/study.ts';
import { ageSex, count, modalities, personName, when } from '../../ui/words.ts';
import { NEWEST_FIRST, type SortKey, type StudySort } from '../../../electron/shared/worklist.ts';
import type { TriageFinding } from '../../../electron/shared/triage.ts';
import { COLUMNS } from './columns.ts';
import { PriorityMark } from './PriorityMark.tsx';
import { PeerMark } from './PeerMark.tsx';
import { StatusMark } from './StatusMark.tsx';
import { TriageMark, TriageWords } from './TriageNote.tsx';

interface StudyTableProps {
  readonly rows: readonly StudySummary[];
  /** Null: newest received first. */
  readonly sort: StudySort | null;
  readonly onSort: (key: SortKey) => void;
  /** Index of the row that the keyboard is on; -1: on none. */
  readonly at: number;
  readonly onAt: (index: number) => void;
  readonly onOpen: (study: StudySummary) => void;
  /** What models found, by study; where the site's policy shows it alone. */
  readonly ai?: ReadonlyMap<string, readonly TriageFinding[]>;
  /** The last rows are near: more are wanted. */
  readonly onEnd: () => void;
}

const ROW = 28;

/** The worklist's rows: a grid of which only the visible part exists. */
export function StudyTable({ rows, sort, onSort, at, onAt, onOpen, ai, onEnd }: StudyTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- no React Compiler here that could memoize its functions
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - 20) onEnd();
  }, [last, rows.length, onEnd]);
  useEffect(() => {
    if (at >= 0 && at < rows.length) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, rows.length, virtual]);

  return (
    <div
      ref={scroller}
      className={ai === undefined ? 'wl-table' : 'wl-table wl-table--ai'}
      role="grid"
      aria-label="Studies"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={rows[at] === undefined ? undefined : `study-${at}`}
      tabIndex={0}
    >
      <div className="wl-row wl-row--head" role="row" aria-rowindex={1}>
        {COLUMNS.map((column) => {
          const by = column.sort;
          if (by === undefined) {
            return (
              <div key={column.key} role="columnheader" className={`wl-cell wl-cell--${column.key}`}>
                {column.title}
              </div>
            );
          }
          const now = sort ?? NEWEST_FIRST;
          const active = now.key === by;
          return (
            <div
              key={column.key}
              role="columnheader"
              className={`wl-cell wl-cell--${column.key}`}
              aria-sort={active ? (now.descending ? 'descending' : 'ascending') : 'none'}
            >
              <button type="button" onClick={() => onSort(by)}>
                {column.title}
                {active ? (
                  now.descending ? (
                    <ArrowDown size={12} aria-hidden />
                  ) : (
                    <ArrowUp size={12} aria-hidden />
                  )
                ) : null}
              </button>
            </div>
          );
        })}
      </div>
      <div className="wl-rows" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const study = rows[item.index];
          if (study === undefined) return null;
          return (
            // The grid itself has the focus and its keys; the mouse may use the rows.
            <div
              key={study.studyInstanceUID}
              id={`study-${item.index}`}
              className="wl-row"
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={item.index === at}
              data-study={study.studyInstanceUID}
              style={{ transform: `translateY(${item.start}px)` }}
              onMouseDown={() => onAt(item.index)}
              onDoubleClick={() => onOpen(study)}
            >
              <Cells study={study} ai={ai?.get(study.studyInstanceUID) ?? []} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** No study is without objects: where none is counted, all of them are withheld from a reader who has not committed. */
function isWithheld({ instances, status }: StudySummary): boolean {
  return instances === 0 && (status === 'new' || status === 'reading');
}

/** Another reader has it open; who and since when is told after one's own commit alone. */
function Taken({ by, since }: NonNullable<StudySummary['taken']>) {
  const words =
    by === null || since === null ? 'Taken by another reader' : `Being read by ${by} since ${when(since)}`;
  return (
    <span className="wl-taken" title={words}>
      <UserRoundCheck size={13} aria-hidden /> <span aria-hidden>taken</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

function Cells({ study, ai }: { readonly study: StudySummary; readonly ai: readonly TriageFinding[] }) {
  const cell = (key: string, content: ReactNode) => (
    <div role="gridcell" className={`wl-cell wl-cell--${key}`}>
      {content}
    </div>
  );
  return (
    <>
      {cell('priority', <PriorityMark priority={study.priority} />)}
      {cell(
        'status',
        <>
          <StatusMark status={study.status} />
          <TriageMark ai={ai} />
          <PeerMark study={study} />
          {study.taken === undefined ? null : <Taken {...study.taken} />}
        </>,
      )}
      {cell(
        'patientName',
        <>
          <strong>{personName(study.patientName)}</strong>
          {study.otherNames === undefined ? null : (
            <span className="quiet"> {study.otherNames.join(' · ')}</span>
          )}
        </>,
      )}
      {cell('patientID', study.patientID)}
      {cell('age', ageSex(study.age, study.sex))}
      {cell('modality', modalities(study.modality))}
      {cell(
        'description',
        <>
          {study.flags.length === 0 ? null : (
            <span className="wl-flag" title={study.flags.join('\n')}>
              <TriangleAlert size={13} aria-hidden />
              <span className="visually-hidden">Needs a look: {study.flags.join(' ')}</span>
            </span>
          )}
          <TriageWords ai={ai} />
          {isWithheld(study) ? (
            <span className="quiet">withheld until your commit: may contain AI</span>
          ) : (
            study.description
          )}
        </>,
      )}
      {cell('date', study.date)}
      {cell('instances', count(study.instances))}
      {cell('receivedAt', when(study.receivedAt))}
    </>
  );
}
