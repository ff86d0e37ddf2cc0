import type { StudyQuery } from '../../electron/shared/ports.ts';
import type { StudyFilters, StudySort } from '../../electron/shared/worklist.ts';

type Question = Pick<StudyQuery, 'query' | 'view' | 'filters' | 'sort'>;

/** Common and rare values, long and short ranges, and pairs that hardly a study or none has. */
const FILTERS: readonly StudyFilters[] = [
  {},
  { modality: 'CT' },
  { modality: 'NM' },
  { modality: 'OT' },
  { priority: 'stat' },
  { priority: 'raised' },
  { priority: 'routine' },
  { status: 'new' },
  { status: 'reading' },
  { status: 'committed' },
  { studiedFrom: '2019-03-01', studiedTo: '2019-03-31' },
  { studiedFrom: '2017-01-01', studiedTo: '2017-12-31' },
  { studiedFrom: '2025-06-01' },
  { receivedFrom: '2025-06-20T00:00:00.000Z' },
  { receivedFrom: '2018-01-01T00:00:00.000Z', receivedBefore: '2018-02-01T00:00:00.000Z' },
  { modality: 'OT', studiedFrom: '2024-01-01' },
  { modality: 'MR', studiedFrom: '2017-01-01', studiedTo: '2017-12-31', priority: 'stat' },
  { modality: 'MG', status: 'committed' },
  { modality: 'NM', status: 'final', studiedFrom: '2020-01-01' },
  { priority: 'urgent', status: 'new', modality: 'US' },
];
const SORTS: readonly StudySort[] = [
  { key: 'received', descending: true },
  { key: 'received', descending: false },
  { key: 'studied', descending: true },
  { key: 'name', descending: false },
  { key: 'priority', descending: true },
];
const VIEWS = ['all', 'to-read', 'mine', 'reconcile', 'referred', 'consensus'] as const;
const WORDS = ['anna', 'chest', 'ct 2019-03', 'li', 'nguyen wei', 'acc10999123', 'zz'];

/** Every filter in every order, in each view. */
export const FILTERED: readonly Question[] = FILTERS.flatMap((filters) =>
  SORTS.flatMap((sort) => VIEWS.map((view) => ({ filters, sort, view }))),
);
/** Every filter in every order, with words. */
export const FILTERED_SEARCHES: readonly Question[] = FILTERS.flatMap((filters) =>
  SORTS.flatMap((sort) => WORDS.map((query) => ({ filters, sort, query }))),
);
