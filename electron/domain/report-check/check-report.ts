import type { CheckReportInput, ReportWarning } from '../../shared/report-check.ts';
import type { Lexicon } from '../report-text/lexicon.ts';
import { type CheckContext, contextOf } from './context.ts';
import { checkImpression } from './impression-rules.ts';
import { checkMarks } from './marks-rules.ts';
import { checkUnmarked } from './unmarked.ts';
import { checkSizes } from './measure-rules.ts';
import { checkBodyPart, checkCritical, checkSex } from './study-rules.ts';

/**
 * Compares a report's text with the marks on the images, with the study and with itself.
 *
 * Rules and word lists only (in the manner of NegEx and ConText). Each warning points at words; an error that the text
 * repeats is one warning. Sorted by place. What the rules do not understand they do not object to.
 */
export function checkReport(input: CheckReportInput, lexicon: Lexicon): ReportWarning[] {
  const context = contextOf(input, lexicon);
  if (input.text.trim() === '')
    return context.marks.length === 0 ? [] : checkMarks(context).filter(({ kind }) => kind === 'unmentioned');
  const impression = checkImpression(context);
  const bodyPart = checkBodyPart(context);
  const marks = checkMarks(context).filter(
    // What the findings affirm and the impression denies is said once.
    (one) =>
      (one.kind !== 'negation' || !impression.some(({ start, end }) => one.start < end && start < one.end)) &&
      // The heading of another examination is one error.
      !(one.kind === 'laterality' && bodyPart.some(({ start }) => inOneTitle(context, one.start, start))),
  );
  const unmarked = checkUnmarked(context, [...marks, ...impression]);
  return [
    ...marks,
    ...unmarked,
    ...impression,
    ...checkSizes(context),
    ...checkSex(context),
    ...bodyPart,
    ...checkCritical(context),
  ].toSorted((a, b) => a.start - b.start || a.end - b.end || a.kind.localeCompare(b.kind));
}

function inOneTitle({ report }: CheckContext, a: number, b: number): boolean {
  return report.sentences.some(
    (sentence) =>
      sentence.section === 'title' && [a, b].every((at) => at >= sentence.start && at < sentence.end),
  );
}
