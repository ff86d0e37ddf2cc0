import type { StudyFilters } from '../shared/worklist.ts';
import { PRIORITIES } from '../shared/study.ts';
import { searchWords } from './search-text.ts';

/** What was typed into the search box, taken apart. */
export interface TypedSearch {
  /** Words that the study's text must hold, each of them. */
  readonly words: readonly string[];
  readonly filters: StudyFilters;
}

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const IS = /^is:(.+)$/;

/** 'is:stat', 'is:new': a priority or a status; undefined for other words. */
function stateNamed(word: string): StudyFilters | undefined {
  const named = IS.exec(word)?.[1];
  const priority = [...PRIORITIES, 'raised' as const].find((one) => one === named);
  if (priority !== undefined) return { priority };
  const status = (['new', 'reading', 'committed', 'final'] as const).find((one) => one === named);
  return status === undefined ? undefined : { status };
}

const later = (a: string | undefined, b: string): string => (a === undefined || a < b ? b : a);
const earlier = (a: string | undefined, b: string): string => (a === undefined || a > b ? b : a);

/**
 * A word that is a month or a day (2026-11, 2026-11-20) is one of the study date, `is:stat` and the like are a priority or status, and
 * every other word is text: 'ct 2026-11' finds the CTs of that month, since a study's text holds its modalities. Several days: what lies in all.
 */
export function typedSearch(typed: string): TypedSearch {
  const words: string[] = [];
  let filters: StudyFilters = {};
  for (const word of searchWords(typed)) {
    const state = stateNamed(word);
    if (state !== undefined) filters = { ...filters, ...state };
    else if (MONTH.test(word) || DAY.test(word)) {
      const [from, to] = word.length === 7 ? [`${word}-01`, `${word}-31`] : [word, word];
      filters = {
        ...filters,
        studiedFrom: later(filters.studiedFrom, from),
        studiedTo: earlier(filters.studiedTo, to),
      };
    } else words.push(word);
  }
  return { words, filters };
}

/** Both: a study must meet the conditions of each. Null where no study can. */
export function bothFilters(a: StudyFilters, b: StudyFilters): StudyFilters | null {
  const priority = bothPriorities(a.priority, b.priority);
  if (priority === null) return null;
  if (a.status !== undefined && b.status !== undefined && a.status !== b.status) return null;
  const merged: StudyFilters = { ...a, ...b, priority, status: a.status ?? b.status };
  return {
    ...merged,
    studiedFrom:
      a.studiedFrom !== undefined && b.studiedFrom !== undefined
        ? later(a.studiedFrom, b.studiedFrom)
        : (merged.studiedFrom ?? a.studiedFrom),
    studiedTo:
      a.studiedTo !== undefined && b.studiedTo !== undefined
        ? earlier(a.studiedTo, b.studiedTo)
        : (merged.studiedTo ?? a.studiedTo),
  };
}

function bothPriorities(
  a: StudyFilters['priority'],
  b: StudyFilters['priority'],
): StudyFilters['priority'] | null {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  const raised = (one: typeof a): boolean => one === 'urgent' || one === 'stat';
  if (a === 'raised') return raised(b) ? b : null;
  if (b === 'raised') return raised(a) ? a : null;
  return null;
}
