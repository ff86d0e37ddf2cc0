import type { Word } from './tokens.ts';

/** After these, a side is where something moved to or what it is compared with, not where it lies. */
const NOT_A_PLACE = new Set(
  'towards toward convex convexity contralateral deviated deviation shifted shift displaced'.split(' '),
);
/** A side before one of these names a chamber or a habit. */
const NOT_A_SIDE = new Set(
  'ventricle ventricular atrium atrial handed hand-dominant dominant angle angled in'.split(' '),
);
const MORE = new Set(
  'larger greater worse more predominantly mainly bigger particularly especially dominant smaller less than'.split(
    ' ',
  ),
);

/** 'was left untreated', 'right away', 'left lateral decubitus': verbs, adverbs and positions, not sides. */
function isIdiom(words: readonly Word[], at: number): boolean {
  const [before, next, after] = [words[at - 1], words[at + 1], words[at + 2]].map((word) => word?.fold ?? '');
  if (words[at]?.fold === 'left' && LEFT_BEHIND.has(before ?? '')) return true;
  if (words[at]?.fold === 'right' && before === 'all') return true;
  if (words[at + 1]?.gap === '' && IDIOM_NEXT.has(next ?? '')) return true;
  return POSITION.has(next ?? '') || (DIRECTION.has(next ?? '') && POSITION.has(after ?? ''));
}

const LEFT_BEHIND = new Set(['been', 'be', 'was', 'were', 'ha', 'have', 'had', 'he', 'she', 'they']);
const IDIOM_NEXT = new Set([
  'untreated',
  'alone',
  'over',
  'behind',
  'now',
  'away',
  'unreported',
  'untouched',
]);
const DIRECTION = new Set(['lateral', 'posterior', 'anterior']);
const POSITION = new Set(['decubitus', 'oblique', 'view', 'projection', 'descending']);

/** Whether a side word at `at` names no place of a finding: a chamber, a direction, a comparison, an idiom. */
export function isNoPlace(words: readonly Word[], at: number): boolean {
  const next = words[at + 1];
  if (isIdiom(words, at)) return true;
  if (
    next !== undefined &&
    next.gap === '' &&
    NOT_A_SIDE.has(next.fold) &&
    !(next.fold === 'in' && words[at]?.fold === 'right')
  ) {
    // 'left in place' against 'on the left in the upper lobe'.
    if (next.fold !== 'in' || ['place', 'situ'].includes(words[at + 2]?.fold ?? '')) return true;
  }
  if (
    ['heart', 'cardiac'].includes(next?.fold ?? '') &&
    ['strain', 'border', 'failure', 'size'].includes(words[at + 2]?.fold ?? '')
  )
    return true;
  const earlier = words.slice(Math.max(0, at - 3), at).map(({ fold }) => fold);
  if (earlier.some((fold) => MORE.has(fold))) return true;
  if (
    words[at - 1]?.fold === 'the' &&
    words[at - 2]?.fold === 'to' &&
    earlier.some((fold) => NOT_A_PLACE.has(fold))
  )
    return true;
  if (words[at - 1]?.fold === 'the' && words[at - 2]?.fold === 'to') {
    const back = words.slice(Math.max(0, at - 8), at - 2).map(({ fold }) => fold);
    if (back.some((fold) => NOT_A_PLACE.has(fold) || fold === 'compared' || fold === 'comparison'))
      return true;
  }
  return earlier.some((fold) => ['toward', 'towards', 'convex', 'compared', 'unlike'].includes(fold));
}
