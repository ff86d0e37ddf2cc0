import type { ModelResult, Score } from '../../shared/analysis.ts';
import type { LedgerCase } from '../../shared/ledger-ports.ts';
import type { Assessment, ComparisonItem, ReaderFinding, ReconciledFinding } from '../../shared/read.ts';
import type { ModelView } from '../comparison-words.ts';
import type { Terms } from '../terms.ts';
import { isShown } from '../thresholds.ts';

/** Steps of the score in which the ledger counts. Scores beyond 0 to 1 (a model without an activation) lie in the end bins. */
export const SCORE_BINS = 200;

/** What a case takes from its study and read, the same for every model and label. */
export type CaseFrame = Pick<LedgerCase, 'month' | 'scanner' | 'sex' | 'ageGroup'>;

/** A final read with what it was compared with. */
export interface FinalRead {
  readonly findings: readonly ReaderFinding[];
  readonly items: readonly ComparisonItem[];
  readonly assessments: readonly Assessment[];
  /** With the models' own labels, not their display words. */
  readonly reconciled: readonly ReconciledFinding[];
  /** The AI was shown before the commit. */
  readonly sawAi: boolean;
}

/** Ten years, as '40-49'; '90+' from 90 on, since few are that old; '' where the age is not known. */
export function ageGroupOf(age: number | null): string {
  if (age === null || !(age >= 0)) return '';
  if (age >= 90) return '90+';
  const from = Math.floor(age / 10) * 10;
  return `${from}-${from + 9}`;
}

/** Why a model gave nothing, without the numbers in it: an age or a count may be one patient's, and would make each reason its own. */
export function plainReason(reason: string | null): string {
  return (reason ?? 'no reason was recorded').replaceAll(/\d+(?:[.,]\d+)*/g, '…').slice(0, 300);
}

/** Which of 200 steps; null of no score. */
export function scoreBinOf(score: number | undefined): number | null {
  if (score === undefined || Number.isNaN(score)) return null;
  return Math.min(SCORE_BINS - 1, Math.max(0, Math.floor(score * SCORE_BINS)));
}

/**
 * What one model's result says of a study, label by label, beside the read as it stands.
 *
 * The model calls a label positive where it has a finding of it at the site's operating point, anywhere in the study. The read has it where a
 * finding that was not withdrawn is that term or a narrower one, or where the reader accepted a finding of the model with that label, whatever
 * word they used. Labels are those with an operating point; a model that abstained or failed is one case without a label.
 */
export function casesOf(view: ModelView, read: FinalRead, terms: Terms, frame: CaseFrame): LedgerCase[] {
  const { result } = view;
  const series = { ...frame, modelId: result.model.id, version: result.model.version };
  if (result.status !== 'completed') {
    const none = { reader: null, scoreBin: null, probability: null };
    const judged = { accepted: 0, rejected: 0, modified: 0, deferred: 0 };
    const said = { outcome: result.status, reason: plainReason(result.reason) };
    return [{ ...series, ...none, ...judged, ...said, label: '' }];
  }
  const labels = new Set([
    ...Object.keys(view.operatingPoints),
    ...result.findings.map(({ label }) => label),
  ]);
  return [...labels].toSorted().map((label): LedgerCase => {
    const ai = result.findings.some((finding) => finding.label === label && isShown(finding));
    const truth = standsHas(read, result, label, terms);
    const best = highest(result.scores, label);
    return {
      ...series,
      label,
      outcome: ai ? (truth ? 'tp' : 'fp') : truth ? 'fn' : 'tn',
      reason: '',
      reader: read.sawAi ? null : committedHas(read, result, label, terms),
      scoreBin: scoreBinOf(best?.score),
      probability: best?.probability === undefined ? null : Math.round(best.probability * 10_000),
      ...judgedOf(read, result, label),
    };
  });
}

/** What the model looks for: labels with an operating point, or of which it gave a finding. */
export function labelsOf({ operatingPoints, result }: ModelView): string[] {
  return [
    ...new Set([...Object.keys(operatingPoints), ...result.findings.map(({ label }) => label)]),
  ].toSorted();
}

/** Whether a reader's word is the label or a narrower term. */
export function covers(readerLabel: string, label: string, terms: Terms): boolean {
  const relation = terms.relation(readerLabel, label);
  return relation === 'same' || relation === 'narrower';
}

function labelOf(result: ModelResult, item: ComparisonItem): string | undefined {
  if (item.kind === 'reader-only' || item.modelId !== result.model.id) return undefined;
  return result.findings.find(({ id }) => id === item.aiFindingId)?.label;
}

function judgementOf({ assessments }: FinalRead, item: ComparisonItem): Assessment | undefined {
  return assessments.find(({ itemId }) => itemId === item.id);
}

/** Whether the read as it stands has the finding. */
export function standsHas(read: FinalRead, result: ModelResult, label: string, terms: Terms): boolean {
  const { reconciled, items } = read;
  if (reconciled.some(({ change, finding }) => change !== 'withdrawn' && covers(finding.label, label, terms)))
    return true;
  return items.some(
    (item) => labelOf(result, item) === label && judgementOf(read, item)?.verdict === 'accept',
  );
}

/** Whether the read as it was committed has the finding. */
export function committedHas(read: FinalRead, result: ModelResult, label: string, terms: Terms): boolean {
  if (read.findings.some((finding) => covers(finding.label, label, terms))) return true;
  return read.items.some(
    (item) =>
      item.kind === 'agree' &&
      labelOf(result, item) === label &&
      judgementOf(read, item)?.verdict === 'accept',
  );
}

function highest(scores: readonly Score[], label: string): Score | undefined {
  return scores
    .filter((score) => score.label === label)
    .reduce<Score | undefined>(
      (best, score) => (best === undefined || score.score > best.score ? score : best),
      undefined,
    );
}

function judgedOf(
  read: FinalRead,
  result: ModelResult,
  label: string,
): Pick<LedgerCase, 'accepted' | 'rejected' | 'modified' | 'deferred'> {
  const verdicts = read.items
    .filter((item) => labelOf(result, item) === label)
    .map((item) => judgementOf(read, item)?.verdict);
  const count = (verdict: string): number => verdicts.filter((one) => one === verdict).length;
  return {
    accepted: count('accept'),
    rejected: count('reject'),
    modified: count('modify'),
    deferred: count('defer'),
  };
}
