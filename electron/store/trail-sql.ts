/** One kind of row that is written together with an entry of the trail, so that either shows what was done to the other. */
export interface Kind {
  readonly name: string;
  /** SQL that gives `key`, a text that holds what the entry says of the row. */
  readonly rows: string;
  readonly entries: string;
  /** What entries of earlier builds do not say: only what one does say is asked for. */
  readonly laterThanEntries?: true;
}

/** Entries of studies that are still here: with a study go its rows, and what the trail says of them from before. */
export const LIVING = `audit.sequence > coalesce(
  (SELECT max(gone.sequence) FROM audit AS gone WHERE gone.study_uid = audit.study_uid AND gone.action = 'delete'), 0)`;

/** SQL for a part of an entry's detail. */
export const of = (path: string): string => `audit.detail ->> '$.${path}'`;

/** SQL for a `key` of each living entry of these actions. */
export const entriesOf = (actions: string | readonly string[], key: string, more = ''): string =>
  `SELECT json_array(${key}) AS key FROM audit WHERE audit.action ${among(actions)} AND ${LIVING}${more}`;

/** SQL for one of these actions. */
export const among = (actions: string | readonly string[]): string =>
  typeof actions === 'string'
    ? `= '${actions}'`
    : `IN (${actions.map((action) => `'${action}'`).join(', ')})`;

/** The place of a row, or of an entry, among those of its read: an exchange of two shows. */
export const place = (by: string, order: string): string =>
  `row_number() OVER (PARTITION BY ${by} ORDER BY ${order})`;
