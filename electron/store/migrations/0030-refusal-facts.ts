import type { Migration } from './migration.ts';

/** What a person stated at the import that refused a file: a later try needs it again. JSON; null where nothing was. */
export const refusalFacts: Migration = {
  id: 30,
  name: 'refusal-facts',
  up: 'ALTER TABLE refusals ADD COLUMN stated TEXT;',
};
