import type { Checklist, ChecklistAnswers } from '../../shared/checklist.ts';
import type { Comparison, ModifiedFinding, ReconciledFinding } from '../../shared/read.ts';
import { sizeWords } from '../../shared/finding-size.ts';
import type { ReportContent, ReportTemplate } from '../../shared/report.ts';

/** What a draft is made from. Nothing in it is a guess: what nobody said is left to the reader. */
export interface DraftFacts {
  readonly study: {
    readonly modality: string;
    readonly bodyPart: string;
    readonly description: string;
    /** YYYY-MM-DD, or as the file has it. */
    readonly date: string;
  };
  readonly comparison: Comparison;
  /** The checklist that fits the study; null where there is none. */
  readonly checklist: Checklist | null;
  /** Sum and response of the lesions that the reader follows by RECIST 1.1, in lines; none where none were chosen. */
  readonly response: readonly string[];
}

const CERTAINTY = ['', 'Doubtful', 'Possible', 'Probable', ''] as const;
const SIDES: Readonly<Record<string, string>> = {
  right: ' on the right',
  left: ' on the left',
  bilateral: ' on both sides',
  midline: ' in the midline',
};

/** Fills a template from the read as it stands: the reader's findings after the judgements, the checklist, the impression. */
export function draftReport(template: ReportTemplate, facts: DraftFacts): Omit<ReportContent, 'patient'> {
  const { comparison, study } = facts;
  const standing = standingFindings(comparison.reconciled);
  const { content } = comparison.read;
  const values: Readonly<Record<string, string>> = {
    modality: study.modality,
    bodyPart: study.bodyPart.toLowerCase(),
    description: study.description,
    date: study.date,
    ofDate: study.date === '' ? '' : ` of ${study.date}`,
    // Within the findings, so that every template has it.
    findings: [findingsWords(standing, content.noAbnormalFinding), ...facts.response]
      .filter((words) => words !== '')
      .join('\n'),
    normal: normalWords(facts.checklist, content.checklist),
    impression: impressionWords(content.impression, content.noAbnormalFinding, standing),
    recommendation: content.recommendation ?? '',
    ai: aiWords(comparison),
  };
  return {
    template: { id: template.id, version: template.version },
    sections: template.sections.map(({ key, heading, text }) => ({
      key,
      heading,
      text: filled(text, values),
    })),
  };
}

/** The findings that the reader holds after the judgements. */
export function standingFindings(reconciled: readonly ReconciledFinding[]): ModifiedFinding[] {
  return reconciled.filter(({ change }) => change !== 'withdrawn').map(({ finding }) => finding);
}

/** 'Probable nodule on the right, 12 × 8 mm. Spiculated.' */
export function findingWords({ label, laterality, certainty, comment, size }: ModifiedFinding): string {
  const doubt = CERTAINTY[certainty] ?? '';
  const name = doubt === '' ? label : `${doubt} ${lowerFirst(label)}`;
  const more = comment.trim();
  const large = size === undefined ? '' : `, ${sizeWords(size)}`;
  return `${name}${SIDES[laterality] ?? ''}${large}.${more === '' ? '' : ` ${sentence(more)}`}`;
}

/** What each model said and what became of it, in one sentence each. */
export function aiWords({ read, results, items, assessments, statements }: Comparison): string {
  const ran = results.filter(({ status }) => status === 'completed');
  const lines = ran.map(({ model, findings }) => {
    const named = `${model.id} ${model.version}`;
    if (findings.length === 0) {
      const said = statements.filter(({ modelId }) => modelId === model.id).map(({ words }) => words);
      return sentence(`${named}: ${said.join('; ') || 'nothing marked'}`);
    }
    const of = items.filter((item) => item.kind !== 'reader-only' && item.modelId === model.id);
    const judged = of.map((item) => assessments.findLast(({ itemId }) => itemId === item.id)?.verdict);
    const count = (verdict: string): number => judged.filter((one) => one === verdict).length;
    const parts = [
      ['accepted', count('accept')],
      ['changed', count('modify')],
      ['rejected', count('reject')],
      ['left open', judged.length - count('accept') - count('modify') - count('reject')],
    ] as const;
    const told = parts
      .filter(([, number]) => number > 0)
      .map(([word, number]) => `${String(number)} ${word}`);
    return `${named} marked ${counted(findings.length, 'place')}: ${told.join(', ')} by the reader.`;
  });
  if (lines.length === 0) return 'No computer program assessed the images.';
  const when =
    read.aiShownAt === null ? 'after the own read was committed' : 'before the own read was committed';
  return [
    `The images were also read by a computer program, whose result the reader saw ${when}.`,
    ...lines,
  ].join(' ');
}

function findingsWords(standing: readonly ModifiedFinding[], none: boolean): string {
  if (standing.length > 0) return standing.map(findingWords).join('\n');
  return none ? 'No abnormal finding.' : '';
}

function normalWords(checklist: Checklist | null, answers: ChecklistAnswers | undefined): string {
  if (checklist === null || answers === undefined) return '';
  const of = (state: string): string[] =>
    checklist.items.filter(({ id }) => answers[id] === state).map(({ label }) => lowerFirst(label));
  const [normal, not] = [of('normal'), of('not-assessed')];
  const words = [
    normal.length === 0 ? '' : `${upperFirst(listed(normal))}: no abnormality seen.`,
    not.length === 0 ? '' : `Not assessed: ${listed(not)}.`,
  ];
  return words.filter((one) => one !== '').join('\n');
}

function impressionWords(impression: string, none: boolean, standing: readonly ModifiedFinding[]): string {
  if (impression.trim() !== '') return impression.trim();
  return none && standing.length === 0 ? 'No abnormal finding.' : '';
}

/** Placeholders in braces; a line that held only empty ones goes. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const held = /\{\w+\}/.test(line);
      const words = line.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole).trim();
      return held && words === '' ? [] : [words];
    })
    .join('\n')
    .trim();
}

function lowerFirst(words: string): string {
  // An abbreviation keeps its capitals.
  return /^\p{Lu}\p{Ll}/u.test(words) ? `${words.slice(0, 1).toLowerCase()}${words.slice(1)}` : words;
}

function upperFirst(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? upperFirst(words) : `${upperFirst(words)}.`;
}

export function counted(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** 'a, b and c' */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
