import type { Migration } from './migration.ts';

/** The sums that a case goes into; `sign` is + when it is added and − when it is taken out again. */
function sums(row: 'NEW' | 'OLD', sign: '+' | '-'): string {
  const one = (condition: string): string => `${sign}(${condition})`;
  const is = (outcome: string): string => one(`${row}.outcome = '${outcome}'`);
  const ai = `${row}.outcome IN ('tp', 'fp')`;
  const known = `${row}.outcome IN ('tp', 'fp', 'fn', 'tn')`;
  // A read before which the AI was shown has no `reader`, and counts in none of the four.
  const beside = (says: string): string => one(`coalesce(${known} AND ${says}, 0)`);
  const add = (columns: readonly string[]): string =>
    columns.map((column) => `${column} = ${column} + excluded.${column}`).join(', ');
  const counts = [
    'cases',
    'tp',
    'fp',
    'fn',
    'tn',
    'abstained',
    'failed',
    'both',
    'ai_only',
    'reader_only',
    'neither',
    'accepted',
    'rejected',
    'modified',
    'deferred',
  ];
  const judged = ['accepted', 'rejected', 'modified', 'deferred'].map((column) => `${sign}${row}.${column}`);
  const series = `${row}.model_id, ${row}.version, ${row}.label, ${row}.month`;
  const truth = `${row}.outcome IN ('tp', 'fn')`;
  const squared = `(${row}.probability - 10000 * (${truth})) * (${row}.probability - 10000 * (${truth}))`;
  return `
      INSERT INTO ledger_counts (model_id, version, label, month, scanner_id, ${counts.join(', ')})
      VALUES (${series}, ${row}.scanner_id, ${one('1')}, ${is('tp')}, ${is('fp')}, ${is('fn')}, ${is('tn')}, ${is('abstained')}, ${is('failed')},
        ${beside(`${ai} AND ${row}.reader`)}, ${beside(`${ai} AND NOT ${row}.reader`)}, ${beside(`NOT ${ai} AND ${row}.reader`)}, ${beside(`NOT ${ai} AND NOT ${row}.reader`)},
        ${judged.join(', ')})
      ON CONFLICT DO UPDATE SET ${add(counts)};
      INSERT INTO ledger_scores (model_id, version, label, month, bin, positives, negatives)
      SELECT ${series}, ${row}.score_bin, ${one(truth)}, ${one(`NOT ${truth}`)} WHERE ${row}.score_bin IS NOT NULL
      ON CONFLICT DO UPDATE SET ${add(['positives', 'negatives'])};
      INSERT INTO ledger_calibration (model_id, version, label, month, bin, cases, sum, positives, squares)
      SELECT ${series}, min(9, ${row}.probability / 1000), ${one('1')}, ${sign}${row}.probability, ${one(truth)}, ${sign}${squared}
      WHERE ${row}.probability IS NOT NULL
      ON CONFLICT DO UPDATE SET ${add(['cases', 'sum', 'positives', 'squares'])};
      INSERT INTO ledger_reasons (model_id, version, month, outcome, reason, cases)
      SELECT ${row}.model_id, ${row}.version, ${row}.month, ${row}.outcome, ${row}.reason, ${one('1')} WHERE NOT ${known}
      ON CONFLICT DO UPDATE SET ${add(['cases'])};
      INSERT INTO ledger_people (model_id, version, label, month, sex, age_group, tp, fp, fn, tn)
      SELECT ${series}, ${row}.sex, ${row}.age_group, ${is('tp')}, ${is('fp')}, ${is('fn')}, ${is('tn')} WHERE ${known}
      ON CONFLICT DO UPDATE SET ${add(['tp', 'fp', 'fn', 'tn'])};`;
}

/**
 * The ledger of the models: what each said of a study with a final read beside the read as it stands (`ledger_cases`, one row a study, model and
 * label), and the sums of that, which triggers keep with every row that comes or goes. All numbers are whole, so that no order of adding and
 * taking out changes a sum. Switches: which models an administrator has stopped.
 */
export const ledger: Migration = {
  id: 25,
  name: 'ledger',
  up: `
    CREATE TABLE ledger_scanners (
      id INTEGER PRIMARY KEY,
      manufacturer TEXT NOT NULL,
      model TEXT NOT NULL,
      station TEXT NOT NULL,
      software TEXT NOT NULL,
      UNIQUE (manufacturer, model, station, software)
    ) STRICT;

    CREATE TABLE ledger_cases (
      study_id INTEGER NOT NULL REFERENCES studies (id),
      model_id TEXT NOT NULL,
      version TEXT NOT NULL,
      -- '' of what a model says of no label: that it abstained, or failed.
      label TEXT NOT NULL,
      -- In which the read became final, as 2026-11 (UTC).
      month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
      scanner_id INTEGER NOT NULL REFERENCES ledger_scanners (id),
      sex TEXT NOT NULL,
      age_group TEXT NOT NULL,
      outcome TEXT NOT NULL CHECK (outcome IN ('tp', 'fp', 'fn', 'tn', 'abstained', 'failed')),
      reason TEXT NOT NULL,
      -- Whether the committed read has the finding; null where the AI was shown before.
      reader INTEGER,
      score_bin INTEGER CHECK (score_bin BETWEEN 0 AND 199),
      probability INTEGER CHECK (probability BETWEEN 0 AND 10000),
      accepted INTEGER NOT NULL,
      rejected INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      deferred INTEGER NOT NULL,
      PRIMARY KEY (study_id, model_id, label)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE ledger_counts (
      model_id TEXT NOT NULL, version TEXT NOT NULL, label TEXT NOT NULL, month TEXT NOT NULL,
      scanner_id INTEGER NOT NULL REFERENCES ledger_scanners (id),
      cases INTEGER NOT NULL,
      tp INTEGER NOT NULL, fp INTEGER NOT NULL, fn INTEGER NOT NULL, tn INTEGER NOT NULL,
      abstained INTEGER NOT NULL, failed INTEGER NOT NULL,
      both INTEGER NOT NULL, ai_only INTEGER NOT NULL, reader_only INTEGER NOT NULL, neither INTEGER NOT NULL,
      accepted INTEGER NOT NULL, rejected INTEGER NOT NULL, modified INTEGER NOT NULL, deferred INTEGER NOT NULL,
      PRIMARY KEY (model_id, version, label, month, scanner_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ledger_scores (
      model_id TEXT NOT NULL, version TEXT NOT NULL, label TEXT NOT NULL, month TEXT NOT NULL,
      bin INTEGER NOT NULL,
      positives INTEGER NOT NULL, negatives INTEGER NOT NULL,
      PRIMARY KEY (model_id, version, label, month, bin)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ledger_calibration (
      model_id TEXT NOT NULL, version TEXT NOT NULL, label TEXT NOT NULL, month TEXT NOT NULL,
      bin INTEGER NOT NULL,
      cases INTEGER NOT NULL, sum INTEGER NOT NULL, positives INTEGER NOT NULL, squares INTEGER NOT NULL,
      PRIMARY KEY (model_id, version, label, month, bin)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ledger_reasons (
      model_id TEXT NOT NULL, version TEXT NOT NULL, month TEXT NOT NULL,
      outcome TEXT NOT NULL, reason TEXT NOT NULL,
      cases INTEGER NOT NULL,
      PRIMARY KEY (model_id, version, month, outcome, reason)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ledger_people (
      model_id TEXT NOT NULL, version TEXT NOT NULL, label TEXT NOT NULL, month TEXT NOT NULL,
      sex TEXT NOT NULL, age_group TEXT NOT NULL,
      tp INTEGER NOT NULL, fp INTEGER NOT NULL, fn INTEGER NOT NULL, tn INTEGER NOT NULL,
      PRIMARY KEY (model_id, version, label, month, sex, age_group)
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER ledger_case_added AFTER INSERT ON ledger_cases BEGIN${sums('NEW', '+')}
    END;
    CREATE TRIGGER ledger_case_taken_out AFTER DELETE ON ledger_cases BEGIN${sums('OLD', '-')}
    END;
    CREATE TRIGGER ledger_cases_are_counted_anew BEFORE UPDATE ON ledger_cases BEGIN
      SELECT RAISE(ABORT, 'a case of the ledger is taken out and counted anew');
    END;

    -- One row while there are final reads from before the ledger was kept.
    CREATE TABLE ledger_incomplete (one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT;
    INSERT INTO ledger_incomplete SELECT 1 WHERE EXISTS (SELECT 1 FROM finals);

    CREATE TABLE model_switches (
      id INTEGER PRIMARY KEY,
      model_id TEXT NOT NULL,
      -- '' for every version.
      version TEXT NOT NULL,
      stopped INTEGER NOT NULL CHECK (stopped IN (0, 1)),
      reason TEXT NOT NULL,
      at TEXT NOT NULL,
      actor TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER model_switches_never_change BEFORE UPDATE ON model_switches BEGIN
      SELECT RAISE(ABORT, 'a switch that was thrown stays so; a later one counts');
    END;
    CREATE TRIGGER model_switches_stay BEFORE DELETE ON model_switches BEGIN
      SELECT RAISE(ABORT, 'a switch that was thrown stays so; a later one counts');
    END;
  `,
};
