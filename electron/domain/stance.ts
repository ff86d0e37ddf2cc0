import type * as z from 'zod';
import type { aiStanceSchema, ReaderFinding } from '../shared/read.ts';
import { displayWordsOf, type ModelView, siteThreshold, thresholdWords } from './comparison-words.ts';
import type { Terms } from './terms.ts';
import { isShown } from './thresholds.ts';

export type AiStance = z.infer<typeof aiStanceSchema>;

export interface Stance {
  readonly stance: AiStance;
  readonly words: string;
}

const NOT_ASSESSED = 'not assessed by any model';

/**
 * How the models stand to a finding of the reader that none of them shares.
 *
 * A model has looked for a finding only if one of its labels is that finding or a wider one ('Fracture' for 'Rib fracture')
 * and it scored that very image. A model that looks for a narrower thing, or for something that this can be a sign of,
 * has not looked. Where several models qualify, the one that got furthest speaks.
 */
export function stanceOf(finding: ReaderFinding, models: readonly ModelView[], terms: Terms): Stance {
  const able = models.flatMap((model) => {
    const label = model.labels.find((known) => covers(finding.label, known.label, terms))?.label;
    return label === undefined ? [] : [{ model, label }];
  });
  const looked = able.find(({ model, label }) => scoreOf(finding, model, label) !== undefined);
  if (looked !== undefined) return lookedStance(finding, looked.model, looked.label);
  const abstained = able.find(({ model }) => model.result.status === 'abstained');
  if (abstained !== undefined) {
    const reason = abstained.model.result.reason ?? 'it gave no reason';
    return { stance: 'abstained', words: `AI abstained: ${reason}` };
  }
  return { stance: 'not-assessed', words: `${NOT_ASSESSED}: ${whyNotAssessed(finding, able[0]?.model)}` };
}

function covers(readerLabel: string, modelLabel: string, terms: Terms): boolean {
  const relation = terms.relation(readerLabel, modelLabel);
  return relation === 'same' || relation === 'narrower';
}

function scoreOf(finding: ReaderFinding, model: ModelView, label: string): number | undefined {
  if (model.result.status !== 'completed') return undefined;
  return model.result.scores.find(
    (score) =>
      score.label === label &&
      score.sopInstanceUID === finding.sopInstanceUID &&
      score.frame === finding.frame,
  )?.score;
}

function lookedStance(finding: ReaderFinding, model: ModelView, label: string): Stance {
  const score = scoreOf(finding, model, label) ?? 0;
  const threshold = siteThreshold(model, label);
  const what = displayWordsOf(model, label);
  if (hasPlacelessFinding(finding, model, label)) {
    return {
      stance: 'agrees',
      words: `AI agrees on the image as a whole: ${what}; it gives no place, and was laid beside another mark`,
    };
  }
  const elsewhere =
    threshold !== undefined && score >= threshold
      ? 'AI looked and is below threshold at this place'
      : 'AI looked and is below threshold';
  const image = `score of the whole image ${score.toFixed(3)}${thresholdWords(model, label)}`;
  return { stance: 'below-threshold', words: `${elsewhere}: ${what}, ${image}` };
}

/** A finding of the model for the whole image, which the assignment gave to another mark of the reader. */
function hasPlacelessFinding(finding: ReaderFinding, model: ModelView, label: string): boolean {
  return model.result.findings.some(
    (other) =>
      isShown(other) &&
      other.box === null &&
      other.label === label &&
      other.sopInstanceUID === finding.sopInstanceUID &&
      other.frame === finding.frame,
  );
}

function whyNotAssessed(finding: ReaderFinding, model: ModelView | undefined): string {
  if (model === undefined) return `no model here looks for '${finding.label}'`;
  if (model.result.status === 'failed') {
    return `${model.result.model.id} failed (${model.result.reason ?? 'no reason was recorded'})`;
  }
  return `${model.result.model.id} did not read this image`;
}
