import { Refused } from '../shared/errors.ts';
import type { TriageRepository, TriageRow } from '../shared/peer-ports.ts';
import type { Connection } from './connection.ts';
import { summariesOf } from './study-summaries.ts';

/** Studies with a positive result that are counted; more are 'at least so many'. */
const COUNTED = 1000;

/** Not committed by this reader, of the study `id`. */
const toRead = (id: string): string =>
  `NOT EXISTS (SELECT 1 FROM standings WHERE standings.study_id = ${id} AND reader_id = @reader AND standing >= 2)`;

/** No independent read of the study `id` is asked of this reader: such a one is made without the AI. */
const notAsked = (id: string): string =>
  `NOT EXISTS (SELECT 1 FROM referrals WHERE referrals.study_id = ${id} AND ask = 'independent'
     AND state IN ('open', 'accepted') AND coalesce(taken_by, to_reader) = @reader)`;

/** Whether one of the positive results of the study `id` counts still. */
const isPositive = (id: string): string =>
  `EXISTS (SELECT 1 FROM positives WHERE positives.study_id = ${id})`;

/** In the order of what they cost: after years nearly every study with a positive result is read, and a list has to go past them all. */
const POSITIVE = `SELECT DISTINCT study_id FROM positive_results AS one WHERE study_id < @before
  AND ${toRead('one.study_id')} AND ${isPositive('one.study_id')} AND ${notAsked('one.study_id')} ORDER BY study_id DESC`;

/** Of the same studies, without an order: what is read is taken away at once. */
const ANY_POSITIVE = `WITH unread (study_id) AS MATERIALIZED (
    SELECT study_id FROM positive_results EXCEPT SELECT study_id FROM standings WHERE reader_id = @reader AND standing >= 2
  )
  SELECT study_id FROM unread WHERE ${isPositive('unread.study_id')} AND ${notAsked('unread.study_id')}`;

const REST = `SELECT id FROM studies WHERE id < @before AND ${toRead('studies.id')}
  AND NOT (${notAsked('studies.id')} AND EXISTS (SELECT 1 FROM positives WHERE positives.study_id = studies.id))
  ORDER BY id DESC`;

interface Place {
  readonly part: 'positive' | 'rest';
  readonly before: number;
}

/** What models found, as an order of what is to be read. Nothing else of the store joins studies and results. */
export class SqlTriageRepository implements TriageRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  list(readerId: string, limit: number, after: string | null): ReturnType<TriageRepository['list']> {
    const place: Place =
      after === null ? { part: 'positive', before: Number.MAX_SAFE_INTEGER } : placeOf(after);
    const asked = { reader: readerId, limit };
    const positive =
      place.part === 'rest' ? [] : this.#ids(`${POSITIVE} LIMIT @limit`, { ...asked, before: place.before });
    const room = limit - positive.length;
    const rest =
      room === 0
        ? []
        : this.#ids(`${REST} LIMIT @limit`, {
            reader: readerId,
            limit: room,
            before: place.part === 'rest' ? place.before : Number.MAX_SAFE_INTEGER,
          });
    const ids = [...positive, ...rest];
    const counted = this.#ids(`${ANY_POSITIVE} LIMIT @limit`, {
      reader: readerId,
      limit: COUNTED + 1,
    }).length;
    const found = this.#findings(positive);
    const last = ids.at(-1);
    const more = ids.length === limit && last !== undefined;
    return {
      positives: Math.min(counted, COUNTED),
      positivesIsMinimum: counted > COUNTED,
      ...(more ? { next: `${rest.length > 0 ? 'rest' : 'positive'}-${last}` } : {}),
      rows: summariesOf(this.#connection, ids, readerId).map((study, index) => ({
        study,
        findings: found.get(ids[index] ?? 0) ?? [],
      })),
    };
  }

  shows(studyInstanceUID: string, readerId: string): string[] {
    return this.#connection.database
      .prepare<[{ uid: string; reader: string }], string>(
        `SELECT record_id FROM positives JOIN studies ON studies.id = positives.study_id JOIN results ON results.id = result_id
         WHERE studies.uid = @uid AND ${toRead('studies.id')} AND ${notAsked('studies.id')} ORDER BY record_id`,
      )
      .pluck()
      .all({ uid: studyInstanceUID, reader: readerId });
  }

  #ids(sql: string, parameters: object): number[] {
    return this.#connection.database.prepare<unknown[], number>(sql).pluck().all(parameters);
  }

  #findings(ids: readonly number[]): ReadonlyMap<number, TriageRow['findings']> {
    const rows = this.#connection.database
      .prepare<[string], TriageRow['findings'][number] & { study: number }>(
        `SELECT positives.study_id AS study, positives.model_id AS modelId, json_extract(record, '$.model.version') AS modelVersion,
           label, score, record_id AS recordId
         FROM positives JOIN results ON results.id = result_id
         WHERE positives.study_id IN (SELECT value FROM json_each(?)) ORDER BY positives.model_id`,
      )
      .all(JSON.stringify(ids));
    const found = new Map<number, TriageRow['findings'][number][]>();
    for (const { study, ...finding } of rows) found.set(study, [...(found.get(study) ?? []), finding]);
    return found;
  }
}

function placeOf(after: string): Place {
  const [, part, before] = /^(positive|rest)-(\d{1,15})$/.exec(after) ?? [];
  if ((part !== 'positive' && part !== 'rest') || before === undefined)
    throw new Refused(
      'request-invalid',
      'The place in the list is none that a page gave. Load the list again.',
    );
  return { part, before: Number(before) };
}
