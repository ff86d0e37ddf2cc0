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

export interface SearchCondition {
  readonly sql: string;
  readonly parameters: readonly string[];
}

/**
 * A condition on `studies` for the words of a query. Words of three letters or more go through the trigram index (as a quoted
 * phrase, so nothing in them is an operator); shorter ones are looked for in the search column.
 */
export function searchCondition(query: string): SearchCondition {
  const words = searchWords(query);
  const long = words.filter((word) => Array.from(word).length >= 3);
  const short = words.filter((word) => Array.from(word).length < 3);
  const conditions = short.map(() => 'instr(studies.search, ?) > 0');
  const parameters = [...short];
  if (long.length > 0) {
    conditions.push('studies.id IN (SELECT rowid FROM study_search WHERE study_search MATCH ?)');
    parameters.push(long.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND '));
  }
  return { sql: conditions.length === 0 ? '1' : conditions.join(' AND '), parameters };
}
