import type { StudySummary } from '../../../electron/shared/study.ts';

/** A column that the worklist can be sorted by. */
export type SortKey =
  | 'status'
  | 'patientName'
  | 'patientID'
  | 'age'
  | 'modality'
  | 'description'
  | 'date'
  | 'instances'
  | 'receivedAt';

export interface Column {
  readonly key: SortKey;
  readonly title: string;
  readonly numeric?: boolean;
}

export const COLUMNS: readonly Column[] = [
  { key: 'status', title: 'Status' },
  { key: 'patientName', title: 'Patient' },
  { key: 'patientID', title: 'ID' },
  { key: 'age', title: 'Age' },
  { key: 'modality', title: 'Modality' },
  { key: 'description', title: 'Description' },
  { key: 'date', title: 'Study date' },
  { key: 'instances', title: 'Images', numeric: true },
  { key: 'receivedAt', title: 'Received' },
];

export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

const STATUS_ORDER = { new: 0, reading: 1, committed: 2, final: 3 } as const;

/** The rows in the order asked for; equal rows keep the workstation's order. */
export function sorted(rows: readonly StudySummary[], sort: Sort | null): readonly StudySummary[] {
  if (sort === null) return rows;
  const { key, descending } = sort;
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => sign * compare(a, b, key));
}

function compare(a: StudySummary, b: StudySummary, key: SortKey): number {
  if (key === 'status') return STATUS_ORDER[a.status] - STATUS_ORDER[b.status];
  if (key === 'instances') return a.instances - b.instances;
  if (key === 'age') return (a.age ?? -1) - (b.age ?? -1);
  return a[key].localeCompare(b[key], 'en', { numeric: true, sensitivity: 'base' });
}

/** After a click on a column: up, down, the workstation's order again. */
export function nextSort(sort: Sort | null, key: SortKey): Sort | null {
  if (sort?.key !== key) return { key, descending: false };
  return sort.descending ? null : { key, descending: true };
}
