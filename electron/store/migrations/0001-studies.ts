import type { Migration } from './migration.ts';

/**
 * What came in: studies, their series and instances, the files they lie in, and what was refused. Nothing in these tables derives
 * from a model, so that no list of studies can show a blind reader anything.
 */
export const studies: Migration = {
  id: 1,
  name: 'studies',
  up: `
    CREATE TABLE studies (
      id INTEGER PRIMARY KEY,
      uid TEXT NOT NULL UNIQUE,
      patient_name TEXT NOT NULL,
      patient_id TEXT NOT NULL,
      sex TEXT NOT NULL,
      age REAL,
      birth_date TEXT NOT NULL,
      accession_number TEXT NOT NULL,
      modality TEXT NOT NULL,
      description TEXT NOT NULL,
      study_date TEXT NOT NULL,
      study_time TEXT NOT NULL,
      series_count INTEGER NOT NULL,
      instance_count INTEGER NOT NULL,
      received_at TEXT NOT NULL,
      stated TEXT NOT NULL,
      flags TEXT NOT NULL,
      search TEXT NOT NULL
    ) STRICT;
    CREATE INDEX studies_newest ON studies (received_at DESC, id DESC);

    -- Substrings of the normalised search text, found by their trigrams.
    CREATE VIRTUAL TABLE study_search USING fts5 (
      search, content = 'studies', content_rowid = 'id', tokenize = 'trigram'
    );
    CREATE TRIGGER study_search_insert AFTER INSERT ON studies BEGIN
      INSERT INTO study_search (rowid, search) VALUES (NEW.id, NEW.search);
    END;
    CREATE TRIGGER study_search_delete AFTER DELETE ON studies BEGIN
      INSERT INTO study_search (study_search, rowid, search) VALUES ('delete', OLD.id, OLD.search);
    END;
    CREATE TRIGGER study_search_update AFTER UPDATE OF search ON studies BEGIN
      INSERT INTO study_search (study_search, rowid, search) VALUES ('delete', OLD.id, OLD.search);
      INSERT INTO study_search (rowid, search) VALUES (NEW.id, NEW.search);
    END;

    CREATE TABLE series (
      id INTEGER PRIMARY KEY,
      uid TEXT NOT NULL UNIQUE,
      study_id INTEGER NOT NULL REFERENCES studies (id),
      number INTEGER,
      modality TEXT NOT NULL,
      body_part TEXT NOT NULL,
      description TEXT NOT NULL
    ) STRICT;
    CREATE INDEX series_of_study ON series (study_id);

    -- Files by content. How often one is used is a query over instances, never a counter that could drift.
    CREATE TABLE blobs (
      sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
      bytes INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE instances (
      id INTEGER PRIMARY KEY,
      uid TEXT NOT NULL UNIQUE,
      study_id INTEGER NOT NULL REFERENCES studies (id),
      series_id INTEGER NOT NULL REFERENCES series (id),
      sha256 TEXT NOT NULL REFERENCES blobs (sha256),
      header TEXT NOT NULL
    ) STRICT;
    CREATE INDEX instances_of_study ON instances (study_id);
    CREATE INDEX instances_of_series ON instances (series_id);
    CREATE INDEX instances_of_blob ON instances (sha256);

    CREATE TABLE refusals (
      id INTEGER PRIMARY KEY,
      import_id TEXT NOT NULL,
      at TEXT NOT NULL,
      path TEXT NOT NULL,
      code TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX refusals_of_import ON refusals (import_id);

    -- Imports that are copying files at this moment: while one is, no sweep touches files that no row names yet.
    CREATE TABLE staging (
      id TEXT PRIMARY KEY,
      pid INTEGER NOT NULL,
      started_at TEXT NOT NULL
    ) STRICT;

    -- The study that is being removed, inside the one transaction that removes it. Empty at every other moment.
    CREATE TABLE removal (study_id INTEGER PRIMARY KEY) STRICT;
  `,
};
