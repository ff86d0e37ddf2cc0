import type { Mention, Side } from './mentions.ts';
import { isNoPlace } from './side-idioms.ts';
import type { Word } from './tokens.ts';

interface SideWord {
  readonly at: number;
  readonly side: Side;
}

const WORDS: Readonly<Record<string, Side>> = {
  left: 'left',
  lt: 'left',
  lefthand: 'left',
  leftsided: 'left',
  lll: 'left',
  lul: 'left',
  lingula: 'left',
  lingular: 'left',
  right: 'right',
  rt: 'right',
  rightsided: 'right',
  rul: 'right',
  rll: 'right',
  rml: 'right',
  bilateral: 'bilateral',
  bilaterally: 'bilateral',
  both: 'bilateral',
  biapical: 'bilateral',
  bibasal: 'bilateral',
  bibasilar: 'bilateral',
  bibasally: 'bilateral',
};
const LINKED = new Set([
  'in',
  'of',
  'at',
  'on',
  'involving',
  'within',
  'along',
  'over',
  'affecting',
  'overlying',
  'from',
  'to',
  'near',
  'adjacent',
  'involve',
  'projecting',
  'projected',
  'through',
  'seen',
  'noted',
  'located',
  'present',
  'is',
  'are',
  'lie',
  'lies',
  'beneath',
  'under',
  'below',
  'measuring',
]);
const BREAKING = new Set(['and', 'but', 'or', 'while', 'whereas', 'with', 'no', 'without', 'plus']);

/** Gives each mention of a sentence the side that its words name. */
export function placeSides(words: readonly Word[], mentions: readonly Mention[]): void {
  const sides = sideWords(words);
  if (sides.length === 0) return;
  const claimed = new Set<number>();
  const weak: Mention[] = [];
  for (const mention of mentions) {
    const side =
      inside(sides, mention) ??
      before(words, sides, mention, mentions) ??
      after(words, sides, mention, mentions);
    if (side === undefined) weak.push(mention);
    else {
      claimed.add(side.at);
      give(mention, side, words, true);
    }
  }
  for (const mention of weak) {
    const side = sides.findLast(({ at }) => at < mention.from) ?? sides.find(({ at }) => at >= mention.to);
    if (side === undefined) continue;
    if (side.at < mention.from && clauseBetween(words, side.at, mention.from)) continue;
    const alone = sides.every(({ side: other }) => other === side.side);
    // A side that another finding has taken is that one's, unless both stand in one list.
    if (claimed.has(side.at) && !inOneList(words, mentions, side, mention)) continue;
    give(mention, side, words, alone && !claimed.has(side.at));
  }
}

/** The sides named anywhere in the words, with where they stand. */
export function sidesNamed(words: readonly Word[]): { side: Side; start: number; end: number }[] {
  return sideWords(words).map(({ at, side }) => ({
    side,
    start: words[at]?.start ?? 0,
    end: words[at]?.end ?? 0,
  }));
}

function give(mention: Mention, side: SideWord, words: readonly Word[], sure: boolean): void {
  mention.side = side.side;
  mention.sideIsSure = sure;
  mention.sideStart = words[side.at]?.start ?? mention.start;
  mention.sideEnd = words[side.at]?.end ?? mention.end;
}

function sideWords(words: readonly Word[]): SideWord[] {
  const found: SideWord[] = [];
  words.forEach((word, at) => {
    const side = WORDS[word.fold] ?? letter(word, words[at + 1]);
    if (side === undefined || isNoPlace(words, at)) return;
    // 'both right pubic rami' are on the right.
    if (word.fold === 'both' && ['left', 'right'].includes(words[at + 1]?.fold ?? '')) return;
    const last = found.at(-1);
    const link = words.slice((last?.at ?? 0) + 1, at);
    // 'left and right', 'L/R': both, told at both places.
    if (
      last !== undefined &&
      last.side !== side &&
      side !== 'bilateral' &&
      link.length <= 1 &&
      link.every(({ fold }) => fold === 'and' || fold === 'sided')
    ) {
      found[found.length - 1] = { at: last.at, side: 'bilateral' };
      found.push({ at, side: 'bilateral' });
    } else found.push({ at, side });
  });
  return found;
}

function letter(word: Word, next: Word | undefined): Side | undefined {
  if (word.raw !== 'L' && word.raw !== 'R') return undefined;
  if (next !== undefined && /^\d/.test(next.raw)) return undefined;
  return word.raw === 'L' ? 'left' : 'right';
}

function inside(sides: readonly SideWord[], mention: Mention): SideWord | undefined {
  return sides.find(({ at }) => at >= mention.from && at < mention.to);
}

/** 'left lower lobe nodule': nothing but describing words between the side and the finding. */
function before(
  words: readonly Word[],
  sides: readonly SideWord[],
  mention: Mention,
  mentions: readonly Mention[],
): SideWord | undefined {
  const side = sides.findLast(({ at }) => at < mention.from);
  if (side === undefined || mention.from - side.at > 8) return undefined;
  for (let index = side.at + 1; index <= mention.from; index += 1) {
    const word = words[index];
    if (word === undefined || word.gap !== '') return undefined;
    if (index < mention.from && (BREAKING.has(word.fold) || LINKED.has(word.fold) || word.fold === 'there'))
      return undefined;
    if (index < mention.from && mentions.some(({ from, to }) => index >= from && index < to))
      return undefined;
  }
  return side;
}

/** 'nodule in the left lower lobe': a preposition leads from the finding to the side, and no other finding lies between. */
function after(
  words: readonly Word[],
  sides: readonly SideWord[],
  mention: Mention,
  mentions: readonly Mention[],
): SideWord | undefined {
  const side = sides.find(({ at }) => at >= mention.to);
  if (side === undefined || side.at - mention.to > 12) return undefined;
  if (mentions.some(({ from }) => from >= mention.to && from < side.at)) return undefined;
  const between = words.slice(mention.to, side.at + 1);
  const linked =
    between.some(({ fold }) => LINKED.has(fold)) ||
    words[side.at]?.gap === ',' ||
    words[side.at]?.gap === '(' ||
    between.length === 1;
  const broken = between.some(
    ({ fold, gap }, index) =>
      (BREAKING.has(fold) && !between.slice(index + 1).some(({ fold: later }) => later === 'of')) ||
      gap === '-',
  );
  // 'fracture of the radius, left effusion': after the comma the side belongs to the next finding.
  const next = mentions.find(({ from }) => from > side.at);
  const nextOwns =
    next !== undefined &&
    words
      .slice(side.at + 1, next.from + 1)
      .every(({ fold, gap }) => gap === '' && !BREAKING.has(fold) && !LINKED.has(fold));
  const commaBefore = between.some(({ gap }) => gap === ',');
  if (nextOwns && (commaBefore || broken || !between.some(({ fold }) => LINKED.has(fold)))) return undefined;
  return linked && !broken ? withSecond(words, sides, side, next?.from ?? words.length) : undefined;
}

/** 'Both lungs are expanded, and no pneumothorax …': a clause of its own stands between. */
function clauseBetween(words: readonly Word[], from: number, to: number): boolean {
  return words
    .slice(from + 1, to)
    .some(({ fold }, index) => VERBS.has(fold) && words[from + index]?.fold !== 'there');
}

const VERBS = new Set(['is', 'are', 'appear', 'show', 'remain', 'ha', 'have']);

/** 'in the right upper lobe and the left lower lobe': both. */
function withSecond(
  words: readonly Word[],
  sides: readonly SideWord[],
  first: SideWord,
  until: number,
): SideWord {
  const second = sides.find(({ at, side }) => at > first.at && at < until && side !== first.side);
  if (second === undefined || first.side === 'bilateral' || second.side === 'bilateral') return first;
  const between = words.slice(first.at + 1, second.at);
  const joined =
    between.some(({ fold }) => fold === 'and') &&
    !between.some(({ fold }) => VERBS.has(fold) || fold === 'no');
  return joined ? { at: first.at, side: 'bilateral' } : first;
}

function inOneList(
  words: readonly Word[],
  mentions: readonly Mention[],
  side: SideWord,
  mention: Mention,
): boolean {
  const owner = mentions.find(
    (other) => other !== mention && other.sideIsSure && other.sideStart === words[side.at]?.start,
  );
  if (owner === undefined) return false;
  const [first, second] = owner.from < mention.from ? [owner, mention] : [mention, owner];
  const between = words.slice(first.to, second.from);
  return between.length <= 3 && between.every(({ fold }) => !LINKED.has(fold));
}
