import type { Migration } from './migration.ts';

/**
 * REPLACE deletes without asking the delete triggers (unless a connection turns recursive triggers on, as ours does and another
 * program's need not): what never changes is not written over by an insert either.
 */
export const noReplacing: Migration = {
  id: 5,
  name: 'no-replacing',
  up: `
    CREATE TRIGGER committed_reads_are_not_replaced BEFORE INSERT ON reads
    WHEN EXISTS (SELECT 1 FROM reads WHERE id = NEW.id AND status = 'committed') BEGIN
      SELECT RAISE(ABORT, 'a committed read never changes');
    END;
    CREATE TRIGGER assessments_are_not_replaced BEFORE INSERT ON assessments
    WHEN EXISTS (SELECT 1 FROM assessments WHERE id = NEW.id) BEGIN
      SELECT RAISE(ABORT, 'an assessment never changes; a later one counts');
    END;
    CREATE TRIGGER results_are_not_replaced BEFORE INSERT ON results
    WHEN EXISTS (SELECT 1 FROM results WHERE id = NEW.id OR record_id = NEW.record_id) BEGIN
      SELECT RAISE(ABORT, 'a result never changes; a later one counts');
    END;
  `,
};
