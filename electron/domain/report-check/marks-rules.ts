import type { ReportWarning } from '../../shared/report-check.ts';
import { type Mention, type Side } from '../report-text/mentions.ts';
import { sidesNamed } from '../report-text/sides.ts';
import {
  type CheckContext,
  explains,
  isHeld,
  isMinor,
  mentionsOf,
  warning,
  withCue,
  wordsAt,
} from './context.ts';
import { obscurelyDescribed } from './obscure.ts';
import { holdsWords, type Mark, placesAgree, relationTo, sidesAgree } from './marks.ts';

const SIDE_WORDS: Readonly<Record<Side, string>> = { left: 'left', right: 'right', bilateral: 'both sides' };

/** Laterality, unmentioned and negation: for every mark, how the text speaks of it. */
export function checkMarks(context: CheckContext): ReportWarning[] {
  const sided = new Set<Mention>();
  const found = context.marks.flatMap((mark) => checkMark(context, mark, sided));
  const title = titleSide(context);
  // A heading with the wrong side over a text with the same wrong side is one error.
  const inText = [
    ...found.filter(({ kind }) => kind !== 'laterality' || title.length === 0),
    ...otherSides(context, sided),
  ];
  return [...inText, ...title];
}

function checkMark(context: CheckContext, mark: Mark, sided: Set<Mention>): ReportWarning[] {
  if (mark.ids.length === 0)
    return holdsWords(context.input.text, mark.words) ? [] : [unmentioned(context, mark)];
  const about = mentionsOf(context, mark);
  const held = about.filter(isHeld);
  const onSide = held.filter((mention) => explains(context, mark, mention));
  const sideTold = onSide.some((mention) => mention.side !== null && mention.sideIsSure);
  // Another mark may be what the words on the other side speak of.
  const wrong = held.filter(
    (mention) =>
      !onSide.includes(mention) &&
      // A weak word ('one of them enhancing on the left') tells no side where a firm one speaks of the mark.
      !(onSide.length > 0 && context.lexicon.is(mention.ids[0], 'minor')) &&
      !context.marks.some(
        (other) => other !== mark && isNamed(context, other, mention) && explains(context, other, mention),
      ),
  );
  const first = wrong.toSorted(
    (a, b) => rank(context, mark, a) - rank(context, mark, b) || a.start - b.start,
  )[0];
  const onlyThen = onSide.length === 0 || (!sideTold && mark.side !== null);
  if (first !== undefined && onlyThen && !onSide.includes(first)) {
    for (const mention of wrong) sided.add(mention);
    return [sideWarning(context, mark, first)];
  }
  if (onSide.length > 0) return [];
  const denied = about.filter(
    (mention) =>
      mention.assertion.negated &&
      !mention.assertion.onlyNew &&
      (mention.side === 'bilateral' || sidesAgree(mention.side, mark.side)),
  );
  const denial = denied[0];
  if (denial !== undefined)
    return [
      warning(
        'negation',
        withCue(denial),
        `The text denies "${wordsAt(context, denial)}", but ${named(mark)} is marked on the images. Correct the words or the mark.`,
      ),
    ];
  const hedged = about.some(({ assertion }) => assertion.hypothetical || assertion.historical);
  return hedged || obscurelyDescribed(context, mark) ? [] : [unmentioned(context, mark)];
}

function rank(context: CheckContext, mark: Mark, mention: Mention): number {
  const relation = relationTo(mark, mention, context.lexicon);
  return ['same', 'narrower', 'wider'].indexOf(relation) === -1
    ? 3
    : ['same', 'narrower', 'wider'].indexOf(relation);
}

/** Whether the words name the mark itself, not only what goes with it. */
function isNamed(context: CheckContext, mark: Mark, mention: Mention): boolean {
  const kin = context.lexicon.has(mention.ids, 'kin', true);
  return rank(context, mark, mention) < 3 || (kin && relationTo(mark, mention, context.lexicon) === 'near');
}

function sideWarning(context: CheckContext, mark: Mark, mention: Mention): ReportWarning {
  return warning(
    'laterality',
    sidePlace(mention),
    `The text puts "${wordsAt(context, mention)}" on ${sideOf(mention.side)}; ${named(mark)} is marked on ${sideOf(mark.side)}. Correct one of the two.`,
  );
}

/** Where a mark is mentioned rightly and, in another section, on another side; and where the sections differ without marks. */
function otherSides(context: CheckContext, sided: Set<Mention>): ReportWarning[] {
  const found: ReportWarning[] = [];
  const held = context.mentions.filter(
    (mention) => isHeld(mention) && mention.sideIsSure && !sided.has(mention) && !isMinor(context, mention),
  );
  for (const mention of held) {
    if (mention.section !== 'impression' && mention.section !== 'findings') continue;
    const others = held.filter(
      (other) =>
        other.section !== mention.section && related(context, other, mention) && other.side !== mention.side,
    );
    const agreeing = context.mentions.some(
      (other) =>
        other.section !== mention.section &&
        isHeld(other) &&
        related(context, other, mention) &&
        other.side === mention.side,
    );
    const elsewhere = others[0];
    if (elsewhere === undefined || agreeing) continue;
    // Both sides may each be found: 'left … right …' in one section is no contradiction.
    if (
      held.some(
        (other) =>
          other.section === elsewhere.section &&
          other.side === mention.side &&
          related(context, other, mention),
      )
    )
      continue;
    if (elsewhere.side === 'bilateral' || mention.side === 'bilateral') {
      if (!context.marks.some((mark) => relationTo(mark, mention, context.lexicon) !== 'none')) continue;
    }
    const marks = context.marks.filter(
      (mark) => mark.side !== null && relationTo(mark, mention, context.lexicon) !== 'none',
    );
    const wrong =
      marks.length > 0
        ? !marks.some((mark) => explains(context, mark, mention))
        : mention.section === 'impression';
    if (!wrong || found.some(({ start }) => start === mention.sideStart)) continue;
    // Words on an unmarked side that only one section has, beside the right ones there, are an unmarked finding.
    if (
      context.mentions.some(
        (other) =>
          other !== mention &&
          other.section === mention.section &&
          isHeld(other) &&
          sameSideMark(context, other, mention),
      )
    )
      continue;
    sided.add(mention);
    found.push(
      warning(
        'laterality',
        sidePlace(mention),
        `"${wordsAt(context, mention)}" is on ${sideOf(mention.side)} here and on ${sideOf(elsewhere.side)} elsewhere in the report. Correct one of the two.`,
      ),
    );
  }
  return found;
}

function sameSideMark(context: CheckContext, other: Mention, mention: Mention): boolean {
  return (
    related(context, other, mention) &&
    context.marks.some((mark) => mark.side !== null && explains(context, mark, other) && other.sideIsSure)
  );
}

function related(context: CheckContext, a: Mention, b: Mention): boolean {
  const relation = context.lexicon.relation(a.ids, b.ids);
  return relation !== 'none' && placesAgree(a.anatomy, b.anatomy, context.lexicon);
}

/** 'LEFT WRIST' over a report whose marks are all on the right. */
function titleSide(context: CheckContext): ReportWarning[] {
  const marked = new Set(context.marks.map(({ side }) => side));
  const side = [...marked][0];
  if (marked.size !== 1 || (side !== 'left' && side !== 'right')) return [];
  const sides = context.report.sentences
    .filter(({ section }) => section === 'title' || section === 'technique')
    .flatMap(({ words }) => sidesNamed(words));
  const first = sides[0];
  if (first === undefined || sides.some((one) => one.side === side || one.side === 'bilateral')) return [];
  return [
    warning(
      'laterality',
      [first.start, first.end],
      `The heading names the ${first.side} side; everything marked is on the ${side}. Correct one of the two.`,
    ),
  ];
}

export function sidePlace(mention: Mention): readonly [number, number] {
  return mention.side === null ? [mention.start, mention.end] : [mention.sideStart, mention.sideEnd];
}

function unmentioned(context: CheckContext, mark: Mark): ReportWarning {
  const section = context.report.sections.find(({ kind }) => kind === 'findings') ?? {
    start: 0,
    end: context.input.text.length,
  };
  const text = context.input.text.slice(section.start, section.end);
  const start = section.start + (text.length - text.trimStart().length);
  return warning(
    'unmentioned',
    [start, Math.max(start, section.start + text.trimEnd().length)],
    `${named(mark)} is marked on the images and not mentioned in the text. Mention it, or remove the mark.`,
  );
}

function sideOf(side: Side | null): string {
  return side === 'bilateral'
    ? SIDE_WORDS.bilateral
    : `the ${side === null ? 'other side' : SIDE_WORDS[side]}`;
}

/** 'Fracture (right, distal radius)'. */
export function named({ finding }: Mark): string {
  const details = [finding.laterality, finding.site].filter(
    (part) => part !== null && part !== undefined && part !== '',
  );
  return details.length === 0 ? finding.label : `${finding.label} (${details.join(', ')})`;
}
