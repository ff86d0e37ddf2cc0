import type { SortKey, StudyFilters, WorklistView } from '../shared/worklist.ts';
import { standingWhere, type ViewWhere } from './worklist-view.ts';

/** What of a study's row a condition or an order looks at; every source has its id. */
export type Column = 'study_day' | 'priority' | 'modality' | 'received_at' | 'name_order' | 'search';

/** Rows to go through: an index, or a part of one, and what can be read from it without the study's own row. */
export interface Source {
  /** FROM and WHERE; `@…` as in the conditions. */
  readonly from: string;
  readonly id: string;
  /** SQL of each column that the source holds. */
  readonly columns: Readonly<Partial<Record<Column, string>>>;
  /** Its studies came in about the same time, so that their own rows lie near each other. */
  readonly near?: boolean;
  /** Conditions that hold for each of its rows already. */
  readonly holds: readonly ConditionName[];
}

export type ConditionName = 'modality' | 'priority' | 'received' | 'studied' | 'view' | 'status' | 'words';

/** What is asked for, with the number of `@modality`, `@priority` and so on. */
export interface Asked {
  readonly filters: StudyFilters;
  readonly view: WorklistView;
  readonly words: readonly string[];
  readonly anyReader: boolean;
}

const ON_ROW = (columns: readonly Column[]): Source['columns'] =>
  Object.fromEntries(columns.map((column) => [column, `studies.${column}`]));

/** `@studiedFrom` and `@studiedTo` are always bound: '' … '9' where the range is open. A study without a date is in no range. */
export const hasDays = ({ studiedFrom, studiedTo }: StudyFilters): boolean =>
  studiedFrom !== undefined || studiedTo !== undefined;
export const hasReceived = ({ receivedFrom, receivedBefore }: StudyFilters): boolean =>
  receivedFrom !== undefined || receivedBefore !== undefined;

const DAYS = (column: string): string => `${column} BETWEEN @studiedFrom AND @studiedTo`;

/** The index of an order, within the filters that bound it. */
export function inOrder(key: SortKey, { filters }: Asked): Source {
  const from = (index: string, where: string) => `studies INDEXED BY ${index} WHERE ${where}`;
  switch (key) {
    case 'received':
      return {
        from: from('studies_in_order', '1'),
        id: 'studies.id',
        columns: ON_ROW(['study_day', 'priority', 'modality']),
        holds: [],
      };
    case 'studied':
      return {
        from: from('studies_by_day', hasDays(filters) ? DAYS('study_day') : '1'),
        id: 'studies.id',
        columns: ON_ROW(['study_day', 'priority', 'modality']),
        holds: ['studied'],
      };
    case 'name':
      return {
        from: from('studies_by_name', '1'),
        id: 'studies.id',
        columns: ON_ROW(['name_order', 'study_day', 'priority', 'modality']),
        holds: [],
      };
    case 'priority':
      // One priority after the other (`levels`).
      return {
        from: from('studies_by_priority', 'priority = @level'),
        id: 'studies.id',
        columns: ON_ROW(['study_day', 'modality']),
        holds: ['priority'],
      };
  }
}

/** The priorities that are asked for, rising. */
export function levels({ priority }: StudyFilters): number[] {
  switch (priority) {
    case undefined:
      return [0, 1, 2];
    case 'raised':
      return [1, 2];
    case 'routine':
      return [0];
    case 'urgent':
      return [1];
    case 'stat':
      return [2];
  }
}

/** @returns SQL on `priority`; null without such a filter. */
export function priorityWhere({ priority }: StudyFilters, column = 'priority'): string | null {
  switch (priority) {
    case undefined:
      return null;
    case 'raised':
      return `${column} > 0`;
    case 'routine':
      return `${column} = 0`;
    case 'urgent':
      return `${column} = 1`;
    case 'stat':
      return `${column} = 2`;
  }
}

/** Each part of an index that holds all of the studies asked for, and perhaps few others. */
export function sources({ filters, view, anyReader }: Asked): Source[] {
  const found: Source[] = [];
  const priority = priorityWhere(filters);
  if (priority !== null && filters.priority !== 'routine')
    found.push({
      from: `studies INDEXED BY studies_by_priority WHERE ${priority}`,
      id: 'studies.id',
      columns: ON_ROW(['priority', 'study_day', 'modality']),
      holds: ['priority'],
    });
  if (filters.modality !== undefined)
    found.push({
      from: `study_modalities AS of WHERE of.modality = @modality AND ${hasDays(filters) ? DAYS('of.study_day') : '1'}`,
      id: 'of.study_id',
      columns: { study_day: 'of.study_day' },
      near: hasDays(filters),
      holds: ['modality', 'studied'],
    });
  if (hasDays(filters))
    found.push({
      from: `studies INDEXED BY studies_by_day WHERE ${DAYS('study_day')}`,
      id: 'studies.id',
      near: true,
      columns: ON_ROW(['study_day', 'priority', 'modality']),
      holds: ['studied'],
    });
  if (hasReceived(filters))
    found.push({
      from: 'studies INDEXED BY studies_by_arrival WHERE received_at >= @receivedFrom AND received_at < @receivedBefore',
      id: 'studies.id',
      near: true,
      columns: ON_ROW(['received_at', 'study_day', 'priority', 'modality']),
      holds: ['received'],
    });
  if (!anyReader) {
    const of = ({ table, standing }: Omit<ViewWhere, 'has'>, holds: ConditionName): Source => ({
      from: `${table} WHERE reader_id = @reader AND ${standing}`,
      id: `${table}.study_id`,
      columns: {},
      holds: [holds],
    });
    if (filters.status !== undefined && filters.status !== 'new')
      found.push(of({ table: 'standings', standing: 'standing = @status' }, 'status'));
    if (view !== 'all' && standingWhere(view).has) found.push(of(standingWhere(view), 'view'));
  }
  return found;
}
