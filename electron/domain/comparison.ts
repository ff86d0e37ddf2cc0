import type { AiFinding, ModelResult } from '../shared/analysis.ts';
import type { ComparisonItem, ReaderFinding } from '../shared/read.ts';
import { displayWordsOf, type ModelView, thresholdWords } from './comparison-words.ts';
import { type ImageSides, type Match, matchFindings } from './matching.ts';
import { stanceOf } from './stance.ts';
import type { Terms } from './terms.ts';
import { isShown } from './thresholds.ts';

/** A result as a person may see it after the commit: candidates below the site's operating point are left out. */
export function shownResult(result: ModelResult): ModelResult {
  return { ...result, findings: result.findings.filter((finding) => isShown(finding)) };
}

/**
 * Lays a reader's findings and the models' side by side: one line for each pair that agrees, each finding of the
 * reader that no model shares (with how the models stand to it), and each finding of a model that the reader lacks.
 *
 * Ids are made of what they stand for and of the record that was compared, so that a judgement never slips to another
 * finding when a model runs again.
 */
export function compareFindings(
  reader: readonly ReaderFinding[],
  models: readonly ModelView[],
  terms: Terms,
  sides: (sopInstanceUID: string) => ImageSides | null,
): ComparisonItem[] {
  const agreed: ComparisonItem[] = [];
  const aiOnly: ComparisonItem[] = [];
  const matchedReader = new Set<string>();
  for (const model of models) {
    const shown = model.result.findings.filter((finding) => isShown(finding));
    const matches = matchFindings(reader, shown, terms, sides);
    const matchedAi = new Set(matches.map((match) => match.ai.id));
    for (const match of matches) {
      matchedReader.add(match.reader.id);
      agreed.push(agreeItem(match, model));
    }
    for (const finding of shown) if (!matchedAi.has(finding.id)) aiOnly.push(aiOnlyItem(finding, model));
  }
  const readerOnly = reader
    .filter((finding) => !matchedReader.has(finding.id))
    .map((finding) => readerOnlyItem(finding, models, terms));
  return [...aiOnly, ...readerOnly, ...agreed];
}

function agreeItem(match: Match, model: ModelView): ComparisonItem {
  const where =
    match.iou === null
      ? 'the model gives no place'
      : `overlap of the two marks (IoU) ${match.iou.toFixed(2)}`;
  const related =
    match.relation === 'sign'
      ? `; '${match.reader.label}' can go with it, but is not what the model looked for by itself`
      : '';
  const side = match.sideContradicts
    ? `; check the side: you stated ${match.reader.laterality}, the mark lies on the other side of the image`
    : '';
  const size = sizeContradicts(match) ? sizeLine(match) : '';
  return {
    kind: 'agree',
    id: `agree~${match.reader.id}~${recordOf(model)}~${match.ai.id}`,
    readerFindingId: match.reader.id,
    modelId: model.result.model.id,
    aiFindingId: match.ai.id,
    iou: match.iou,
    words: `AI agrees: ${aiWords(match.ai, model)}; ${where}${related}${side}${size}`,
  };
}

/** Below this share of each other the stated size and the model's mark are worth a look: a coarse map is often twice as large as what it lies on. */
const LEAST_SIZE_SHARE = 0.5;

function sizeContradicts({ size }: Match): boolean {
  return size !== null && size.share < LEAST_SIZE_SHARE;
}

function sizeLine({ size }: Match): string {
  if (size === null) return '';
  return `; check the size: you stated ${Number(size.readerMm.toFixed(1))} mm, the model's mark is ${Number(size.otherMm.toFixed(1))} mm long`;
}

function aiOnlyItem(finding: AiFinding, model: ModelView): ComparisonItem {
  const place = finding.box === null ? '; the model gives no place' : '';
  return {
    kind: 'ai-only',
    id: `ai~${recordOf(model)}~${finding.id}`,
    modelId: model.result.model.id,
    aiFindingId: finding.id,
    words: `AI only: ${aiWords(finding, model)}${place}`,
  };
}

function readerOnlyItem(finding: ReaderFinding, models: readonly ModelView[], terms: Terms): ComparisonItem {
  const { stance, words } = stanceOf(finding, models, terms);
  // The first 8 characters tell runs apart; the full ids of several models would not fit a URL.
  const records = models.map((model) => recordOf(model).slice(0, 8)).join('.');
  return {
    kind: 'reader-only',
    id: `reader~${finding.id}~${records}`,
    readerFindingId: finding.id,
    stance,
    words,
  };
}

function aiWords(finding: AiFinding, model: ModelView): string {
  const probability =
    finding.probability === undefined ? '' : `, calibrated probability ${percent(finding.probability)}`;
  const threshold = thresholdWords(model, finding.label);
  return `${displayWordsOf(model, finding.label)}, score ${finding.score.toFixed(3)}${threshold}${probability}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function recordOf(model: ModelView): string {
  return model.result.recordId ?? model.result.model.id;
}
