import type { ReportWarning } from '../../shared/report-check.ts';
import type { Mention } from '../report-text/mentions.ts';
import { type CheckContext, isHeld, warning, wordsAt } from './context.ts';
import { placesAgree } from './marks.ts';

/** Words that say the opposite of each other about one finding; a finding of both groups in one section is left alone. */
const OPPOSITES: readonly (readonly [what: string, a: RegExp, b: RegExp])[] = [
  [
    'change',
    /\b(?:grown|growing|increas\w+|larger|enlarging|progress\w*|worsen\w*|bigger)\b/i,
    /\b(?:stable|unchanged|decreas\w+|smaller|regress\w*|improv\w+|resolving|shrunk\w*|shrinking)\b/i,
  ],
  ['size', /\b(?:large|massive|extensive|huge|big)\b/i, /\b(?:trace|tiny|minimal|small|minute|slight)\b/i],
  ['severity', /\b(?:severe|marked|gross)\b/i, /\b(?:mild|slight|minimal)\b/i],
  ['displacement', /(?<!\bnon[- ]?)\bdisplaced\b/i, /\b(?:undisplaced|non[- ]?displaced)\b/i],
  ['age', /(?<!\bno )\bacute\b/i, /\b(?:old|healed|chronic)\b/i],
];
/** How many characters around a finding its describing words may be. */
const REACH = 60;

/** The impression says the opposite of the findings about one and the same finding. */
export function contradictions(
  context: CheckContext,
  told: readonly Mention[],
  impression: readonly Mention[],
): ReportWarning[] {
  const found: ReportWarning[] = [];
  for (const mention of impression.filter(isHeld)) {
    const other = told.find((one) => isSame(context, one, mention));
    if (other === undefined) continue;
    const same = told.filter((one) => isSame(context, one, mention)).map((one) => around(context, one));
    const here = around(context, mention);
    for (const [what, a, b] of OPPOSITES) {
      const before = same.join(' ');
      const opposite =
        (a.test(before) && !b.test(before) && b.test(here) && !a.test(here)) ||
        (b.test(before) && !a.test(before) && a.test(here) && !b.test(here));
      if (!opposite) continue;
      const words = (b.exec(here) ?? a.exec(here))?.[0] ?? '';
      found.push(
        warning(
          'impression',
          placeOf(context, mention, words),
          `The impression says "${words}" of "${wordsAt(context, mention)}"; the findings say the opposite (${what}). Correct one of the two.`,
        ),
      );
      break;
    }
  }
  return found;
}

function isSame(context: CheckContext, a: Mention, b: Mention): boolean {
  const relation = context.lexicon.relation(a.ids, b.ids);
  const named = relation === 'same' || relation === 'narrower' || relation === 'wider' || relation === 'near';
  const sides = a.side === null || b.side === null || a.side === b.side;
  return named && sides && placesAgree(a.anatomy, b.anatomy, context.lexicon);
}

/** The words about a mention in its sentence, up to the next and the last finding. */
function around({ report }: CheckContext, mention: Mention): string {
  const sentence = report.sentences[mention.sentence];
  if (sentence === undefined) return '';
  const others = sentence.mentions.filter((one) => one !== mention && one.type === 'finding');
  const last = others.findLast(({ end }) => end <= mention.start)?.end ?? sentence.start;
  const next = others.find(({ start }) => start >= mention.end)?.start ?? sentence.end;
  return report.text.slice(Math.max(last, mention.start - REACH), Math.min(next, mention.end + REACH));
}

function placeOf({ report }: CheckContext, mention: Mention, words: string): readonly [number, number] {
  const from = Math.max(0, mention.start - REACH);
  const at = report.text.slice(from, mention.end + REACH).indexOf(words);
  return at === -1 || words === '' ? [mention.start, mention.end] : [from + at, from + at + words.length];
}
