import { missingCaseError } from '../shared/errors.ts';
import type { WorklistView } from '../shared/worklist.ts';

/** With `@anyReader` = 1 (the operator's list) any reader's standing counts. */
export function standingWhere(view: Exclude<WorklistView, 'all'>): {
  readonly has: boolean;
  readonly standing: string;
} {
  switch (view) {
    case 'to-read':
      return { has: false, standing: 'standing >= 2' };
    case 'mine':
      return { has: true, standing: 'standing >= 1' };
    case 'reconcile':
      return { has: true, standing: 'standing = 2' };
    case 'final':
      return { has: true, standing: 'standing = 3' };
    default:
      throw missingCaseError(view);
  }
}

/** Whether a reader has, or has not, come so far with the study of this id; of `@reader`, `@anyReader`. */
export function standingCondition(has: boolean, standing: string, id: string): string {
  const one = `SELECT 1 FROM standings WHERE standings.study_id = ${id} AND ${standing}`;
  const condition = `CASE WHEN @anyReader THEN EXISTS (${one}) ELSE EXISTS (${one} AND reader_id = @reader) END`;
  return has ? condition : `NOT ${condition}`;
}

/** A condition on the study with this id. */
export function viewCondition(view: WorklistView, id: string): string {
  if (view === 'all') return '1';
  const { has, standing } = standingWhere(view);
  return standingCondition(has, standing, id);
}
