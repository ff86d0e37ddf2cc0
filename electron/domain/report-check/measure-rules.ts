import type { ReportWarning } from '../../shared/report-check.ts';
import type { Mention, Size } from '../report-text/mentions.ts';
import { type CheckContext, explains, isHeld, sameThing, warning, wordsAt } from './context.ts';
import { relationTo } from './marks.ts';

/** No lesion in a living patient is longer, in millimetres. */
const LONGEST = 500;

/** Sizes against the marks, against each other and against sense. */
export function checkSizes(context: CheckContext): ReportWarning[] {
  const found: ReportWarning[] = [];
  const objected = new Set<Mention>();
  const sized = context.mentions.filter((mention) => isHeld(mention) && mention.sizes.length > 0);
  for (const mention of sized) {
    for (const size of mention.sizes) {
      const one = objection(context, mention, size);
      if (one === null) continue;
      objected.add(mention);
      if (!repeats(context, found, size)) found.push(one);
    }
  }
  for (const mention of sized.filter(({ section }) => section === 'impression')) {
    if (objected.has(mention)) continue;
    const other = sized.find(
      (one) =>
        one.section === 'findings' &&
        !objected.has(one) &&
        sameThing(context, one, mention) &&
        context.lexicon.relation(one.ids, mention.ids) !== 'sign',
    );
    const all = sized.filter(
      (one) => one.section === 'findings' && context.lexicon.relation(one.ids, mention.ids) !== 'none',
    );
    const [size, before] = [mention.sizes[0], other?.sizes[0]];
    if (size === undefined || before === undefined) continue;
    if (all.some(({ sizes }) => sizes.some((one) => agree(one, size)))) continue;
    found.push(
      warning(
        'measurement',
        [size.start, size.end],
        `"${wordsAt(context, mention)}" is ${slice(context, size)} here and ${slice(context, before)} in the findings. Correct one of the two.`,
      ),
    );
  }
  return found;
}

function objection(context: CheckContext, mention: Mention, size: Size): ReportWarning | null {
  const place = [size.start, size.end] as const;
  const what = wordsAt(context, mention);
  if (size.problem === 'no-unit')
    return warning('measurement', place, `"${slice(context, size)}" has no unit. Write mm or cm.`);
  const marks = context.marks.filter(
    (mark) =>
      !['none', 'sign'].includes(relationTo(mark, mention, context.lexicon)) &&
      explains(context, mark, mention),
  );
  const marked = marks.flatMap(({ finding }) =>
    finding.sizeMm === null || finding.sizeMm === undefined ? [] : [finding.sizeMm],
  );
  if (size.problem === 'not-a-length') {
    const length = ['mm2', 'mm3', 'cm2', 'cm3', 'hu', 'ml', 'kg', 'g', '°', 'degree'].includes(
      size.unit ?? '',
    );
    return length && marked.length > 0 && size.unit !== 'hu' && size.unit !== '°' && size.unit !== 'degree'
      ? warning(
          'measurement',
          place,
          `"${slice(context, size)}" is not a length, but ${what} is marked with ${sizeWords(marked)}.`,
        )
      : null;
  }
  const longest = size.mm[0] ?? 0;
  if (
    longest > LONGEST ||
    (longest > 60 &&
      context.lexicon.has(mention.ids, 'general') === false &&
      mention.ids[0] === 'nodule' &&
      marked.length === 0)
  )
    return warning(
      'measurement',
      place,
      `${slice(context, size)} cannot be the size of "${what}". Check the number and its unit.`,
    );
  if (
    marked.length === 0 ||
    marks.some(({ finding }) => finding.sizeMm === null || finding.sizeMm === undefined)
  )
    return null;
  if (marked.some((mm) => fits(size, mm))) return null;
  return warning(
    'measurement',
    place,
    `The text gives "${what}" ${slice(context, size)}; it is marked with ${sizeWords(marked)}. Correct one of the two.`,
  );
}

/** Whether a size in words can be a marked size: rounding to the last digit given, at least 1 mm, at least 5 %. */
function fits(size: Size, mm: number): boolean {
  const longest = size.mm[0] ?? 0;
  if (size.bound === 'below') return mm <= longest + size.tolerance;
  if (size.bound === 'above') return mm >= longest - size.tolerance;
  return Math.abs(longest - mm) <= Math.max(size.tolerance, mm * 0.05);
}

function agree(a: Size, b: Size): boolean {
  if (a.mm.length === 0 || b.mm.length === 0 || a.bound !== 'exact' || b.bound !== 'exact') return true;
  return Math.abs((a.mm[0] ?? 0) - (b.mm[0] ?? 0)) <= Math.max(a.tolerance, b.tolerance);
}

function repeats({ report }: CheckContext, found: readonly ReportWarning[], size: Size): boolean {
  const words = report.text.slice(size.start, size.end);
  return found.some(({ start, end }) => report.text.slice(start, end) === words);
}

function sizeWords(marked: readonly number[]): string {
  return [...new Set(marked)].map((mm) => `${String(mm)} mm`).join(' and ');
}

function slice({ report }: CheckContext, { start, end }: { start: number; end: number }): string {
  return report.text.slice(start, end);
}
