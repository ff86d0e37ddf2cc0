import type { SortKey, StudySort } from '../shared/worklist.ts';
import type { Connection } from './connection.ts';
import { type SearchPlan, searchPlan, termsFrom } from './search-text.ts';
import { columnOf, type Condition, conditionsOn } from './worklist-conditions.ts';
import { type Asked, type Column, inOrder, levels, type Source, sources } from './worklist-sources.ts';

/**
 * Lists with filters, or in another order than that of arrival. Where some index holds few enough of the studies that may match, all of
 * them are looked at and put in order; else the index of the order is gone down. Either way no more is looked at than takes a part of the
 * aim of 30 ms: an answer may hold fewer rows than asked for, and says where to go on. Measured by `npm run bench -- worklist`.
 */

type Database = Connection['database'];

/** µs that the looking may take, and what a row costs: read from an index in turn, and per look at a reader's standing or its own row. */
const BUDGET_US = 14_000;
const ROW_US = 0.25;
const LOOK_UP_US = { nothing: 0, standing: 1, row: 3 } as const;
/** Of rows that lie near each other. */
const NEAR_ROW_US = 1.2;
/** Rows that are counted by what the index holds of them, to learn how many there are to look up. */
const COUNTED_FIRST = 20_000;
/** Rows of the newest that are looked at for short words before the search index is asked. */
const NEWEST = 4000;
/** Hits that are counted beyond the page; more are 'at least so many'. */
const COUNTED = 500;

/** Behind which row the answer begins. */
export interface Position {
  readonly key: string | number;
  readonly id: number;
}

export interface RefinedQuestion extends Asked {
  readonly sort: StudySort;
  readonly limit: number;
  readonly after: Position | null;
  /** For SQL: reader, status and so on. */
  readonly bound: Readonly<Record<string, string | number | null>>;
}

export interface RefinedAnswer {
  readonly ids: readonly number[];
  /** From this page's first row on. */
  readonly total: number;
  readonly totalIsMinimum: boolean;
  /** Null: that was all. */
  readonly next: Position | null;
}

const SORTED_BY: Readonly<Record<SortKey, Column | null>> = {
  received: null,
  studied: 'study_day',
  name: 'name_order',
  priority: 'priority',
};

const keyOf = (source: Source, { key }: StudySort): string => {
  const column = SORTED_BY[key];
  return column === null ? source.id : columnOf(source, column);
};

const whereOf = (conditions: readonly Condition[]): string =>
  conditions.length === 0 ? '1' : conditions.map(({ sql }) => sql).join(' AND ');

/** µs of what is looked up for one row. */
function lookUpsUs(source: Source, conditions: readonly Condition[], keyLooksUp: boolean): number {
  const row = source.near === true ? NEAR_ROW_US : LOOK_UP_US.row;
  const of = ({ looksUp }: Pick<Condition, 'looksUp'>): number =>
    looksUp === 'row' ? row : LOOK_UP_US[looksUp];
  return conditions.reduce((sum, one) => sum + of(one), keyLooksUp ? row : 0);
}

/** SQL that is true of rows behind the position. */
function behind(source: Source, { sort, after }: RefinedQuestion): string {
  if (after === null) return '1';
  const sign = sort.descending ? '<' : '>';
  if (sort.key === 'received') return `${source.id} ${sign} @afterId`;
  return `(${keyOf(source, sort)}, ${source.id}) ${sign} (@afterKey, @afterId)`;
}

function orderBy(source: Source, sort: StudySort): string {
  const way = sort.descending ? 'DESC' : 'ASC';
  const id = `${source.id} ${way}`;
  return sort.key === 'received' ? id : `${keyOf(source, sort)} ${way}, ${id}`;
}

interface Row {
  readonly id: number;
  readonly key: string | number;
}

/** All of a source that match, in order. */
function gathered(database: Database, question: RefinedQuestion, source: Source): RefinedAnswer {
  const want = question.limit + COUNTED;
  const rows = database
    .prepare<unknown[], Row>(
      `SELECT ${source.id} AS id, ${keyOf(source, question.sort)} AS key FROM ${source.from}
       AND ${whereOf(conditionsOn(source, question))} AND ${behind(source, question)}
       ORDER BY ${orderBy(source, question.sort)} LIMIT ${want}`,
    )
    .all(question.bound);
  return answered(question, rows, rows.length === want, null);
}

/** The matching rows among the next ones of a source that is in order. */
function walked(database: Database, question: RefinedQuestion, source: Source, most?: number): RefinedAnswer {
  const want = question.limit + COUNTED;
  const { sort } = question;
  // Of what the index holds, under the names that the conditions use.
  const inside: Source = {
    ...source,
    id: 'studies.id',
    columns: Object.fromEntries(Object.keys(source.columns).map((column) => [column, `studies.${column}`])),
  };
  const conditions = conditionsOn(inside, question);
  const budget = Math.min(
    most ?? Number.POSITIVE_INFINITY,
    Math.floor(BUDGET_US / (ROW_US + lookUpsUs(inside, conditions, false))),
  );
  const columns = Object.entries(source.columns).map(([column, sql]) => `${sql} AS ${column}`);
  const next = `SELECT ${[`${source.id} AS id`, ...columns].join(', ')} FROM ${source.from} AND ${behind(source, question)}
    ORDER BY ${orderBy(source, sort)}`;
  const rows = database
    .prepare<unknown[], Row>(
      `SELECT studies.id AS id, ${keyOf(inside, sort)} AS key FROM (${next} LIMIT ${budget}) AS studies
       WHERE ${whereOf(conditions)} LIMIT ${want}`,
    )
    .all(question.bound);
  if (rows.length === want) return answered(question, rows, true, null);
  const last = database
    .prepare<unknown[], Row>(
      `SELECT studies.id AS id, ${keyOf(inside, sort)} AS key FROM (${next} LIMIT 1 OFFSET ${budget - 1}) AS studies`,
    )
    .get(question.bound);
  return answered(question, rows, last !== undefined, last ?? null);
}

/** @param looked The last row that was looked at, where there are more behind it. */
function answered(
  { limit }: RefinedQuestion,
  rows: readonly Row[],
  more: boolean,
  looked: Row | null,
): RefinedAnswer {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? last : looked;
  return {
    ids: page.map(({ id }) => id),
    total: rows.length,
    totalIsMinimum: more,
    next: next === null ? null : { key: next.key, id: next.id },
  };
}

/** As `walked`, down the index of the order that was asked for; of priorities one after the other, each newest or oldest first. */
function walkedInOrder(database: Database, question: RefinedQuestion, most?: number): RefinedAnswer {
  const source = inOrder(question.sort.key, question);
  if (question.sort.key !== 'priority') return walked(database, question, source, most);
  const { descending } = question.sort;
  const reached = question.after?.key;
  const rising = levels(question.filters).filter(
    (level) => reached === undefined || (descending ? level <= Number(reached) : level >= Number(reached)),
  );
  const ids: number[] = [];
  let total = 0;
  for (const level of descending ? rising.toReversed() : rising) {
    const part = walked(
      database,
      {
        ...question,
        sort: { key: 'received', descending },
        limit: question.limit - ids.length,
        after: level === reached ? question.after : null,
        bound: { ...question.bound, level },
      },
      source,
      most,
    );
    ids.push(...part.ids);
    total += part.total;
    const last = ids.at(-1);
    const next = part.next?.id ?? (ids.length === question.limit ? last : undefined);
    if (next !== undefined) return { ids, total, totalIsMinimum: true, next: { key: level, id: next } };
  }
  return { ids, total, totalIsMinimum: false, next: null };
}

/** Rows of a source up to a number, those alone that meet some conditions. */
function countUpTo(
  database: Database,
  { bound }: RefinedQuestion,
  source: Source,
  most: number,
  conditions: readonly Condition[] = [],
): number {
  const rows = database
    .prepare<unknown[], number>(
      `SELECT count(*) FROM (SELECT 1 FROM ${source.from} AND ${whereOf(conditions)} LIMIT ${most + 1})`,
    )
    .pluck()
    .get(bound);
  return rows ?? 0;
}

/** The source that takes the least time to go through, where that is within the budget. */
function smallest(database: Database, question: RefinedQuestion, among: readonly Source[]): Source | null {
  let best: Source | null = null;
  let least = BUDGET_US;
  const sortedBy = SORTED_BY[question.sort.key];
  for (const source of among) {
    const conditions = conditionsOn(source, question);
    const each = lookUpsUs(source, conditions, sortedBy !== null && source.columns[sortedBy] === undefined);
    const inIndex = conditions.filter(({ looksUp }) => looksUp === 'nothing');
    const first = inIndex.length > 0 && each > 0 ? COUNTED_FIRST : 0;
    const most = Math.max(first, Math.floor(least / (ROW_US + each)));
    const rows = countUpTo(database, question, source, most);
    if (rows > most) continue;
    let us = rows * (ROW_US + each);
    if (us > least && first > 0)
      us = rows * ROW_US + each * countUpTo(database, question, source, Math.floor(least / each), inIndex);
    if (us > least) continue;
    best = source;
    least = us;
  }
  return best;
}

/** The search index as a source; `@match` is bound by the caller. */
function bySearch(plan: SearchPlan, newestFirst = false): Source {
  return {
    from: `study_search WHERE study_search MATCH @match`,
    id: newestFirst ? 'rowid' : 'study_search.rowid',
    columns: {},
    holds: plan.check.length === 0 ? ['words'] : [],
  };
}

/** One part of a list. */
export function listRefined(database: Database, question: RefinedQuestion): RefinedAnswer {
  const { words, sort, filters } = question;
  const few = smallest(database, question, sources(question));
  if (few !== null) return gathered(database, question, few);
  if (words.length === 0) return walkedInOrder(database, question);
  const short = words.some((word) => Array.from(word).length < 3);
  if (short) {
    // A common word is found at once where one looks; to ask the index for all the words that begin so is dear.
    const first = walkedInOrder(database, question, NEWEST);
    if (first.ids.length === question.limit || first.next === null) return first;
  }
  const plan = searchPlan(words, (start) => termsFrom(database, start));
  if (plan.match === null) return { ids: [], total: 0, totalIsMinimum: false, next: null };
  // A study's text holds its modalities as words: the index leaves out what has another.
  const modality =
    filters.modality === undefined ? '' : ` AND " ${filters.modality.toLowerCase().replaceAll('"', '""')} "`;
  const searching: RefinedQuestion = {
    ...question,
    bound: { ...question.bound, match: `${plan.match}${modality}` },
  };
  const hits = smallest(database, searching, [bySearch(plan)]);
  if (hits !== null) return gathered(database, searching, hits);
  // Newest first is the index's own order.
  const inHits = sort.key === 'received' && sort.descending && !short;
  return inHits ? walked(database, searching, bySearch(plan, true)) : walkedInOrder(database, question);
}
