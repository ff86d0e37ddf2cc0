import type {
  CalibrationRow,
  LedgerCase,
  LedgerCountRow,
  LedgerRepository,
  LedgerSeries,
  ModelSwitch,
  PeopleRow,
  ReasonRow,
  Scanner,
  ScoreRow,
  Stratum,
} from '../shared/ledger-ports.ts';
import { Refused } from '../shared/errors.ts';
import type { Connection } from './connection.ts';

type CountRow = Omit<LedgerCountRow, 'scanner'> & Scanner & { readonly scannerModel: string };

const OF_SERIES = 'model_id = ? AND version = ? AND label = ?';

/** The cases of the ledger. The sums are kept by triggers beneath (migration 25). */
export class SqlLedgerRepository implements LedgerRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  finals(studyInstanceUID: string): { readId: string; at: string }[] {
    return this.#connection
      .prepare<[string], { readId: string; at: string }>(
        `SELECT finals.read_id AS readId, finals.at FROM finals JOIN reads ON reads.id = finals.read_id
         JOIN studies ON studies.id = reads.study_id WHERE studies.uid = ? ORDER BY reads.committed_at, reads.rowid`,
      )
      .all(studyInstanceUID);
  }

  *studies(): Generator<string> {
    // By page: whoever asks counts each in between.
    const page = this.#connection.database.prepare<[number], { id: number; uid: string }>(
      `SELECT studies.id, studies.uid FROM studies WHERE studies.id > ?
         AND EXISTS (SELECT 1 FROM reads JOIN finals ON finals.read_id = reads.id WHERE reads.study_id = studies.id)
       ORDER BY studies.id LIMIT 200`,
    );
    for (let after = 0; ; ) {
      const rows = page.all(after);
      for (const { id, uid } of rows) {
        after = id;
        yield uid;
      }
      if (rows.length < 200) return;
    }
  }

  replace(studyInstanceUID: string, cases: readonly LedgerCase[]): void {
    this.#connection.transaction(() => {
      const study = this.#connection
        .prepare<[string], { id: number }>('SELECT id FROM studies WHERE uid = ?')
        .get(studyInstanceUID);
      if (study === undefined)
        throw new Refused('study-unknown', 'This study is not here (any more).', { studyInstanceUID });
      this.#connection.prepare('DELETE FROM ledger_cases WHERE study_id = ?').run(study.id);
      const insert = this.#connection.prepare(
        `INSERT INTO ledger_cases (study_id, model_id, version, label, month, scanner_id, sex, age_group, outcome, reason, reader,
           score_bin, probability, accepted, rejected, modified, deferred)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      );
      for (const one of cases) {
        insert.run(
          study.id,
          one.modelId,
          one.version,
          one.label,
          one.month,
          this.#scanner(one.scanner),
          one.sex,
          one.ageGroup,
          one.outcome,
          one.reason,
          one.reader === null ? null : Number(one.reader),
          one.scoreBin,
          one.probability,
          one.accepted,
          one.rejected,
          one.modified,
          one.deferred,
        );
      }
    });
  }

  clear(): void {
    this.#connection.transaction(() => {
      // The triggers take every case out of the sums; rows of sums that are 0 go too.
      this.#connection.prepare('DELETE FROM ledger_cases').run();
      for (const table of ['counts', 'scores', 'calibration', 'reasons', 'people'])
        this.#connection.prepare(`DELETE FROM ledger_${table}`).run();
      this.#connection.prepare('DELETE FROM ledger_scanners').run();
    });
  }

  isIncomplete(): boolean {
    return this.#connection.prepare('SELECT 1 FROM ledger_incomplete').get() !== undefined;
  }

  setComplete(): void {
    this.#connection.prepare('DELETE FROM ledger_incomplete').run();
  }

  counts({ modelId, version, label }: Partial<LedgerSeries> = {}): LedgerCountRow[] {
    const given = [
      ['model_id', modelId],
      ['version', version],
      ['label', label],
    ].filter((pair): pair is [string, string] => pair[1] !== undefined);
    const where = ['cases > 0', ...given.map(([column]) => `${column} = ?`)].join(' AND ');
    return this.#connection
      .prepare<string[], CountRow>(
        `SELECT model_id AS modelId, version, label, month, cases, tp, fp, fn, tn, abstained, failed, both, ai_only AS aiOnly,
           reader_only AS readerOnly, neither, accepted, rejected, modified, deferred,
           manufacturer, model AS scannerModel, station, software
         FROM ledger_counts JOIN ledger_scanners ON ledger_scanners.id = scanner_id WHERE ${where}
         ORDER BY model_id, version, label, month, manufacturer, model, station, software`,
      )
      .all(...given.map(([, value]) => value))
      .map(({ manufacturer, scannerModel, station, software, ...rest }) => ({
        ...rest,
        scanner: { manufacturer, model: scannerModel, station, software },
      }));
  }

  scores({ modelId, version, label }: LedgerSeries): ScoreRow[] {
    return this.#connection
      .prepare<string[], ScoreRow>(
        `SELECT month, bin, positives, negatives FROM ledger_scores WHERE ${OF_SERIES} AND positives + negatives > 0
         ORDER BY month, bin`,
      )
      .all(modelId, version, label);
  }

  calibration({ modelId, version, label }: LedgerSeries): CalibrationRow[] {
    return this.#connection
      .prepare<string[], CalibrationRow>(
        `SELECT month, bin, cases, sum, positives, squares FROM ledger_calibration WHERE ${OF_SERIES} AND cases > 0
         ORDER BY month, bin`,
      )
      .all(modelId, version, label);
  }

  reasons(modelId: string, version: string): ReasonRow[] {
    return this.#connection
      .prepare<string[], ReasonRow>(
        `SELECT month, outcome, reason, cases FROM ledger_reasons WHERE model_id = ? AND version = ? AND cases > 0
         ORDER BY month, outcome, reason`,
      )
      .all(modelId, version);
  }

  people({ modelId, version, label }: LedgerSeries): PeopleRow[] {
    return this.#connection
      .prepare<string[], PeopleRow>(
        `SELECT month, sex, age_group AS ageGroup, tp, fp, fn, tn FROM ledger_people
         WHERE ${OF_SERIES} AND tp + fp + fn + tn > 0 ORDER BY month, sex, age_group`,
      )
      .all(modelId, version, label);
  }

  strata(): Stratum[] {
    return this.#connection
      .prepare<[], Stratum>(
        `SELECT month, studies.modality, coalesce((SELECT min(body_part) FROM series WHERE series.study_id = studies.id), '') AS bodyPart,
           manufacturer, ledger_scanners.model AS scannerModel, software, model_id AS modelId, version, label,
           ledger_cases.sex, age_group AS ageGroup, outcome, count(*) AS cases
         FROM ledger_cases JOIN studies ON studies.id = study_id JOIN ledger_scanners ON ledger_scanners.id = scanner_id
         GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12`,
      )
      .all();
  }

  switches(): ModelSwitch[] {
    return this.#connection
      .prepare<[], Omit<ModelSwitch, 'stopped'> & { stopped: 0 | 1 }>(
        `SELECT model_id AS modelId, version, stopped, reason, at, actor FROM model_switches
         WHERE id IN (SELECT max(id) FROM model_switches GROUP BY model_id, version) ORDER BY model_id, version`,
      )
      .all()
      .map(({ stopped, ...rest }) => ({ ...rest, stopped: stopped === 1 }));
  }

  throwSwitch({ modelId, version, stopped, reason, at, actor }: ModelSwitch): void {
    this.#connection.transaction(() => {
      this.#connection
        .prepare(
          'INSERT INTO model_switches (model_id, version, stopped, reason, at, actor) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(modelId, version, Number(stopped), reason, at, actor);
    });
  }

  #scanner({ manufacturer, model, station, software }: Scanner): number {
    const key = [manufacturer, model, station, software];
    this.#connection
      .prepare(
        'INSERT INTO ledger_scanners (manufacturer, model, station, software) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      .run(...key);
    const row = this.#connection
      .prepare<string[], { id: number }>(
        'SELECT id FROM ledger_scanners WHERE manufacturer = ? AND model = ? AND station = ? AND software = ?',
      )
      .get(...key);
    return row?.id ?? 0;
  }
}
