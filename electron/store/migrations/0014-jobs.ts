import type { Migration } from './migration.ts';

/**
 * Imports that a person started, so that a restart knows what was cut short and how what ended did end. As the window may show them:
 * what is withheld from blind readers is not counted. Models' work is not among them; what they have read is in their results.
 */
export const jobs: Migration = {
  id: 14,
  name: 'jobs',
  up: `
    CREATE TABLE jobs (
      id TEXT PRIMARY KEY,
      started_at TEXT NOT NULL,
      -- A job and what was asked for, JSON.
      job TEXT NOT NULL,
      request TEXT NOT NULL
    ) STRICT;
    CREATE INDEX jobs_newest ON jobs (started_at DESC);
  `,
};
