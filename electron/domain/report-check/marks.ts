import type { CheckedFinding } from '../../shared/report-check.ts';
import { isPathology, type Lexicon, type WordRelation } from '../report-text/lexicon.ts';
import type { Mention, Side } from '../report-text/mentions.ts';
import { readReport } from '../report-text/read-report.ts';
import { foldPhrase, wordsOf } from '../report-text/tokens.ts';

/** A marked finding in the concepts of the word list. */
export interface Mark {
  readonly finding: CheckedFinding;
  /** Empty where no word list knows the label: then its own words are looked for. */
  readonly ids: readonly string[];
  readonly words: readonly string[];
  readonly anatomy: readonly string[];
  readonly side: Side | null;
}

/** Reads a mark's label and site as a report's words are read. */
export function readMark(finding: CheckedFinding, lexicon: Lexicon): Mark {
  const label = readReport(finding.label, lexicon).sentences[0];
  const site = readReport(finding.site ?? '', lexicon).sentences[0];
  const told = label?.mentions.filter(({ type }) => isPathology(type)) ?? [];
  // 'Breast cancer metastases' names two concepts; words for either speak of it. A weak word beside a firm one says nothing.
  const firm = told.filter(({ ids }) => !lexicon.is(ids[0], 'minor'));
  const named = firm.length > 0 ? firm : told.length > 0 ? told : (label?.mentions.slice(0, 1) ?? []);
  const spread = named.length > 1 && named.some(({ ids }) => ids.includes('metastasis'));
  return {
    finding,
    ids: named.flatMap(({ ids }) => ids),
    words: foldPhrase(finding.label),
    // The organ in 'breast cancer metastases' is where they come from.
    anatomy: [...(spread ? [] : (label?.places ?? [])), ...(site?.places ?? [])].flatMap(({ ids }) => ids),
    side: finding.laterality ?? null,
  };
}

/** Diseases that may sit anywhere. */
const BROAD = new Set(['malignancy', 'infection', 'metastasis', 'lesion', 'abnormality']);

/** How a mention stands to a mark; a label of no word list relates only to mentions that hold its words. */
export function relationTo(mark: Mark, mention: Mention, lexicon: Lexicon): WordRelation {
  const relation = mark.ids.length === 0 ? 'none' : lexicon.relation(mention.ids, mark.ids);
  // Something wider at a place that is told and is not the mark's speaks of something else.
  const roams =
    relation === 'wider'
      ? lexicon.has(mention.ids, 'loose') || mention.ids.some((id) => BROAD.has(id))
      : relation === 'sign' && mark.ids.some((id) => BROAD.has(id));
  return roams && apart(mention.anatomy, mark.anatomy, lexicon) ? 'none' : relation;
}

/** Whether both places are told and none lies in another. */
export function apart(a: readonly string[], b: readonly string[], lexicon: Lexicon): boolean {
  let told = false;
  for (const one of a) {
    if (isOfRow(one)) continue;
    for (const other of b) {
      if (isOfRow(other)) continue;
      told = true;
      if (meet(lexicon.above(one), lexicon.above(other))) return false;
    }
  }
  return told;
}

function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const one of a) if (b.has(one)) return true;
  return false;
}

/** 'level:L4': a member of a row, not a place of the list. */
function isOfRow(id: string): boolean {
  return id.includes(':');
}

/** Whether any telling word of a label that no list knows stands in a text: what is not understood is not objected to. */
export function holdsWords(text: string, words: readonly string[]): boolean {
  const there = new Set(wordsOf(text).map(({ fold }) => fold));
  const telling = words.filter((word) => word.length > 3);
  return telling.some((word) => there.has(word));
}

/** Whether two lists of places can be the same place: parts of one group exclude one another. */
export function placesAgree(a: readonly string[], b: readonly string[], lexicon: Lexicon): boolean {
  if (a.length === 0 || b.length === 0) return true;
  for (const id of a) {
    for (const group of lexicon.groupsOf(id).keys()) {
      if (!agreeIn(group, a, b, lexicon)) return false;
    }
  }
  return true;
}

function isWithin(a: string, b: string, lexicon: Lexicon): boolean {
  return lexicon.above(a).has(b) || lexicon.above(b).has(a);
}

function agreeIn(group: string, a: readonly string[], b: readonly string[], lexicon: Lexicon): boolean {
  if (group === 'level' || group === 'ray') {
    const one = rangeOf(group, a);
    const other = one === null ? null : rangeOf(group, b);
    return one === null || other === null || (one[0] <= other[1] && other[0] <= one[1]);
  }
  let both = false;
  for (const id of a) {
    const mine = membersOf(group, id, lexicon);
    if (mine === null) continue;
    for (const other of b) {
      const theirs = membersOf(group, other, lexicon);
      if (theirs === null) continue;
      both = true;
      if (mine.some((one) => theirs.some((two) => isWithin(one, two, lexicon)))) return true;
    }
  }
  return !both;
}

/** The members of a group that a place is or is a part of; null for none. */
function membersOf(group: string, id: string, lexicon: Lexicon): readonly string[] | null {
  return lexicon.groupsOf(id).get(group) ?? null;
}

const ROWS: Readonly<Record<string, number>> = { C: 0, T: 7, L: 19, S: 24 };

/** From where to where in its row a list of 'level:L4' or 'ray:5' reaches; null where it names none of the row. */
function rangeOf(row: 'level' | 'ray', ids: readonly string[]): readonly [number, number] | null {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const id of ids) {
    if (!id.startsWith(row)) continue;
    const name = id.slice(row.length + 1);
    const place = row === 'ray' ? Number(name) : (ROWS[name[0] ?? ''] ?? Number.NaN) + Number(name.slice(1));
    if (Number.isNaN(place)) continue;
    least = Math.min(least, place);
    most = Math.max(most, place);
  }
  return least > most ? null : [least, most];
}

/** Whether a mention's side can be a mark's: a side that is not told contradicts none. */
export function sidesAgree(mention: Side | null, mark: Side | null): boolean {
  return mention === null || mark === null || mention === mark;
}
