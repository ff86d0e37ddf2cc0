import type { ModelResult } from '../shared/analysis.ts';
import { isShown, type OperatingPoints, SITE_OPERATING_POINT } from './thresholds.ts';

/** One model's newest result of a study, with what its run and its manifest say of the labels. */
export interface ModelView {
  readonly result: ModelResult;
  /** The thresholds that the run was recorded with, by label. */
  readonly operatingPoints: Readonly<Record<string, OperatingPoints>>;
  /** What the model looks for; structures such as lung fields are not among them. */
  readonly labels: readonly { readonly label: string; readonly displayWords: string }[];
}

/** The pack's own words for a label, such as 'tuberculosis-type abnormality'. */
export function displayWordsOf(model: ModelView, label: string): string {
  return model.labels.find((known) => known.label === label)?.displayWords ?? label;
}

/** The threshold of a label at the site's operating point; undefined where the record holds none. */
export function siteThreshold(model: ModelView, label: string): number | undefined {
  return model.operatingPoints[label]?.[SITE_OPERATING_POINT];
}

export function thresholdWords(model: ModelView, label: string): string {
  const threshold = siteThreshold(model, label);
  return threshold === undefined ? '' : ` (${SITE_OPERATING_POINT} threshold ${threshold.toFixed(3)})`;
}

/**
 * What one model says of the study, in sentences. A negative result names what was looked for and that nothing else was:
 * no model here can call a study normal.
 *
 * @param totalFrames Image frames of the study; where the model read fewer, a second sentence says so.
 */
export function statementsOf(model: ModelView, totalFrames: number): string[] {
  const { result } = model;
  switch (result.status) {
    case 'abstained':
      return [`this model abstained: ${result.reason ?? 'it gave no reason'}`];
    case 'failed':
      return [
        `this model failed, and nothing was assessed by it: ${result.reason ?? 'no reason was recorded'}`,
      ];
    case 'completed':
      return completedStatements(model, totalFrames);
  }
}

function completedStatements(model: ModelView, totalFrames: number): string[] {
  const { result } = model;
  const labels = [...new Set(result.scores.map((score) => score.label))];
  if (labels.length === 0) return ['no abnormality was looked for by this model'];
  const found = labels.filter((label) => isFound(model, label));
  const notFound = labels.filter((label) => !found.includes(label));
  const parts = found.map((label) => {
    const score = highestScore(model, label).toFixed(3);
    return `${displayWordsOf(model, label)} found by this model: highest score ${score}${thresholdWords(model, label)}`;
  });
  if (notFound.length > 0) {
    parts.push(`no ${joined(notFound.map((label) => displayWordsOf(model, label)))} found by this model`);
  }
  const statement = `${parts.join('; ')}; nothing else was looked for`;
  const read = new Set(result.scores.map((score) => `${score.sopInstanceUID}/${score.frame}`)).size;
  if (read >= totalFrames) return [statement];
  return [
    statement,
    `${read} of ${totalFrames} images were read by this model; the others were not assessed by it`,
  ];
}

function isFound(model: ModelView, label: string): boolean {
  const threshold = siteThreshold(model, label);
  const byScore = threshold !== undefined && highestScore(model, label) >= threshold;
  return byScore || model.result.findings.some((finding) => finding.label === label && isShown(finding));
}

function highestScore(model: ModelView, label: string): number {
  return model.result.scores
    .filter((score) => score.label === label)
    .reduce((highest, score) => Math.max(highest, score.score), Number.NEGATIVE_INFINITY);
}

function joined(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
