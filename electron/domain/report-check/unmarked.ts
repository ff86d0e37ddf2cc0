import type { ReportWarning } from '../../shared/report-check.ts';
import type { Mention } from '../report-text/mentions.ts';
import { type CheckContext, explains, isHeld, isMinor, sameThing, warning, wordsAt } from './context.ts';
import { holdsWords, type Mark, placesAgree, relationTo } from './marks.ts';
import { sidePlace } from './marks-rules.ts';

/** What the text holds, visible and of now, without a mark that covers it. */
export function checkUnmarked(context: CheckContext, already: readonly ReportWarning[]): ReportWarning[] {
  const found: { mention: Mention; warning: ReportWarning }[] = [];
  const covered = context.mentions.filter(
    (mention) =>
      isHeld(mention) &&
      context.marks.some((mark) => explains(context, mark, mention) || holdsLabel(context, mark, mention)),
  );
  for (const mention of context.mentions) {
    if (!isHeld(mention) || isMinor(context, mention) || covered.includes(mention)) continue;
    if (
      already.some(
        ({ kind, start, end }) =>
          (kind === 'laterality' && overlaps([start, end], sidePlace(mention))) ||
          (kind === 'impression' && start <= mention.start && end >= mention.end),
      )
    )
      continue;
    if (
      already.some(({ kind }) => kind === 'laterality') &&
      context.marks.some(
        (mark) =>
          relationTo(mark, mention, context.lexicon) !== 'none' &&
          placesAgree(mention.anatomy, mark.anatomy, context.lexicon),
      )
    )
      continue;
    if (pointsBack(context, mention, covered)) continue;
    if (
      found.some(
        (one) =>
          sameThing(context, one.mention, mention) ||
          context.lexicon.relation(one.mention.ids, mention.ids) === 'sign',
      )
    )
      continue;
    found.push({
      mention,
      warning: warning(
        'unmarked',
        [mention.start, mention.end],
        `"${wordsAt(context, mention)}" is reported, but nothing like it is marked on the images. Mark it, or say why it has no mark.`,
      ),
    });
  }
  return found.map((one) => one.warning);
}

/** A doubted diagnosis beside a covered sign, and 'the lesion' of an earlier sentence, are no findings of their own. */
function pointsBack(context: CheckContext, mention: Mention, covered: readonly Mention[]): boolean {
  const { lexicon } = context;
  const explained = covered.some((sign) => {
    const relation = lexicon.relation(sign.ids, mention.ids);
    return relation !== 'none' || (sign.sentence === mention.sentence && mention.assertion.uncertain);
  });
  if (mention.type === 'disease' && explained) return true;
  if (mention.assertion.uncertain && covered.some(({ sentence }) => sentence === mention.sentence))
    return true;
  if (mention.type === 'disease' && mention.assertion.uncertain && covered.length > 0) return true;
  const beside = covered.some(
    ({ sentence, anatomy }) =>
      Math.abs(sentence - mention.sentence) <= 1 && placesAgree(anatomy, mention.anatomy, lexicon),
  );
  return (
    lexicon.is(mention.ids[0], 'loose') &&
    covered.length > 0 &&
    (explained || beside || definite(context, mention))
  );
}

function definite({ report }: CheckContext, mention: Mention): boolean {
  const words = report.sentences[mention.sentence]?.words ?? [];
  return words
    .slice(Math.max(0, mention.from - 2), mention.from)
    .some(({ fold }) => ['the', 'this', 'these'].includes(fold));
}

function holdsLabel(context: CheckContext, mark: Mark, mention: Mention): boolean {
  if (mark.ids.length > 0) return false;
  const sentence = context.report.sentences[mention.sentence];
  return (
    sentence !== undefined && holdsWords(context.report.text.slice(sentence.start, sentence.end), mark.words)
  );
}

function overlaps(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] < b[1] && b[0] < a[1];
}
