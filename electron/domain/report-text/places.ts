import type { Lexicon } from './lexicon.ts';
import type { Place } from './mentions.ts';
import type { Word } from './tokens.ts';

/** The parts of the body that a sentence names, and the members of a row ('L4', 'the fifth metacarpal'). */
export function placesIn(words: readonly Word[], lexicon: Lexicon): Place[] {
  const found: Place[] = lexicon.anatomy
    .all(words)
    .filter(({ values }) => !lexicon.has(values, 'void'))
    .map(({ from, to, values }) => ({
      ids: values,
      from,
      to,
      start: words[from]?.start ?? 0,
      end: words[to - 1]?.end ?? 0,
    }));
  words.forEach((word, at) => {
    const ids = levelOf(word, words, at);
    if (ids !== null) found.push({ ids, from: at, to: at + 1, start: word.start, end: word.end });
  });
  return found.toSorted((a, b) => a.from - b.from);
}

const ORDINALS = new Map(
  [
    ['first', '1st'],
    ['second', '2nd'],
    ['third', '3rd'],
    ['fourth', '4th'],
    ['fifth', '5th'],
    ['sixth', '6th'],
    ['seventh', '7th'],
    ['eighth', '8th'],
    ['ninth', '9th'],
    ['tenth', '10th'],
    ['eleventh', '11th'],
    ['twelfth', '12th'],
  ].flatMap(([word, short], index) => [[word ?? '', index + 1] as const, [short ?? '', index + 1] as const]),
);
const ROW_LETTERS = new Set('CTLS');
const RAYS = new Set(['rib', 'metacarpal', 'metatarsal', 'toe', 'finger', 'ray', 'digit', 'phalanx']);

/** 'L4', 'T12', 'the fifth metacarpal': what tells one of a row from its neighbours. */
function levelOf(word: Word, words: readonly Word[], at: number): string[] | null {
  // Nearly every word is neither: it is not worth three patterns.
  const first = word.raw.charCodeAt(0);
  if (!(first >= 0x30 && first <= 0x39) && !ROW_LETTERS.has(word.raw[0] ?? '') && !ORDINALS.has(word.fold))
    return null;
  if (/^[CTLS]\d{1,2}$/.test(word.raw)) return [`level:${word.raw}`];
  const digits =
    /^\d{1,2}$/.test(word.raw) && /^(?:st|nd|rd|th)$/.test(words[at + 1]?.raw ?? '')
      ? Number(word.raw)
      : undefined;
  // 'ribs 5-7': a plain number after the row's name.
  const plain =
    /^(?:[1-9]|1[0-2])$/.test(word.raw) &&
    words.slice(Math.max(0, at - 2), at).some(({ fold }) => RAYS.has(fold)) &&
    !/^(?:mm|cm)$/.test(words[at + 1]?.fold ?? '')
      ? Number(word.raw)
      : undefined;
  const ray = ORDINALS.get(word.fold) ?? digits ?? plain;
  if (ray === undefined) return null;
  const near =
    words.slice(at + 1, at + 6).some(({ fold }) => RAYS.has(fold)) ||
    words.slice(Math.max(0, at - 3), at).some(({ fold }) => RAYS.has(fold));
  return near ? [`ray:${String(ray)}`] : null;
}
