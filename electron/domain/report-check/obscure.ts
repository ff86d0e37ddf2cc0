import { isPathology, type Lexicon } from '../report-text/lexicon.ts';
import type { ReadSentence } from '../report-text/mentions.ts';
import { sidesNamed } from '../report-text/sides.ts';
import type { CheckContext } from './context.ts';
import { type Mark, placesAgree, sidesAgree } from './marks.ts';

/** Words that say a place is as it should be, or that speak of no finding. */
const QUIET = new Set(
  'no not nor without normal intact unremarkable clear preserved maintained patent free symmetric symmetrical unchanged stable satisfactory within neither none negative regular smooth well aligned congruent shown imaged included excluded assessed seen visualized undisplaced limited obscured smoothly sharp ok fine healthy midline central'.split(
    ' ',
  ),
);
/** Places so wide that a sentence on them tells nothing of one finding there. */
const WIDE = new Set([
  'lung',
  'thorax',
  'abdomen',
  'head',
  'brain',
  'spine',
  'pelvis',
  'heart',
  'pleura',
  'neck',
]);
const FEWEST_WORDS = 4;

/**
 * Whether a sentence affirms something at the mark's place and side in words that no list knows ('the calcaneus has
 * melted away'). What the rules do not understand they do not object to.
 */
export function obscurelyDescribed(context: CheckContext, mark: Mark): boolean {
  if (mark.anatomy.length === 0) return false;
  return context.report.sentences.some(
    (sentence) => isObscure(context, sentence) && isAt(context, sentence, mark),
  );
}

function isObscure({ lexicon }: CheckContext, { section, words, mentions }: ReadSentence): boolean {
  if (section !== 'findings' && section !== 'impression') return false;
  if (words.length < FEWEST_WORDS || words.some(({ fold }) => QUIET.has(fold))) return false;
  return mentions.every(
    ({ type, ids, assertion }) =>
      isPathology(type) &&
      !assertion.negated &&
      !assertion.historical &&
      (lexicon.is(ids[0], 'loose') || isWeak(ids, lexicon)),
  );
}

/** A word for several things, of which the first says the least ('a defect'). */
function isWeak(ids: readonly string[], lexicon: Lexicon): boolean {
  return ids.length > 1 && lexicon.is(ids[0], 'minor');
}

function isAt({ lexicon }: CheckContext, { places, words }: ReadSentence, mark: Mark): boolean {
  const there = places.flatMap(({ ids }) => ids);
  const meets = there.some(
    (id) =>
      !WIDE.has(id) && mark.anatomy.some((own) => lexicon.above(id).has(own) || lexicon.above(own).has(id)),
  );
  if (!meets || !placesAgree(there, mark.anatomy, lexicon)) return false;
  const sides = sidesNamed(words);
  return sides.length === 0 || sides.some(({ side }) => sidesAgree(side, mark.side));
}
