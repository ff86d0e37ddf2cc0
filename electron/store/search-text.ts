import type { Connection } from './connection.ts';

/**
 * Text as the worklist is searched: lower case, without accents, DICOM's `^` and `=` between the parts of a name as spaces, so that
 * 'mueller anna' and 'MÜLLER^ANNA' meet halfway (accents fold; spelling does not).
 */
export function searchText(...parts: readonly string[]): string {
  return parts
    .join(' ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\^=\\\s]+/gu, ' ')
    .trim();
}

/** The words of a query; every one of them must occur. */
export function searchWords(query: string): string[] {
  return searchText(query)
    .split(' ')
    .filter((word) => word !== '');
}

/** How a query is answered from the search index. */
export interface SearchPlan {
  /** FTS5 expression; null where a word occurs nowhere, so that nothing can be found. */
  readonly match: string | null;
  /** Words that the expression finds only in part: each hit must still hold them. */
  readonly check: readonly string[];
  /** Words of one or two letters, which as a rule are common. */
  readonly short: boolean;
}

/** Letters of the tail of a number that are looked up: its head ('ACC2024…') is in every study, and costs the most. */
const TAIL = 5;
const LONG_NUMBER = new RegExp(`.\\d{${TAIL}}$`);

const quoted = (term: string): string => `"${term.replaceAll('"', '""')}"`;

/**
 * Each word becomes a phrase of trigrams, quoted, so that nothing in it is an operator; a short word any of the trigrams that begin
 * with it (each text is indexed with two spaces after it, so its last letters begin one too).
 * @param termsFrom the distinct trigrams of the index that begin with a text
 */
export function searchPlan(
  words: readonly string[],
  termsFrom: (start: string) => readonly string[],
): SearchPlan {
  const parts: string[] = [];
  const check: string[] = [];
  let short = false;
  for (const word of words) {
    if (Array.from(word).length >= 3) {
      const tail = LONG_NUMBER.test(word);
      parts.push(quoted(tail ? word.slice(-TAIL) : word));
      if (tail) check.push(word);
      continue;
    }
    short = true;
    const terms = termsFrom(word);
    if (terms.length === 0) return { match: null, check, short };
    parts.push(`(${terms.map(quoted).join(' OR ')})`);
  }
  return { match: parts.join(' AND '), check, short };
}

/** Different trigrams that one short word may begin. */
const MAX_TERMS = 2000;

/** The distinct trigrams that begin with a text, each found by a seek. */
export function termsFrom(database: Connection['database'], start: string): string[] {
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
