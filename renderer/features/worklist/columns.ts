import type { SortKey } from '../../../electron/shared/worklist.ts';

export interface Column {
  readonly key: string;
  readonly title: string;
  /** The order that a click on its head asks the workstation for; it has indices for these alone. */
  readonly sort?: SortKey;
}

export const COLUMNS: readonly Column[] = [
  { key: 'priority', title: 'Priority', sort: 'priority' },
  { key: 'status', title: 'Status' },
  { key: 'patientName', title: 'Patient', sort: 'name' },
  { key: 'patientID', title: 'ID' },
  { key: 'age', title: 'Age' },
  { key: 'modality', title: 'Modality' },
  { key: 'description', title: 'Description' },
  { key: 'date', title: 'Study date', sort: 'studied' },
  { key: 'instances', title: 'Images' },
  { key: 'receivedAt', title: 'Received', sort: 'received' },
];
