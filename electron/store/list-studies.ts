import type { StudyPage, StudyQuery } from '../shared/ports.ts';
import { NEWEST_FIRST, type StudyFilters } from '../shared/worklist.ts';
import type { Connection } from './connection.ts';
import { listRefined } from './list-refined.ts';
import { cursorOf, type Cursor, positionOf } from './list-cursor.ts';
import { type SearchPlan, searchPlan, termsFrom } from './search-text.ts';
import { summariesOf } from './study-summaries.ts';
import { isOfPeers, standingWhere, STATUSES, viewCondition } from './worklist-view.ts';
import { bothFilters, typedSearch } from './worklist-words.ts';

/**
 * Without filters, and in the order of arrival, every list goes down the studies' own ids, which is newest received first, and stops when its page is full: what a page costs does
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

interface Found {
  readonly ids: readonly number[];
  readonly total: number;
  readonly totalIsMinimum: boolean;
}

const NOTHING: Found = { ids: [], total: 0, totalIsMinimum: false };

interface Asked {
  readonly reader: string | null;
  readonly anyReader: 0 | 1;
  readonly limit: number;
  readonly offset: number;
  /** Only studies of a smaller id: those behind the page before. */
  readonly before: number;
}

function numbers(database: Database, sql: string, parameters: object): number[] {
  return database.prepare<unknown[], number>(sql).pluck().all(parameters);
}

/** A view without a search: a range of an index, its length counted exactly. */
function wholeView(database: Database, view: View, asked: Asked): Found {
  const page = 'LIMIT @limit OFFSET @offset';
  const all = numbers(database, 'SELECT studies FROM study_count', {})[0] ?? 0;
  if (view === 'all') {
    const ids = numbers(
      database,
      `SELECT id FROM studies WHERE id < @before ORDER BY id DESC ${page}`,
      asked,
    );
    return { ids, total: all, totalIsMinimum: false };
  }
  const { has, table, standing } = standingWhere(view);
  const whose = `FROM ${table} WHERE ${asked.anyReader === 1 ? '1' : 'reader_id = @reader'} AND ${standing}`;
  const of = asked.anyReader === 1 ? 'DISTINCT study_id' : 'study_id';
  const counted = numbers(database, `SELECT count(${of}) ${whose}`, asked)[0] ?? 0;
  const ids = has
    ? numbers(database, `SELECT ${of} ${whose} AND study_id < @before ORDER BY study_id DESC ${page}`, asked)
    : numbers(
        database,
        `SELECT id FROM studies WHERE id < @before AND ${viewCondition(view, 'studies.id')} ORDER BY id DESC ${page}`,
        asked,
      );
  return { ids, total: has ? counted : all - counted, totalIsMinimum: false };
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
  const { has, table, standing } = standingWhere(view);
  const whose = `${table} WHERE reader_id = @reader AND ${standing}`;
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
  if (plan.match === null) return NOTHING;
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

/** A list in the order of arrival, without filters. */
function findPlain(database: Database, words: readonly string[], view: View, asked: Asked): Found {
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

interface Listed extends Found {
  readonly next: Cursor | null;
}

function plain(
  database: Database,
  words: readonly string[],
  query: StudyQuery,
  after: Cursor | null,
): Listed {
  const offset = after?.kind === 'offset' ? after.offset : query.offset;
  const before = after?.kind === 'row' ? after.id : Number.MAX_SAFE_INTEGER;
  const asked: Asked = {
    reader: query.readerId,
    anyReader: query.anyReader === true ? 1 : 0,
    limit: query.limit,
    offset,
    before,
  };
  const found = findPlain(database, words, query.view ?? 'all', asked);
  const last = found.ids.at(-1);
  if (last === undefined || found.ids.length < query.limit) return { ...found, next: null };
  if (words.length === 0)
    return {
      ...found,
      next: { kind: 'row', key: last, id: last, total: found.total, totalIsMinimum: false },
    };
  const reached = offset + found.ids.length;
  const more = found.totalIsMinimum || reached < found.total;
  return { ...found, next: more ? { kind: 'offset', offset: reached } : null };
}

function refined(
  database: Database,
  words: readonly string[],
  filters: StudyFilters,
  query: StudyQuery,
  after: Cursor | null,
): Listed {
  const view = query.view ?? 'all';
  const anyReader = query.anyReader === true;
  const position = after?.kind === 'row' ? after : null;
  const day = (iso: string): string => iso.replaceAll('-', '');
  const answer = listRefined(database, {
    filters,
    view,
    words,
    anyReader,
    sort: query.sort ?? NEWEST_FIRST,
    limit: query.limit,
    after: position,
    bound: {
      reader: query.readerId,
      anyReader: anyReader ? 1 : 0,
      modality: filters.modality ?? null,
      status: { new: 0, reading: 1, committed: 2, final: 3 }[filters.status ?? 'new'],
      // Between these lies every day; a study without one has none of them.
      studiedFrom: day(filters.studiedFrom ?? '0000-00-00'),
      studiedTo: day(filters.studiedTo ?? '9999-99-99'),
      receivedFrom: filters.receivedFrom ?? '',
      receivedBefore: filters.receivedBefore ?? '9',
      afterId: position?.id ?? null,
      afterKey: position?.key ?? null,
      ...Object.fromEntries(words.map((word, i) => [`word${i}`, word])),
    },
  });
  const isWhole = words.length === 0 && Object.values(filters).every((value) => value === undefined);
  const counted = (): Pick<Found, 'total' | 'totalIsMinimum'> => {
    if (position !== null) return position;
    // Of a whole view the number is known, whatever its order.
    if (isWhole)
      return {
        total: plain(database, [], { ...query, limit: 1, offset: 0 }, null).total,
        totalIsMinimum: false,
      };
    return { total: answer.total, totalIsMinimum: answer.totalIsMinimum };
  };
  const { total, totalIsMinimum } = counted();
  const next: Cursor | null =
    answer.next === null ? null : { kind: 'row', ...answer.next, total, totalIsMinimum };
  return { ids: answer.ids, total, totalIsMinimum, next };
}

function find(database: Database, query: StudyQuery): Listed {
  const typed = typedSearch(query.query ?? '');
  const filters = bothFilters(query.filters ?? {}, typed.filters);
  if (filters === null) return { ...NOTHING, next: null };
  const { status } = filters;
  if (status !== undefined && !STATUSES[query.view ?? 'all'].includes(status))
    return { ...NOTHING, next: null };
  const after = query.after === undefined ? null : positionOf(query.after);
  const sort = query.sort ?? NEWEST_FIRST;
  const isPlain =
    sort.key === 'received' && sort.descending && Object.values(filters).every((one) => one === undefined);
  return isPlain
    ? plain(database, typed.words, query, after)
    : // A status says all that the views of standings do, and nothing of the others.
      refined(
        database,
        typed.words,
        filters,
        status === undefined || isOfPeers(query.view) ? query : { ...query, view: 'all' },
        after,
      );
}

/** One page of the worklist, newest received first unless another order is asked for, and how many studies there are in all. */
export function listStudies(connection: Connection, query: StudyQuery): StudyPage {
  const { ids, total, totalIsMinimum, next } = find(connection.database, query);
  return {
    total,
    ...(totalIsMinimum ? { totalIsMinimum } : {}),
    ...(next === null ? {} : { next: cursorOf(next) }),
    rows: summariesOf(connection, ids, query.readerId, query.anyReader === true),
  };
}

/** The modalities that any study shows, sorted; each is found by one seek. */
export function listModalities({ database }: Connection): string[] {
  const next = database
    .prepare<[string], string>('SELECT modality FROM study_modalities WHERE modality > ? LIMIT 1')
    .pluck();
  const found: string[] = [];
  for (let one = next.get(''); one !== undefined; one = next.get(one)) found.push(one);
  return found;
}
