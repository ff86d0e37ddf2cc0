import type { InferenceRecord, ModelResult, OutputMap, RawOutput } from '../shared/analysis.ts';
import { Refused } from '../shared/errors.ts';
import type { ResultRepository } from '../shared/ports.ts';
import type { Connection } from './connection.ts';

type MapRow = ReturnType<ResultRepository['mapsOf']>[number];

/** The ids of each model's newest result of a study, of those made since its facts were last stated otherwise. */
const NEWEST = `
  SELECT max(results.id) FROM results JOIN studies ON studies.id = results.study_id
  LEFT JOIN outdated_results ON outdated_results.study_id = studies.id
  WHERE studies.uid = ? AND results.id > coalesce(through_result, 0) GROUP BY model_id`;

/** What the models gave. Append-only: of one model and study the last counts, and none from before other facts were stated. */
export class SqlResultRepository implements ResultRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  save(record: InferenceRecord, maps: readonly OutputMap[], outputs: readonly RawOutput[]): void {
    this.#connection.relaxed(() => {
      const { database } = this.#connection;
      const study = database
        .prepare<[string], number>('SELECT id FROM studies WHERE uid = ?')
        .pluck()
        .get(record.studyInstanceUID);
      if (study === undefined) {
        throw new Refused('study-unknown', 'This study is not here (any more).', {
          studyInstanceUID: record.studyInstanceUID,
        });
      }
      const { lastInsertRowid } = database
        .prepare(
          'INSERT INTO results (record_id, study_id, model_id, created_at, record) VALUES (?, ?, ?, ?, ?)',
        )
        .run(record.recordId, study, record.model.id, record.createdAt, JSON.stringify(record));
      const insert = database.prepare(
        'INSERT INTO result_maps (result_id, output_id, sop_instance_uid, frame, model_id, kind, png) VALUES (?, ?, ?, ?, ?, ?, ?)',
      );
      for (const map of maps) {
        insert.run(
          lastInsertRowid,
          map.outputId,
          map.sopInstanceUID,
          map.frame,
          map.modelId,
          map.kind,
          Buffer.from(map.png),
        );
      }
      const keep = database.prepare(
        'INSERT INTO result_outputs (result_id, sop_instance_uid, frame, output, shape, sha256, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
      );
      for (const { sopInstanceUID, frame, output, shape, sha256, data } of outputs) {
        keep.run(
          lastInsertRowid,
          sopInstanceUID,
          frame,
          output,
          JSON.stringify(shape),
          sha256,
          Buffer.from(data),
        );
      }
    });
  }

  latest(studyInstanceUID: string): ModelResult[] {
    return this.#connection.database
      .prepare<[string], string>(`SELECT record FROM results WHERE id IN (${NEWEST}) ORDER BY model_id`)
      .pluck()
      .all(studyInstanceUID)
      .map((record) => (JSON.parse(record) as InferenceRecord).result);
  }

  failures(studyInstanceUID: string): ReturnType<ResultRepository['failures']> {
    const rows = this.#connection.database
      .prepare<[string], { model: string; record: string }>(
        `SELECT model_id AS model, record FROM results JOIN studies ON studies.id = results.study_id
         LEFT JOIN outdated_results ON outdated_results.study_id = studies.id
         WHERE studies.uid = ? AND results.id > coalesce(through_result, 0) ORDER BY results.id DESC`,
      )
      .iterate(studyInstanceUID);
    const failing = new Map<string, { model: ModelResult['model']; count: number; lastAt: string }>();
    const ended = new Set<string>();
    for (const { model: id, record } of rows) {
      if (ended.has(id)) continue;
      const { result, createdAt } = JSON.parse(record) as InferenceRecord;
      const before = failing.get(id);
      // Another version is another model: its failures are none of this one's.
      if (result.status !== 'failed' || (before && before.model.version !== result.model.version))
        ended.add(id);
      else if (before === undefined) failing.set(id, { model: result.model, count: 1, lastAt: createdAt });
      else before.count += 1;
    }
    return [...failing.values()];
  }

  record(recordId: string): InferenceRecord | undefined {
    const record = this.#connection.database
      .prepare<[string], string>('SELECT record FROM results WHERE record_id = ?')
      .pluck()
      .get(recordId);
    return record === undefined ? undefined : (JSON.parse(record) as InferenceRecord);
  }

  outputs(recordId: string): RawOutput[] {
    return this.#connection.database
      .prepare<[string], Omit<RawOutput, 'shape'> & { shape: string }>(
        `SELECT sop_instance_uid AS sopInstanceUID, frame, output, shape, result_outputs.sha256, data
         FROM result_outputs JOIN results ON results.id = result_outputs.result_id
         WHERE record_id = ? ORDER BY sop_instance_uid, frame, output`,
      )
      .all(recordId)
      .map(({ shape, ...rest }) => ({ ...rest, shape: JSON.parse(shape) as number[] }));
  }

  recordIds(since: string): string[] {
    return this.#connection.database
      .prepare<[string], string>(
        'SELECT record_id FROM results WHERE created_at >= ? ORDER BY created_at, id',
      )
      .pluck()
      .all(since);
  }

  recordPage(since: string, afterRow: number, limit: number): { row: number; recordId: string }[] {
    return this.#connection.database
      .prepare<[number, string, number], { row: number; recordId: string }>(
        'SELECT id AS row, record_id AS recordId FROM results WHERE id > ? AND created_at >= ? ORDER BY id LIMIT ?',
      )
      .all(afterRow, since, limit);
  }

  map(recordId: string, outputId: string, sopInstanceUID: string, frame: number): Uint8Array | undefined {
    return this.#connection.database
      .prepare<[string, string, string, number], Uint8Array>(
        `SELECT png FROM result_maps JOIN results ON results.id = result_maps.result_id
         WHERE record_id = ? AND output_id = ? AND sop_instance_uid = ? AND frame = ?`,
      )
      .pluck()
      .get(recordId, outputId, sopInstanceUID, frame);
  }

  mapsOf(studyInstanceUID: string): MapRow[] {
    return this.#connection.database
      .prepare<[string], MapRow>(
        `SELECT record_id AS recordId, result_maps.model_id AS modelId, output_id AS outputId, kind,
           sop_instance_uid AS sopInstanceUID, frame
         FROM result_maps JOIN results ON results.id = result_maps.result_id
         WHERE results.id IN (${NEWEST}) ORDER BY results.id, output_id, sop_instance_uid, frame`,
      )
      .all(studyInstanceUID);
  }
}
