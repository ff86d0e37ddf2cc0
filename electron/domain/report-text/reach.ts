import type { CueName } from '../../shared/report-words.ts';
import type { Mention } from './mentions.ts';
import type { PhraseHit } from './phrases.ts';
import type { Word } from './tokens.ts';

/** A word or phrase that says how what stands near it is meant. */
export type Cue = PhraseHit<CueName>;

/** With one of these a new, affirmed item begins after a comma or an 'and'. */
const AFFIRMING = new Set(
  'a an the there small mild moderate large minimal tiny trace slight severe stable unchanged which marked prominent extensive several multiple persistent subtle minor old healed chronic known patient these this normal left right bilateral but with new'.split(
    ' ',
  ),
);
export const LINKS = new Set(['or', 'nor', 'and']);

/** The index of the word at which the reach of a cue ends. */
export function reach(
  words: readonly Word[],
  mentions: readonly Mention[],
  cues: readonly Cue[],
  cue: Cue,
): number {
  const inMention = (index: number): boolean => mentions.some(({ from, to }) => index > from && index < to);
  for (let index = cue.to; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined || inMention(index)) continue;
    if (word.gap === ':' || word.gap === '-' || word.gap === '(') return index;
    const cueHere = cues.find(({ from }) => from === index);
    if (cueHere?.values.includes('terminators') && index > cue.to) return index;
    if (cueHere?.values.includes('negationBefore') && index > cue.to) return index;
    const breaks = word.gap === ',' || word.fold === 'and' || word.fold === 'with';
    if (!breaks || index === cue.to) continue;
    const next = word.gap === ',' && !LINKS.has(word.fold) && word.fold !== 'with' ? word : words[index + 1];
    if (next === undefined) continue;
    const listGoesOn = words.slice(index + 1).some(({ fold }) => fold === 'or' || fold === 'nor');
    if (AFFIRMING.has(next.fold) && !(listGoesOn && word.gap === ',')) return index;
    // A comma before a clause with its own verb.
    if (word.gap === ',' && clauseBegins(words, index, mentions)) return index;
  }
  return words.length;
}

/** Whether the words from `index` on are a clause of their own: a subject that is no finding, then a verb. */
function clauseBegins(words: readonly Word[], index: number, mentions: readonly Mention[]): boolean {
  for (let at = index; at < Math.min(index + 7, words.length); at += 1) {
    if (at > index && words[at]?.gap !== '') return false;
    if (LINKS.has(words[at]?.fold ?? '')) return false;
    if (mentions.some(({ from }) => from === at)) return false;
    if (
      [
        'is',
        'are',
        'shows',
        'show',
        'demonstrates',
        'demonstrate',
        'has',
        'have',
        'appear',
        'appears',
      ].includes(words[at]?.raw.toLowerCase() ?? '')
    )
      return true;
  }
  return false;
}
