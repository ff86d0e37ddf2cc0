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
  const firm = told.filter(({ ids }) => !lexicon.has(ids.slice(0, 1), 'minor'));
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
  const broad = lexicon.has(mention.ids, 'loose') || mention.ids.some((id) => BROAD.has(id));
  const roams = mark.ids.some((id) => BROAD.has(id));
  if (
    ((relation === 'wider' && broad) || (relation === 'sign' && roams)) &&
    apart(mention.anatomy, mark.anatomy, lexicon)
  )
    return 'none';
  return relation;
}

/** Whether both places are told and none lies in another. */
export function apart(a: readonly string[], b: readonly string[], lexicon: Lexicon): boolean {
  const [first, second] = [a, b].map((ids) => ids.filter((id) => !id.includes(':')));
  if (first === undefined || second === undefined || first.length === 0 || second.length === 0) return false;
  return !first.some((one) =>
    second.some((other) => [...lexicon.above(one)].some((step) => lexicon.above(other).has(step))),
  );
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
  const others = groupsOf(b, lexicon);
  for (const [group, first] of groupsOf(a, lexicon)) {
    const second = others.get(group);
    if (second === undefined) continue;
    const [one, other] = [rangeOf(first), rangeOf(second)];
    if (one !== null && other !== null) {
      if (one[0] > other[1] || other[0] > one[1]) return false;
      continue;
    }
    const meet = first.some((one) =>
      second.some((other) => lexicon.above(one).has(other) || lexicon.above(other).has(one)),
    );
    if (!meet) return false;
  }
  return true;
}

type Groups = ReadonlyMap<string, readonly string[]>;
/** By the list itself: the places of a mention or mark are asked for again and again, and never change once the text is read. */
const known = new WeakMap<readonly string[], Groups>();

/** The members of each group that a list of places names. */
function groupsOf(ids: readonly string[], lexicon: Lexicon): Groups {
  const before = known.get(ids);
  if (before !== undefined) return before;
  const groups = new Map<string, string[]>();
  for (const id of ids) {
    for (const [group, member] of lexicon.membershipsOf(id)) {
      const members = groups.get(group);
      if (members === undefined) groups.set(group, [member]);
      else members.push(member);
    }
  }
  known.set(ids, groups);
  return groups;
}

const ROWS: Readonly<Record<string, number>> = { C: 0, T: 7, L: 19, S: 24 };

/** From where to where in its row a list of 'level:L4' or 'ray:5' reaches; null for other places. */
function rangeOf(ids: readonly string[]): readonly [number, number] | null {
  const numbers = ids.flatMap((id) => {
    const level = /^level:([CTLS])(\d+)$/.exec(id);
    if (level !== null) return [(ROWS[level[1] ?? ''] ?? 0) + Number(level[2])];
    const ray = /^ray:(\d+)$/.exec(id);
    return ray === null ? [] : [Number(ray[1])];
  });
  return numbers.length === 0 ? null : [Math.min(...numbers), Math.max(...numbers)];
}

/** Whether a mention's side can be a mark's: a side that is not told contradicts none. */
export function sidesAgree(mention: Side | null, mark: Side | null): boolean {
  return mention === null || mark === null || mention === mark;
}
