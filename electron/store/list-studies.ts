import { missingCaseError } from '../shared/errors.ts';
import type { StudyPage, StudyQuery } from '../shared/ports.ts';
import type { StudyStatus } from '../shared/study.ts';
import type { Connection } from './connection.ts';
import { type SearchPlan, searchPlan, searchWords } from './search-text.ts';
import { STATUS_SQL, type StudyRow, summaryOf } from './study-rows.ts';

/**
 * Every list goes down the studies' own ids, which is newest received first, and stops when its page is full: what a page costs does
 * not grow with the number of studies. Measured by `npm run bench -- worklist` at a million of them.
 */

type View = NonNullable<StudyQuery['view']>;
type Database = Connection['database'];

/** Hits of a search that are counted beyond the page; more are 'at least so many'. */
const COUNTED = 500;
/** Newest studies that are looked at for a short word before the index is asked: a common one is found there. */
const NEWEST = 5000;
/** A reader's view of no more studies is looked through itself: a common word may well occur in none of them. */
const SMALL_VIEW = 4000;
/** Different trigrams that one short word may begin. */
const MAX_TERMS = 2000;

/** With `@anyReader` = 1 (the operator's list) any reader's standing counts. */
function standingWhere(view: Exclude<View, 'all'>): { readonly has: boolean; readonly standing: string } {
  switch (view) {
    case 'to-read':
      return { has: false, standing: 'standing >= 2' };
    case 'mine':
      return { has: true, standing: 'standing >= 1' };
    case 'reconcile':
      return { has: true, standing: 'standing = 2' };
    case 'final':
      return { has: true, standing: 'standing = 3' };
    default:
      throw missingCaseError(view);
  }
}

/** A condition on the study with this id. */
function viewCondition(view: View, id: string): string {
  if (view === 'all') return '1';
  const { has, standing } = standingWhere(view);
  const one = `SELECT 1 FROM standings WHERE standings.study_id = ${id} AND ${standing}`;
  const condition = `CASE WHEN @anyReader THEN EXISTS (${one}) ELSE EXISTS (${one} AND reader_id = @reader) END`;
  return has ? condition : `NOT ${condition}`;
}

interface Found {
  readonly ids: readonly number[];
  readonly total: number;
  readonly totalIsMinimum: boolean;
}

interface Asked {
  readonly reader: string | null;
  readonly anyReader: 0 | 1;
  readonly limit: number;
  readonly offset: number;
}

function numbers(database: Database, sql: string, parameters: object): number[] {
  return database.prepare<unknown[], number>(sql).pluck().all(parameters);
}

/** A view without a search: a range of an index, its length counted exactly. */
function wholeView(database: Database, view: View, asked: Asked): Found {
  const page = 'LIMIT @limit OFFSET @offset';
  const all = numbers(database, 'SELECT studies FROM study_count', {})[0] ?? 0;
  if (view === 'all') {
    const ids = numbers(database, `SELECT id FROM studies ORDER BY id DESC ${page}`, asked);
    return { ids, total: all, totalIsMinimum: false };
  }
  const { has, standing } = standingWhere(view);
  const whose = `FROM standings WHERE ${asked.anyReader === 1 ? '1' : 'reader_id = @reader'} AND ${standing}`;
  const of = asked.anyReader === 1 ? 'DISTINCT study_id' : 'study_id';
  const counted = numbers(database, `SELECT count(${of}) ${whose}`, asked)[0] ?? 0;
  const ids = has
    ? numbers(database, `SELECT ${of} ${whose} ORDER BY study_id DESC ${page}`, asked)
    : numbers(
        database,
        `SELECT id FROM studies WHERE ${viewCondition(view, 'studies.id')} ORDER BY id DESC ${page}`,
        asked,
      );
  return { ids, total: has ? counted : all - counted, totalIsMinimum: false };
}

/** The distinct trigrams that begin with a text, each found by a seek. */
function termsFrom(database: Database, start: string): string[] {
  const next = database
    .prepare<[string], string>('SELECT term FROM study_search_terms WHERE term >= ? LIMIT 1')
    .pluck();
  const terms: string[] = [];
  for (let term = next.get(start); term?.startsWith(start) && terms.length < MAX_TERMS; ) {
    terms.push(term);
    term = next.get(`${term}\u0001`);
  }
  return terms;
}

/** Words as a condition on `studies`, for where there are few to look at. */
function holding(words: readonly string[]): { readonly holds: string; readonly named: object } {
  return {
    holds: words.map((_, i) => `instr(studies.search, @word${i}) > 0`).join(' AND '),
    named: Object.fromEntries(words.map((word, i) => [`word${i}`, word])),
  };
}

/** The hits of a reader's small view; null where the view is not one, or not small. */
function inSmallView(database: Database, words: readonly string[], view: View, asked: Asked): Found | null {
  if (view === 'all' || asked.anyReader === 1) return null;
  const { has, standing } = standingWhere(view);
  const whose = `standings WHERE reader_id = @reader AND ${standing}`;
  const size = numbers(
    database,
    `SELECT count(*) FROM (SELECT 1 FROM ${whose} LIMIT ${SMALL_VIEW + 1})`,
    asked,
  )[0];
  if (!has || size === undefined || size > SMALL_VIEW) return null;
  const { holds, named } = holding(words);
  const hits = numbers(
    database,
    `SELECT id FROM studies WHERE id IN (SELECT study_id FROM ${whose}) AND ${holds} ORDER BY id DESC`,
    { ...asked, ...named },
  );
  const ids = hits.slice(asked.offset, asked.offset + asked.limit);
  return { ids, total: hits.length, totalIsMinimum: false };
}

/** The page out of the newest studies alone; null where they do not fill it. */
function amongNewest(database: Database, words: readonly string[], view: View, asked: Asked): Found | null {
  const { holds, named } = holding(words);
  const hits = numbers(
    database,
    `SELECT id FROM studies WHERE id > (SELECT max(id) FROM studies) - ${NEWEST} AND ${holds} AND ${viewCondition(view, 'studies.id')}
     ORDER BY id DESC LIMIT @offset + @limit + 1`,
    { ...asked, ...named },
  );
  if (hits.length <= asked.offset + asked.limit) return null;
  return { ids: hits.slice(asked.offset, -1), total: hits.length, totalIsMinimum: true };
}

function matching(database: Database, plan: SearchPlan, view: View, asked: Asked): Found {
  if (plan.match === null) return { ids: [], total: 0, totalIsMinimum: false };
  const named = Object.fromEntries(plan.check.map((word, i) => [`word${i}`, word]));
  const holds = plan.check.map((_, i) => ` AND instr(study_search.search, @word${i}) > 0`).join('');
  const where = `study_search MATCH @match${holds} AND ${viewCondition(view, 'study_search.rowid')}`;
  const parameters = { ...asked, ...named, match: plan.match, most: asked.offset + asked.limit + COUNTED };
  const total =
    numbers(
      database,
      `SELECT count(*) FROM (SELECT 1 FROM study_search WHERE ${where} LIMIT @most)`,
      parameters,
    )[0] ?? 0;
  const ids = numbers(
    database,
    `SELECT rowid FROM study_search WHERE ${where} ORDER BY rowid DESC LIMIT @limit OFFSET @offset`,
    parameters,
  );
  return { ids, total, totalIsMinimum: total === parameters.most };
}

function find(database: Database, query: StudyQuery): Found {
  const view = query.view ?? 'all';
  const asked: Asked = {
    reader: query.readerId,
    anyReader: query.anyReader === true ? 1 : 0,
    limit: query.limit,
    offset: query.offset,
  };
  const words = searchWords(query.query ?? '');
  if (words.length === 0) return wholeView(database, view, asked);
  const short = words.some((word) => Array.from(word).length < 3);
  return (
    inSmallView(database, words, view, asked) ??
    (short ? amongNewest(database, words, view, asked) : null) ??
    matching(
      database,
      searchPlan(words, (start) => termsFrom(database, start)),
      view,
      asked,
    )
  );
}

/** One page of the worklist, newest received first, and how many studies there are in all. */
export function listStudies({ database }: Connection, query: StudyQuery): StudyPage {
  const { ids, total, totalIsMinimum } = find(database, query);
  const rows = database
    .prepare<unknown[], StudyRow & { status: StudyStatus }>(
      // What is shown of the page: the status is looked up for these rows alone.
      `SELECT studies.*, ${STATUS_SQL} AS status FROM studies
       WHERE id IN (SELECT value FROM json_each(@ids)) ORDER BY id DESC`,
    )
    .all({
      ids: JSON.stringify(ids),
      reader: query.readerId,
      anyReader: query.anyReader === true ? 1 : 0,
    });
  return { total, ...(totalIsMinimum ? { totalIsMinimum } : {}), rows: rows.map(summaryOf) };
}
