import { missingCaseError } from '../shared/errors.ts';
import type { StudyStatus } from '../shared/study.ts';
import type { WorklistView } from '../shared/worklist.ts';

/** Studies of a reader that make up a view, or (`has` false) that leave it. */
export interface ViewWhere {
  readonly has: boolean;
  /** A table or view with `reader_id` and `study_id`, of each pair one row. */
  readonly table: 'standings' | 'referred_to' | 'consensus_of';
  /** SQL on its other columns. */
  readonly standing: string;
}

/** Views of what other readers ask: a study of any status may be in them. */
export function isOfPeers(view: WorklistView | undefined): boolean {
  return view === 'referred' || view === 'consensus';
}

/** With `@anyReader` = 1 (the operator's list) any reader's standing counts. */
export function standingWhere(view: Exclude<WorklistView, 'all'>): ViewWhere {
  switch (view) {
    case 'to-read':
      return { has: false, table: 'standings', standing: 'standing >= 2' };
    case 'mine':
      return { has: true, table: 'standings', standing: 'standing >= 1' };
    case 'reconcile':
      return { has: true, table: 'standings', standing: 'standing = 2' };
    case 'final':
      return { has: true, table: 'standings', standing: 'standing = 3' };
    case 'referred':
      return { has: true, table: 'referred_to', standing: '1' };
    case 'consensus':
      return { has: true, table: 'consensus_of', standing: '1' };
    default:
      throw missingCaseError(view);
  }
}

/** Whether a reader has, or has not, the study of this id in the table; of `@reader`, `@anyReader`. */
export function standingCondition(where: ViewWhere, id: string): string {
  const one = `SELECT 1 FROM ${where.table} AS held WHERE held.study_id = ${id} AND ${where.standing}`;
  const condition = `CASE WHEN @anyReader THEN EXISTS (${one}) ELSE EXISTS (${one} AND reader_id = @reader) END`;
  return where.has ? condition : `NOT ${condition}`;
}

/** A condition on the study with this id. */
export function viewCondition(view: WorklistView, id: string): string {
  return view === 'all' ? '1' : standingCondition(standingWhere(view), id);
}

/** Statuses that studies of a view can have. */
export const STATUSES: Readonly<Record<WorklistView, readonly StudyStatus[]>> = {
  all: ['new', 'reading', 'committed', 'final'],
  'to-read': ['new', 'reading'],
  mine: ['reading', 'committed', 'final'],
  reconcile: ['committed'],
  final: ['final'],
  referred: ['new', 'reading', 'committed', 'final'],
  consensus: ['committed', 'final'],
};
