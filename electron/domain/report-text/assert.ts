import type { Mention } from './mentions.ts';
import { type Cue, LINKS, reach } from './reach.ts';
import type { Word } from './tokens.ts';

const CHANGE_LINKS = new Set([
  'in',
  'of',
  'to',
  'since',
  'from',
  'within',
  'at',
  'across',
  'by',
  'around',
  'through',
  'on',
]);
const PREPOSITIONS = new Set(
  'of to with around within in from at near about through beyond into by along on'.split(' '),
);
const DETERMINERS = new Set(['the', 'this', 'that', 'these', 'those', 'said']);

/** Sets on every mention of one sentence what the cues in it say. Cues reach as NegEx and ConText let them. */
export function assertMentions(
  words: readonly Word[],
  mentions: readonly Mention[],
  cues: readonly Cue[],
): void {
  for (const cue of cues) {
    const names = new Set(cue.values);
    if (names.has('negationBefore')) negateForward(words, mentions, cues, cue);
    if (names.has('negationAfter')) negateBackward(words, mentions, cue, 'negated');
    if (names.has('hypotheticalAfter')) negateBackward(words, mentions, cue, 'hypothetical');
    if (names.has('uncertainAfter'))
      near(words, mentions, cue, 'back', 5, ({ assertion }) => (assertion.uncertain = true));
    if (names.has('uncertainBefore')) doubtForward(words, mentions, cues, cue);
    if (names.has('hypotheticalBefore')) {
      for (const mention of reached(words, mentions, cues, cue)) mention.assertion.hypothetical = true;
    }
    if (names.has('historicalBefore')) pastForward(words, mentions, cues, cue);
    if (names.has('historicalAfter'))
      near(words, mentions, cue, 'back', 6, ({ assertion }) => (assertion.historical = true));
    if (names.has('chronicBefore'))
      near(words, mentions, cue, 'on', 4, ({ assertion }) => (assertion.chronic = true));
    if (names.has('chronicAfter'))
      near(words, mentions, cue, 'back', 7, ({ assertion }) => (assertion.chronic = true), true);
    if (names.has('minorBefore'))
      near(words, mentions, cue, 'on', 3, ({ assertion }) => (assertion.minor = true));
    if (names.has('normalBefore'))
      near(words, mentions, cue, 'on', 2, (mention) => deny(mention, words, cue));
    if (names.has('normalAfter'))
      near(words, mentions, cue, 'back', 3, (mention) => deny(mention, words, cue));
    if (names.has('resolvedBefore'))
      near(words, mentions, cue, 'on', 8, (mention) => deny(mention, words, cue));
    if (names.has('familyBefore')) family(mentions, cue);
  }
}

/** The mentions after a cue, up to what ends its reach. */
function reached(
  words: readonly Word[],
  mentions: readonly Mention[],
  cues: readonly Cue[],
  cue: Cue,
): Mention[] {
  const end = reach(words, mentions, cues, cue);
  return mentions.filter((mention) => mention.from >= cue.from && mention.to > cue.to && mention.from < end);
}

function negateForward(
  words: readonly Word[],
  mentions: readonly Mention[],
  cues: readonly Cue[],
  cue: Cue,
): void {
  const only = words[cue.from]?.fold;
  const end = Math.min(
    reach(words, mentions, cues, cue),
    only === 'not' || only === 'never' ? cue.to + 7 : words.length,
    only === 'non' ? cue.to + 1 : words.length,
    changeEnds(words, mentions, cues, cue),
  );
  const skipUntil = changeOf(words, mentions, cues, cue);
  for (const mention of mentions) {
    if (mention.to <= cue.to || mention.from >= end) continue;
    // 'Heart is not enlarged': the cue stands inside the phrase.
    if (mention.from < cue.from && mention.to <= cue.to) continue;
    if (mention.from >= cue.to && mention.from < skipUntil) continue;
    if (presupposed(words, mentions, cue, mention)) continue;
    deny(mention, words, cue);
    if (onlyNew(words, cues, cue, mention)) mention.assertion.onlyNew = true;
  }
}

/** 'No change in the effusion' denies the change: the index up to which nothing is denied. */
function changeOf(
  words: readonly Word[],
  mentions: readonly Mention[],
  cues: readonly Cue[],
  cue: Cue,
): number {
  const change = cues.find(
    ({ from, values }) => values.includes('changeNouns') && from >= cue.to && from < cue.to + 4,
  );
  if (change === undefined || mentions.some(({ from }) => from >= cue.to && from < change.from)) return 0;
  const link = words[change.to];
  if (link === undefined || link.gap !== '' || !CHANGE_LINKS.has(link.fold)) return 0;
  for (let index = change.to; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined || word.gap === ',' || word.fold === 'or' || word.fold === 'nor') return index;
  }
  return words.length;
}

function changeEnds(
  words: readonly Word[],
  mentions: readonly Mention[],
  cues: readonly Cue[],
  cue: Cue,
): number {
  const until = changeOf(words, mentions, cues, cue);
  return until === 0 || until >= words.length || words[until]?.fold === 'or' || words[until]?.fold === 'nor'
    ? words.length
    : until;
}

/** 'No air in the effusion': what a preposition and an article lead to is taken as there. */
function presupposed(
  words: readonly Word[],
  mentions: readonly Mention[],
  cue: Cue,
  mention: Mention,
): boolean {
  for (let index = mention.from - 1; index > cue.to; index -= 1) {
    const word = words[index];
    if (word === undefined || word.gap === ',' || LINKS.has(word.fold)) return false;
    if (mentions.some(({ to, from }) => index >= from && index < to)) return false;
    if (DETERMINERS.has(word.fold))
      return PREPOSITIONS.has(words[index - 1]?.fold ?? '') && index - 1 > cue.to - 1;
  }
  return false;
}

function onlyNew(words: readonly Word[], cues: readonly Cue[], cue: Cue, mention: Mention): boolean {
  const before = cues.some(
    ({ from, values }) =>
      values.includes('newOnly') && from >= cue.to && from < mention.from && mention.from - from <= 4,
  );
  const next = words[mention.to];
  const after = next?.fold === 'elsewhere' && next.gap === '';
  return before || after;
}

function deny(mention: Mention, words: readonly Word[], cue: Cue): void {
  mention.assertion.negated = true;
  mention.cue = [words[cue.from]?.start ?? mention.start, words[cue.to - 1]?.end ?? mention.end];
}

function negateBackward(
  words: readonly Word[],
  mentions: readonly Mention[],
  cue: Cue,
  what: 'negated' | 'hypothetical',
): void {
  let nearest = cue.from;
  const short = cue.to - cue.from === 1;
  for (const mention of mentions.toReversed()) {
    if (mention.to > nearest) continue;
    const between = words.slice(mention.to, nearest);
    const first = nearest === cue.from;
    if (between.length > (first ? (short ? 5 : 9) : 5)) return;
    const joined = first || between.some(({ fold }) => LINKS.has(fold)) || words[mention.to]?.gap === ',';
    const broken = between.some(
      ({ fold }, index) =>
        ['with', 'but', 'however', 'there'].includes(fold) ||
        (first && index > 0 && between[index]?.gap === ',' && between.length > 3),
    );
    if (!joined || broken) return;
    if (what === 'negated') deny(mention, words, cue);
    else mention.assertion.hypothetical = true;
    nearest = mention.from;
  }
}

/** The mention next to a cue, at most `most` words away, with no comma and no other mention between. */
function near(
  words: readonly Word[],
  mentions: readonly Mention[],
  cue: Cue,
  way: 'on' | 'back',
  most: number,
  set: (mention: Mention) => void,
  /** 'A cyst, of no significance': a comma before the cue does not part it from what it is about. */
  overComma = false,
): void {
  const found =
    way === 'on'
      ? mentions.find(({ from }) => from >= cue.to)
      : mentions.findLast(({ to }) => to <= cue.from);
  if (found === undefined) return;
  const between = way === 'on' ? words.slice(cue.to, found.from) : words.slice(found.to, cue.from);
  const gap = way === 'on' ? words.slice(cue.to, found.from + 1) : words.slice(found.to, cue.from + 1);
  if (
    between.length <= most &&
    gap.every(
      (word, index) =>
        word.gap === '' || word.gap === '-' || (overComma && word.gap === ',' && index === gap.length - 1),
    )
  )
    set(found);
}

function doubtForward(
  words: readonly Word[],
  mentions: readonly Mention[],
  cues: readonly Cue[],
  cue: Cue,
): void {
  let last = cue.to;
  for (const mention of reached(words, mentions, cues, cue)) {
    const between = words.slice(last, mention.from);
    if (between.length > (last === cue.to ? 8 : 4)) return;
    if (
      last !== cue.to &&
      !between.some(({ fold }) => fold === 'or' || fold === 'versus' || fold === 'v') &&
      words[last]?.gap !== ','
    )
      return;
    mention.assertion.uncertain = true;
    last = mention.to;
  }
}

function pastForward(
  words: readonly Word[],
  mentions: readonly Mention[],
  cues: readonly Cue[],
  cue: Cue,
): void {
  const set = ({ assertion }: Mention): void => {
    assertion.historical = true;
  };
  const phrase = cue.to - cue.from > 1 || ['post', 'pmh', 'pmhx'].includes(words[cue.from]?.fold ?? '');
  if (!phrase) return near(words, mentions, cue, 'on', 4, set);
  for (const mention of reached(words, mentions, cues, cue)) set(mention);
}

function family(mentions: readonly Mention[], cue: Cue): void {
  for (const mention of mentions) if (mention.from >= cue.to) mention.assertion.family = true;
}
