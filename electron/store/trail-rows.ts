import { hash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { TrailMismatch } from '../shared/ports.ts';
import { PRIORITIES } from '../shared/study.ts';
import type { Connection } from './connection.ts';
import { FILED_MESSAGE_KIND } from './trail-messages.ts';
import { LESION_LINK_KIND, RESPONSE_KIND } from './trail-lesions.ts';
import { PEER_KINDS } from './trail-peers.ts';
import { TRIAL_KINDS } from './trail-trials.ts';
import { entriesOf, type Kind, LIVING, of, place } from './trail-sql.ts';

/** Analyses of studies of the store (those of loose files keep theirs elsewhere), a row a model. */
const MODELS_OF_ENTRIES = `audit, json_each(audit.detail, '$.models') AS model
  WHERE audit.action = 'analyze' AND ${of('fromFiles')} IS NULL AND audit.study_uid IS NOT NULL AND ${LIVING}`;

const KINDS: readonly Kind[] = [
  {
    name: 'reader',
    rows: 'SELECT json_array(id, name, public_key) AS key FROM readers',
    entries: entriesOf('reader-created', `audit.actor, ${of('name')}, ${of('publicKey')}`),
  },
  {
    name: 'committed read',
    rows: `SELECT json_array(id, sha256) AS key FROM reads WHERE status = 'committed'`,
    entries: entriesOf('commit', `${of('readId')}, ${of('sha256')}`),
  },
  {
    name: 'addendum',
    rows: 'SELECT json_array(read_id, number, sha256) AS key FROM addenda',
    entries: entriesOf('addendum', `${of('readId')}, ${of('number')}, ${of('sha256')}`),
  },
  {
    name: 'report',
    rows: 'SELECT json_array(id, read_id, sha256, reader_id) AS key FROM reports',
    entries: entriesOf('sign-report', `${of('reportId')}, ${of('readId')}, ${of('sha256')}, audit.actor`),
  },
  {
    name: 'addendum to a report',
    rows: 'SELECT json_array(report_id, number, sha256) AS key FROM report_addenda',
    entries: entriesOf('report-addendum', `${of('reportId')}, ${of('number')}, ${of('sha256')}`),
  },
  {
    name: 'judgement',
    rows: `SELECT json_array(read_id, ${place('read_id', 'id')}, item_id, verdict, reason, comment, canonical(finding)) AS key FROM assessments`,
    entries: entriesOf(
      'assess',
      `${of('readId')}, ${place(of('readId'), 'audit.sequence')}, ${of('itemId')}, ${of('verdict')}, ${of('reason')},
       coalesce(${of('comment')}, ''), canonical(${of('finding')})`,
    ),
  },
  {
    name: 'peer review',
    rows: `SELECT json_array(read_id, reviewer_id, ${place('read_id, reviewer_id', 'id')}, score, significance, comment) AS key FROM peer_reviews`,
    entries: entriesOf(
      'peer-review',
      `${of('readId')}, audit.actor, ${place(`${of('readId')}, audit.actor`, 'audit.sequence')}, ${of('score')},
       ${of('significance')}, ${of('comment')}`,
    ),
  },
  {
    name: 'reveal',
    rows: 'SELECT json_array(read_id) AS key FROM reveals',
    entries: entriesOf('reveal', of('readId'), ` AND ${of('beforeCommit')} IS NULL`),
  },
  {
    name: 'result',
    // In their order: of two results of a model the later counts.
    rows: `SELECT json_array(record_id, model_id, studies.uid, ${place('study_id', 'results.id')}) AS key
      FROM results JOIN studies ON studies.id = results.study_id`,
    entries: `SELECT json_array(model.value ->> '$.recordId', model.value ->> '$.id', audit.study_uid,
        ${place('audit.study_uid', 'audit.sequence, model.key')}) AS key FROM ${MODELS_OF_ENTRIES}`,
  },
  {
    name: 'content of a result',
    rows: `SELECT json_array(record_id, sha256_of(record)) AS key FROM results WHERE created_at = record ->> '$.createdAt'`,
    entries: `SELECT json_array(model.value ->> '$.recordId', model.value ->> '$.recordSha256') AS key
      FROM ${MODELS_OF_ENTRIES} AND model.value ->> '$.recordSha256' IS NOT NULL`,
    laterThanEntries: true,
  },
  {
    name: 'time of a reader',
    rows: 'SELECT json_array(id, created_at) AS key FROM readers',
    entries: entriesOf(
      'reader-created',
      `audit.actor, ${of('createdAt')}`,
      ` AND ${of('createdAt')} IS NOT NULL`,
    ),
    laterThanEntries: true,
  },
  {
    name: 'time of a judgement',
    rows: `SELECT json_array(read_id, ${place('read_id', 'id')}, assessed_at) AS key FROM assessments`,
    entries: `SELECT key FROM (${entriesOf(
      'assess',
      `${of('readId')}, ${place(of('readId'), 'audit.sequence')}, ${of('assessedAt')}`,
    )}) WHERE key ->> '$[2]' IS NOT NULL`,
    laterThanEntries: true,
  },
  {
    name: 'time of a peer review',
    rows: `SELECT json_array(read_id, reviewer_id, ${place('read_id, reviewer_id', 'id')}, reviewed_at) AS key FROM peer_reviews`,
    entries: `SELECT key FROM (${entriesOf(
      'peer-review',
      `${of('readId')}, audit.actor, ${place(`${of('readId')}, audit.actor`, 'audit.sequence')}, ${of('reviewedAt')}`,
    )}) WHERE key ->> '$[3]' IS NOT NULL`,
    laterThanEntries: true,
  },
  {
    name: 'time of a reveal',
    rows: 'SELECT json_array(read_id, at) AS key FROM reveals',
    entries: entriesOf('reveal', `${of('readId')}, ${of('at')}`, ` AND ${of('at')} IS NOT NULL`),
    laterThanEntries: true,
  },
  {
    name: 'stated facts',
    rows: `SELECT json_array(uid, canonical(stated)) AS key FROM studies WHERE stated <> '{}'`,
    entries: `SELECT json_array(study_uid, stated) AS key FROM (
        SELECT audit.study_uid, canonical(${of('stated')}) AS stated, max(audit.sequence) FROM audit
        WHERE audit.action IN ('import', 'state-facts') AND ${of('stated')} IS NOT NULL AND ${LIVING} GROUP BY audit.study_uid
      ) WHERE stated <> '{}'`,
  },
  {
    name: 'priority',
    rows: 'SELECT json_array(uid, priority_word(priority)) AS key FROM studies WHERE priority <> 0',
    entries: `SELECT json_array(study_uid, priority) AS key FROM (
        SELECT audit.study_uid, ${of('priority')} AS priority, max(audit.sequence) FROM audit
        WHERE audit.action = 'set-priority' AND ${LIVING} GROUP BY audit.study_uid
      ) WHERE priority <> priority_word(0)`,
  },
  {
    // No entry tells of it: a trigger writes it with its result, which is held above.
    name: 'mark of a positive result',
    rows: `SELECT json_array(record_id, positive_results.study_id, positive_results.model_id, score, EXISTS (
        SELECT 1 FROM json_each(record, '$.result.findings') AS finding WHERE finding.value ->> '$.label' = label
          AND finding.value ->> '$.score' = score AND finding.value ->> '$.operatingPoint' = 'balanced'
      )) AS key FROM positive_results LEFT JOIN results ON results.id = result_id`,
    entries: `SELECT json_array(record_id, study_id, model_id, CAST(max(finding.value ->> '$.score') AS REAL), 1) AS key
      FROM results, json_each(record, '$.result.findings') AS finding
      WHERE finding.value ->> '$.operatingPoint' = 'balanced' GROUP BY results.id`,
  },
  {
    // In their order: of two of a model the later counts.
    name: 'switch of a model',
    rows: `SELECT json_array(model_id, version, ${place('model_id, version', 'id')}, stopped, reason, at, actor) AS key FROM model_switches`,
    entries: entriesOf(
      ['stop-model', 'start-model'],
      `${of('id')}, coalesce(${of('version')}, ''), ${place(`${of('id')}, coalesce(${of('version')}, '')`, 'audit.sequence')},
       audit.action = 'stop-model', ${of('reason')}, ${of('at')}, audit.actor`,
    ),
  },
  ...PEER_KINDS,
  LESION_LINK_KIND,
  FILED_MESSAGE_KIND,
  RESPONSE_KIND,
  ...TRIAL_KINDS,
];

/**
 * Every kind of row that the trail tells of, held against it both ways: a row that no entry knows (or knows otherwise), and an entry whose row
 * is gone. The chain alone does not show what was done to the rows, nor the rows what was done to the trail's end.
 *
 * Not held against it: drafts, claims, saved views and jobs, which no entry describes; whether a read is final, which follows from its
 * judgements; what is written of images and studies from their files, which are; maps and raw outputs of models, which `replay` makes again.
 */
export function trailMismatches({ database }: Connection): TrailMismatch[] {
  const define = (name: string, work: (value: unknown) => unknown): void => {
    database.function(name, { deterministic: true }, work);
  };
  define('canonical', (text) => (typeof text === 'string' ? canonicalOf(text) : null));
  define('sha256_of', (text) => (typeof text === 'string' ? hash('sha256', text) : null));
  define('priority_word', (index) => PRIORITIES[Number(index)] ?? null);
  const differing = (kind: string, all: string, but: string): string[] =>
    database
      .prepare<[], string>(`SELECT key FROM (${all}) EXCEPT SELECT key FROM (${but}) LIMIT 100`)
      .pluck()
      .all()
      .map((key) => `${kind} ${String((JSON.parse(key) as unknown[])[0])}`);
  return [
    ...KINDS.flatMap(({ name, rows, entries, laterThanEntries = false }) => {
      const unknown = differing(name, laterThanEntries ? entries : rows, laterThanEntries ? rows : entries);
      if (laterThanEntries) return unknown.map((what) => ({ what, how: 'changed' as const }));
      const gone = differing(name, entries, rows).filter((what) => !unknown.includes(what));
      return [
        ...unknown.map((what) => ({ what, how: 'changed' as const })),
        ...gone.map((what) => ({ what, how: 'gone' as const })),
      ];
    }),
    ...filesMismatches(database),
  ];
}

/** Text that somebody wrote who writes no JSON is a change like any other. */
function canonicalOf(text: string): string {
  try {
    return canonicalJson(JSON.parse(text));
  } catch {
    return text;
  }
}

/** Each import of a study names how many files it brought and a hash of theirs; they are the study's rows in their order. */
function* filesOf(
  database: Connection['database'],
): Generator<{ uid: string; imported: number; filesSha256: string }> {
  yield* database
    .prepare<[], { uid: string; imported: number; filesSha256: string }>(
      `SELECT audit.study_uid AS uid, ${of('imported')} AS imported, ${of('filesSha256')} AS filesSha256 FROM audit
       WHERE audit.action = 'import' AND ${of('filesSha256')} IS NOT NULL AND ${LIVING} ORDER BY audit.study_uid, audit.sequence`,
    )
    .iterate();
}

function filesMismatches(database: Connection['database']): TrailMismatch[] {
  const found: TrailMismatch[] = [];
  const rows = database
    .prepare<[string], string>(
      `SELECT instances.sha256 FROM instances JOIN studies ON studies.id = instances.study_id WHERE studies.uid = ? ORDER BY instances.id`,
    )
    .pluck();
  let current = '';
  let left: string[] = [];
  let good = true;
  const end = (): void => {
    if (current !== '' && (!good || left.length > 0))
      found.push({ what: `files of study ${current}`, how: 'changed' });
  };
  for (const { uid, imported, filesSha256 } of filesOf(database)) {
    if (uid !== current) {
      end();
      current = uid;
      left = rows.all(uid);
      good = true;
    }
    const brought = left.splice(0, imported).toSorted();
    if (brought.length !== imported || hash('sha256', brought.join('\n')) !== filesSha256) good = false;
  }
  end();
  const unknown = database
    .prepare<[], string>(
      `SELECT uid FROM studies WHERE uid NOT IN (SELECT study_uid FROM audit WHERE action = 'import' AND study_uid IS NOT NULL AND ${LIVING}) LIMIT 100`,
    )
    .pluck()
    .all();
  return [...found, ...unknown.map((uid) => ({ what: `study ${uid}`, how: 'changed' as const }))];
}
