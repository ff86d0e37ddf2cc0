import type { ReportWarning } from '../../shared/report-check.ts';
import type { Mention } from '../report-text/mentions.ts';
import {
  type CheckContext,
  explains,
  isHeld,
  isMinor,
  sameThing,
  warning,
  withCue,
  wordsAt,
} from './context.ts';
import { apart, placesAgree } from './marks.ts';
import { contradictions } from './contradictions.ts';
import { named } from './marks-rules.ts';

/** The impression against the findings: what it denies, adds, calls normal or leaves out. */
export function checkImpression(context: CheckContext): ReportWarning[] {
  const findings = context.mentions.filter(({ section }) => section === 'findings');
  const impression = context.mentions.filter(({ section }) => section === 'impression');
  if (!hasImpression(context) || !context.report.sections.some(({ kind }) => kind === 'findings')) return [];
  const found: ReportWarning[] = [];
  const push = (one: ReportWarning): void => {
    if (!found.some(({ start, end }) => one.start < end && start < one.end)) found.push(one);
  };
  const told = findings.filter(isHeld);
  for (const mention of impression) {
    if (mention.assertion.negated && !mention.assertion.onlyNew && !mention.assertion.historical) {
      const held = told.find(
        (other) =>
          denies(context, mention, other) &&
          !impression.some((one) => isHeld(one) && takesUp(context, one, other)),
      );
      if (held !== undefined)
        push(
          warning(
            'impression',
            withCue(mention),
            `The impression denies "${wordsAt(context, mention)}"; the findings report "${wordsAt(context, held)}". Correct one of the two.`,
          ),
        );
    }
    if (isHeld(mention)) {
      const denied = findings.find(
        (other) =>
          other.assertion.negated &&
          !other.assertion.onlyNew &&
          denies(context, other, mention) &&
          !told.some((one) => sameThing(context, one, mention)),
      );
      if (denied !== undefined)
        push(
          warning(
            'impression',
            [mention.start, mention.end],
            `The impression reports "${wordsAt(context, mention)}"; the findings deny it ("${context.report.text.slice(...withCue(denied))}"). Correct one of the two.`,
          ),
        );
      else if (isNew(context, mention, findings))
        push(
          warning(
            'impression',
            [mention.start, mention.end],
            `The impression reports "${wordsAt(context, mention)}", which the findings do not mention. Describe it there, or remove it here.`,
          ),
        );
    }
  }
  for (const one of contradictions(context, told, impression)) push(one);
  const normal = found.length > 0 ? null : normalStatement(context, impression, told);
  if (normal !== null) push(normal);
  if (found.length > 0) return found;
  return leftOut(context, told, impression);
}

/** 'No acute abnormality' over findings that report one. */
function normalStatement(
  context: CheckContext,
  impression: readonly Mention[],
  told: readonly Mention[],
): ReportWarning | null {
  const significant = told.find((mention) => !isMinor(context, mention));
  if (
    significant === undefined ||
    impression.some((mention) => isHeld(mention) || mention.assertion.hypothetical)
  )
    return null;
  for (const [index, sentence] of context.report.sentences.entries()) {
    if (sentence.section !== 'impression') continue;
    const note = context.report.notes[index]?.find(({ values }) => values.includes('normalStatement'));
    if (note === undefined) continue;
    const limited = sentence.places.some(({ ids }) => placesApart(context, ids, significant));
    const besides = sentence.words.some(({ fold }) =>
      ['other', 'otherwise', 'else', 'except', 'apart'].includes(fold),
    );
    if (
      limited ||
      besides ||
      /\b(?:no change|not)\b/i.test(
        context.report.text.slice(sentence.start, sentence.words[note.from]?.start),
      )
    )
      continue;
    return warning(
      'impression',
      [sentence.words[note.from]?.start ?? sentence.start, sentence.words[note.to - 1]?.end ?? sentence.end],
      `The impression calls the examination normal; the findings report "${wordsAt(context, significant)}". Correct one of the two.`,
    );
  }
  return null;
}

function placesApart(context: CheckContext, ids: readonly string[], mention: Mention): boolean {
  return mention.anatomy.length > 0 && !placesAgree(ids, mention.anatomy, context.lexicon);
}

/** A marked and described finding that the impression does not take up. */
function leftOut(
  context: CheckContext,
  told: readonly Mention[],
  impression: readonly Mention[],
): ReportWarning[] {
  const asAbove = context.report.sentences.some(
    (sentence, index) =>
      sentence.section === 'impression' &&
      context.report.notes[index]?.some(({ values }) => values.includes('asAbove')),
  );
  if (asAbove) return [];
  for (const mark of context.marks) {
    const described = told.find((mention) => explains(context, mark, mention) && !isMinor(context, mention));
    if (described === undefined || !told.includes(described)) continue;
    const taken = impression.some(
      (mention) =>
        context.lexicon.relation(mention.ids, described.ids) !== 'none' ||
        context.lexicon.relation(mention.ids, mark.ids) !== 'none',
    );
    // A diagnosis or a vague word may sum it up, unless it speaks of another mark.
    const free = (mention: Mention): boolean =>
      isHeld(mention) && !context.marks.some((other) => other !== mark && explains(context, other, mention));
    const disease = impression.some(
      (mention) =>
        free(mention) && mention.type === 'disease' && !context.lexicon.is(mention.ids[0], 'context'),
    );
    const vague = impression.some(
      (mention) =>
        free(mention) &&
        (context.lexicon.has(mention.ids, 'general') || context.lexicon.has(mention.ids, 'loose')),
    );
    if (taken || disease || vague) continue;
    return [
      warning(
        'impression',
        [described.start, described.end],
        `The impression leaves out ${named(mark)}, which is marked and described in the findings ("${wordsAt(context, described)}").`,
      ),
    ];
  }
  return [];
}

/** Whether a denial covers what is held: the same, or something wider, at a place and on a side that fit. */
function denies(context: CheckContext, denial: Mention, held: Mention): boolean {
  const relation = context.lexicon.relation(denial.ids, held.ids);
  if (relation !== 'same' && relation !== 'wider') return false;
  if (held.assertion.chronic) return false;
  if (denial.side !== null && held.side !== null && denial.side !== held.side) return false;
  return placesAgree(denial.anatomy, held.anatomy, context.lexicon);
}

/** Whether the impression speaks of what the findings hold, by the same or a narrower word. */
function takesUp(context: CheckContext, one: Mention, other: Mention): boolean {
  const relation = context.lexicon.relation(one.ids, other.ids);
  return (
    (relation === 'same' || relation === 'narrower' || relation === 'near') && sameThing(context, one, other)
  );
}

function isNew(context: CheckContext, mention: Mention, findings: readonly Mention[]): boolean {
  if (isMinor(context, mention) || (findings.length === 0 && mention.type === 'disease')) return false;
  if (
    findings.some(
      (other) =>
        context.lexicon.relation(other.ids, mention.ids) !== 'none' &&
        !apart(other.anatomy, mention.anatomy, context.lexicon) &&
        placesAgree(other.anatomy, mention.anatomy, context.lexicon),
    )
  )
    return false;
  // A diagnosis sums up signs that the findings describe; a loose word may mean any of them.
  const described = findings.some((other) => isHeld(other));
  if ((mention.type === 'disease' || context.lexicon.is(mention.ids[0], 'loose')) && described) return false;
  if (mention.assertion.uncertain && described) return false;
  // Words of the findings that no list knows may describe it: only its own words there are looked for.
  const text = sectionText(context, 'findings').toLowerCase();
  const own = context.report.text.slice(mention.start, mention.end).toLowerCase();
  return !text.includes(own);
}

function sectionText({ report }: CheckContext, kind: string): string {
  return report.sections
    .filter((section) => section.kind === kind)
    .map(({ start, end }) => report.text.slice(start, end))
    .join(' ');
}

function hasImpression({ report }: CheckContext): boolean {
  const section = report.sections.find(({ kind }) => kind === 'impression');
  return section !== undefined && report.text.slice(section.start, section.end).trim() !== '';
}
