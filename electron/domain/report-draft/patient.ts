import type { PatientWords } from '../../shared/patient-words.ts';
import type { Comparison, ModifiedFinding } from '../../shared/read.ts';
import type { Terms } from '../terms.ts';
import { counted, type DraftFacts, standingFindings } from './draft.ts';

const SIDES: Readonly<Record<string, string>> = {
  right: ' on the right side',
  left: ' on the left side',
  bilateral: ' on both sides',
  midline: ' in the middle',
};
/** Of a certainty from 1 (doubtful) to 4 (certain). */
const DOUBT = ['', 'with much doubt, ', 'possibly ', 'probably ', ''] as const;

/**
 * A letter to the patient in plain language, for the reader to go over: what was done, what was seen, the words explained, and that a
 * computer program read the images and what became of its result. It promises nothing and advises no treatment.
 */
export function patientText(facts: DraftFacts, words: PatientWords, terms: Terms): string {
  const { comparison, study } = facts;
  const standing = standingFindings(comparison.reconciled);
  const known = standing.map((finding) => ({ finding, entry: entryOf(finding, words, terms) }));
  const what = words.modalities[study.modality] ?? 'pictures of the inside of the body';
  const where = words.bodyParts[study.bodyPart.toUpperCase()] ?? 'your body';
  const paragraphs = [
    `${upperFirst(what)} of ${where} ${what.endsWith('s') ? 'were' : 'was'} taken${study.date === '' ? '' : ` on ${study.date}`}. A doctor who is trained to read such pictures has looked at them. This letter tells you in plain words what was seen.`,
    seen(known, comparison),
    glossary(known),
    computer(comparison),
    next(comparison),
    'Please talk about this letter with the doctor who sent you for the examination: only together with how you feel and what else is known does it say what it means for you. If you feel worse or are worried, do not wait for an appointment.',
  ];
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

interface Known {
  readonly finding: ModifiedFinding;
  readonly entry: PatientWords['terms'][number] | null;
}

function entryOf(finding: ModifiedFinding, words: PatientWords, terms: Terms): Known['entry'] {
  for (let term = terms.find(finding.label); term !== undefined; term = parentOf(term.parent, terms)) {
    const entry = words.terms.find(({ id }) => id === term?.id);
    if (entry !== undefined) return entry;
  }
  return null;
}

function parentOf(id: string | null, terms: Terms): ReturnType<Terms['find']> {
  return id === null ? undefined : terms.byId(id);
}

function seen(known: readonly Known[], comparison: Comparison): string {
  if (known.length === 0)
    return comparison.read.content.noAbnormalFinding
      ? 'What was seen: nothing that looks ill. No examination shows everything, so this does not rule out every illness.'
      : '';
  const lines = known.map(({ finding, entry }) => {
    const doubt = DOUBT[finding.certainty] ?? '';
    const plain = entry?.plain ?? `what doctors call "${finding.label}"`;
    return `- ${upperFirst(doubt + plain)}${SIDES[finding.laterality] ?? ''}${entry === null ? '' : ` (doctors call it "${finding.label.toLowerCase()}")`}.`;
  });
  return `What was seen:\n${lines.join('\n')}`;
}

function glossary(known: readonly Known[]): string {
  const lines = [
    ...new Map(known.map(({ finding, entry }) => [entry?.id ?? finding.label, { finding, entry }])).values(),
  ].flatMap(({ finding, entry }) =>
    entry === null ? [] : [`- ${upperFirst(finding.label.toLowerCase())}: ${entry.explain}`],
  );
  return lines.length === 0 ? '' : `The words explained:\n${lines.join('\n')}`;
}

function computer({ read, results, items, assessments }: Comparison): string {
  const ran = results.filter(({ status }) => status === 'completed');
  if (results.length === 0) return 'No computer program looked at your pictures.';
  const when =
    read.aiShownAt === null
      ? 'after the doctor had written down what the doctor saw'
      : 'and the doctor saw its result while looking at them';
  const first = `A computer program also looked at your pictures, ${when}. It does not decide: the doctor does.`;
  if (ran.length === 0) return `${first} It could not judge this kind of picture.`;
  const marked = ran.reduce((sum, { findings }) => sum + findings.length, 0);
  if (marked === 0)
    return `${first} The program marked nothing. It looks only for certain things, so this does not mean that all is well.`;
  const verdicts = items
    .filter((item) => item.kind !== 'reader-only')
    .map((item) => assessments.findLast(({ itemId }) => itemId === item.id)?.verdict);
  const taken = verdicts.filter((verdict) => verdict === 'accept' || verdict === 'modify').length;
  const left = verdicts.filter((verdict) => verdict === 'reject').length;
  const open = verdicts.length - taken - left;
  const parts = [
    taken > 0 ? `agreed with ${String(taken)} of them` : '',
    left > 0 ? `did not agree with ${String(left)}` : '',
    open > 0 ? `has not decided about ${String(open)}` : '',
  ].filter((part) => part !== '');
  return `${first} The program marked ${counted(marked, 'place')}. The doctor looked at each and ${parts.join(', and ')}.`;
}

function next({ read }: Comparison): string {
  const advice = read.content.recommendation?.trim() ?? '';
  return advice === '' ? '' : `What the doctor suggests next: ${advice}`;
}

function upperFirst(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
