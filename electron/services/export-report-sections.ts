import { displayWordsOf, type ModelView } from '../domain/comparison-words.ts';
import { extentOf, extentWords } from '../domain/measurement.ts';
import { changesRead } from '../domain/reconciled.ts';
import type { Score } from '../shared/analysis.ts';
import { checkLabel } from '../shared/checklist.ts';
import { emptyComparisonWords, NOT_COMPARED, wasCompared } from '../shared/empty-comparison.ts';
import { sizedLabel, sizeWords } from '../shared/finding-size.ts';
import { measuredWords } from '../shared/measured-words.ts';
import { modelName } from '../shared/model-name.ts';
import { needsAssessment } from '../shared/needs-assessment.ts';
import type { ComparisonItem, ReaderFinding } from '../shared/read.ts';
import {
  aiNumber,
  attributesOf,
  framesWords,
  imageWords,
  personWords,
  type ReportFacts,
  timeWords,
} from './export-report-facts.ts';
import { CONTENT_WIDTH, INK, PAGE, type ReportFlow, type TextStyle } from './export-report-page.ts';

const BODY: TextStyle = { size: 9 };
const CELL: TextStyle = { size: 8.2 };
const SMALL: TextStyle = { size: 7.4, colour: INK.faint };

/** Patient, study and reader in two columns of labelled values. */
export function drawSubject(flow: ReportFlow, facts: ReportFacts): void {
  const { study, comparison } = facts;
  const { read } = comparison;
  const seen = read.framesDisplayed.length;
  const total = seen + read.framesNotSeen.length;
  const left: [string, string][] = [
    ['Patient', personWords(study.patientName)],
    ['Patient ID', study.patientID || 'not stated'],
    ['Sex, age', `${study.sex || 'not stated'}, ${study.age === null ? 'age not stated' : `${study.age} y`}`],
    ['Birth date', study.birthDate || 'not stated'],
    ['Study', [study.modality, study.description].filter((part) => part !== '').join(' · ') || 'not stated'],
    ['Study date', study.date || 'not stated'],
  ];
  const right: [string, string][] = [
    ['Read by', read.readerName],
    ['Committed', read.committedAt === null ? 'no' : timeWords(read.committedAt)],
    ['Frames seen', total === 0 ? 'none: no image was shown' : `${seen} of ${total}`],
    ['Accession', study.accessionNumber || 'not stated'],
    ['Study UID', study.studyInstanceUID],
    ['Record of read', `${read.sha256 ?? ''} (${verificationWords(facts)})`],
  ];
  const top = flow.y;
  const half = CONTENT_WIDTH / 2;
  drawPairs(flow, left, PAGE.margin, half - 14);
  const bottom = flow.y;
  flow.y = top;
  drawPairs(flow, right, PAGE.margin + half, half);
  flow.y = Math.min(flow.y, bottom);
}

function drawPairs(flow: ReportFlow, pairs: readonly [string, string][], x: number, width: number): void {
  const label = 66;
  for (const [name, value] of pairs) {
    const before = flow.y;
    flow.text(value, { ...CELL, bold: name === 'Patient' }, x + label, width - label);
    flow.draw(name, x, before - CELL.size * 1.32, { ...CELL, colour: INK.faint });
  }
}

function verificationWords({ verification }: ReportFacts): string {
  switch (verification) {
    case 'intact':
      return 'signature checked';
    case 'changed':
      return 'CHANGED SINCE THE COMMIT';
    case 'signature-wrong':
      return 'SIGNATURE DOES NOT FIT';
    case 'reader-unknown':
      return 'not checked: the key of its reader is not here';
    case 'not-committed':
      return 'not committed';
  }
}

/** The reader's findings, impression and the frames that were not seen. */
export function drawRead(flow: ReportFlow, facts: ReportFacts): void {
  const { content, framesNotSeen } = facts.comparison.read;
  const { aiShownAt, aiMode } = facts.comparison.read;
  flow.section(
    aiShownAt === null
      ? "Reader's read, committed before the AI was shown"
      : `Reader's read, committed after the AI was shown (${aiMode === 'ai-first' ? 'AI first' : 'AI on request'}, ${timeWords(aiShownAt)})`,
    60,
  );
  if (content.findings.length === 0) {
    flow.text(
      content.noAbnormalFinding ? 'The reader states: no abnormal finding.' : 'The reader marked no finding.',
      BODY,
    );
  } else {
    const columns = [
      { title: '', width: 18 },
      { title: 'Finding', width: 118 },
      { title: 'Side', width: 62 },
      { title: 'Certainty', width: 52 },
      { title: 'Size (mark)', width: 92 },
      { title: 'Where', width: 86 },
      { title: 'Comment', width: CONTENT_WIDTH - 428 },
    ];
    flow.table(
      columns,
      content.findings.map((finding, index) => findingRow(facts, finding, index)),
      CELL,
    );
  }
  if (content.impression.trim() !== '') {
    flow.gap(3);
    flow.text('Impression', { ...CELL, bold: true, colour: INK.faint });
    flow.text(content.impression.trim(), BODY);
  }
  const { recommendation = '', confidence, checklist = {} } = content;
  if (recommendation.trim() !== '') {
    flow.gap(3);
    flow.text('Recommendation', { ...CELL, bold: true, colour: INK.faint });
    flow.text(recommendation.trim(), BODY);
  }
  const checked = Object.entries(checklist).map(
    ([id, state]) => `${checkLabel(id)}: ${state.replace('-', ' ')}`,
  );
  const { activeSeconds } = facts.comparison.read;
  const more = [
    ...(checked.length === 0 ? [] : [`Checklist. ${checked.join('; ')}.`]),
    ...(confidence === undefined ? [] : [`Confidence in the read: ${confidence} of 4.`]),
    ...(activeSeconds === null ? [] : [`Time at the study: ${durationWords(activeSeconds)}.`]),
  ];
  for (const words of more) flow.text(words, SMALL);
  if (framesNotSeen.length > 0) {
    flow.gap(3);
    flow.text(`Not seen by the reader (${framesNotSeen.length}): ${notSeenWords(facts)}`, SMALL);
  }
}

function durationWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}

function findingRow(facts: ReportFacts, finding: ReaderFinding, index: number): string[] {
  const image = attributesOf(facts.study, finding);
  return [
    `${index + 1}`,
    finding.label,
    finding.laterality.replace('-', ' '),
    `${finding.certainty} of 4`,
    sizeAndExtent(finding, image === null ? '' : extentWords(extentOf(image, finding.box))),
    imageWords(facts.study, finding),
    finding.comment,
  ];
}

/** What the reader states as a size, and the extent of the mark in brackets: the one is of the finding, the other of the drawing. */
function sizeAndExtent({ size }: ReaderFinding, extent: string): string {
  const mark = extent === '' ? '' : `(${extent})`;
  return size === undefined ? mark : `${sizeWords(size)} ${mark}`.trim();
}

/** Every frame is named; those of one reason share it. */
function notSeenWords(facts: ReportFacts): string {
  const byReason = Map.groupBy(facts.comparison.read.framesNotSeen, ({ reason }) => reason);
  return [...byReason]
    .map(([reason, frames]) => `${framesWords(facts.study, frames)} (${reason})`)
    .join('. ');
}

/** What each model says, in a column of the given place. */
export function drawModels(flow: ReportFlow, facts: ReportFacts, x: number, width: number): void {
  const { comparison, models } = facts;
  if (comparison.aiState === 'waiting') {
    flow.text('Not every model has finished with this study yet.', BODY, x, width);
  } else if (models.length === 0) {
    flow.text('No model is installed: nothing was assessed by a model.', BODY, x, width);
  }
  for (const model of models) {
    const { result } = model;
    flow.text(modelName(result.model), { ...BODY, bold: true }, x, width);
    for (const { modelId, words } of comparison.statements) {
      if (modelId === result.model.id) flow.text(words.endsWith('.') ? words : `${words}.`, BODY, x, width);
    }
    flow.gap(2);
    for (const words of [...scoreWords(facts, model), ...measurementWords(facts, model)]) {
      flow.text(words, CELL, x, width);
    }
    flow.gap(2);
    const where = result.device === 'remote' ? 'a server' : result.device;
    const ran = where === null ? 'nothing was run' : `run on ${where}`;
    const record = result.recordId === null ? 'no record' : `record ${result.recordId}`;
    flow.text(`${ran}; ${record}; weights SHA-256 ${result.model.sha256}`, SMALL, x, width);
    flow.gap(5);
  }
}

function scoreWords(facts: ReportFacts, model: ModelView): string[] {
  const several = new Set(
    model.result.scores.map(({ sopInstanceUID, frame }) => `${sopInstanceUID}/${frame}`),
  );
  return model.result.scores.map((score) => {
    const where = several.size > 1 ? `${imageWords(facts.study, score)}: ` : '';
    return `${where}${displayWordsOf(model, score.label)}: score ${score.score.toFixed(3)}${pointWords(model, score)}`;
  });
}

function pointWords(model: ModelView, score: Score): string {
  const points = model.operatingPoints[score.label];
  const probability =
    score.probability === undefined
      ? '; not calibrated, so no probability'
      : `; calibrated probability ${Math.round(score.probability * 100)} %`;
  const thresholds =
    points === undefined
      ? ''
      : `; thresholds: balanced ${points.balanced.toFixed(3)} (used here), high-sensitivity ${points['high-sensitivity'].toFixed(3)}`;
  return `${probability}${thresholds}`;
}

function measurementWords(facts: ReportFacts, model: ModelView): string[] {
  const { measurements } = model.result;
  const several = new Set(measurements.map(({ sopInstanceUID }) => sopInstanceUID)).size > 1;
  return measurements.map((measured) => {
    const { name, sopInstanceUID } = measured;
    const where = several ? `${imageWords(facts.study, { sopInstanceUID, frame: 0 })}: ` : '';
    return `${where}${name}: ${measuredWords(measured, (value) => `${Number(value.toPrecision(5))}`)}`;
  });
}

/** Every line of the comparison with the reader's judgement of it. */
export function drawDifferences(flow: ReportFlow, facts: ReportFacts): void {
  const { items, earlier } = facts.comparison;
  flow.section('Reader and AI side by side', 50);
  if (items.length === 0) {
    flow.text(emptyComparisonWords(facts.comparison), BODY);
    drawEarlier(flow, earlier);
    return;
  }
  const columns = [
    { title: '', width: 34 },
    { title: 'Comparison', width: 242 },
    { title: "Reader's judgement of the AI", width: 118 },
    { title: 'Comment', width: CONTENT_WIDTH - 394 },
  ];
  const rows = items.map((item) => {
    const number = numberOf(facts, item);
    const assessment = facts.comparison.assessments.find(({ itemId }) => itemId === item.id);
    return [number, itemWords(facts, item), judgement(item, assessment), assessment?.comment ?? ''];
  });
  flow.table(columns, rows, CELL);
  const open = items.filter(
    (item) =>
      needsAssessment(item) &&
      !facts.comparison.assessments.some(({ itemId, verdict }) => itemId === item.id && verdict !== 'defer'),
  ).length;
  const waiting = facts.comparison.aiState === 'waiting';
  const settled = waiting
    ? 'Not every model has finished with this study yet.'
    : wasCompared(facts.comparison)
      ? 'Every difference is settled.'
      : NOT_COMPARED;
  const words = open === 0 ? settled : `${open} line(s) not settled yet.`;
  flow.text(words, { ...CELL, bold: true });
  drawEarlier(flow, earlier);
}

const CHANGES = {
  none: 'as committed',
  added: "taken over from the AI's",
  modified: 'modified after the AI was shown',
  withdrawn: 'withdrawn after the AI was shown',
} as const;

/** The findings after the judgements, where they differ from those that were committed. */
export function drawReconciled(flow: ReportFlow, facts: ReportFacts): void {
  const { reconciled } = facts.comparison;
  if (!changesRead(reconciled)) return;
  flow.section('Findings after the reader saw the AI', 40);
  const columns = [
    { title: 'Finding', width: 160 },
    { title: 'Side', width: 70 },
    { title: 'Certainty', width: 60 },
    { title: 'Change', width: 130 },
    { title: 'Comment', width: CONTENT_WIDTH - 420 },
  ];
  flow.table(
    columns,
    reconciled.map(({ finding, change }) => [
      sizedLabel(finding),
      finding.laterality.replace('-', ' '),
      `${finding.certainty} of 4`,
      CHANGES[change],
      finding.comment,
    ]),
    CELL,
  );
}

/** Lesions over time, where their reader follows them. */
export function drawResponse(flow: ReportFlow, { response }: ReportFacts): void {
  if (response.length === 0) return;
  flow.section('Response of lesions (RECIST 1.1)', 30);
  for (const words of response) flow.text(words, BODY);
}

/** What the reader added to the committed read, in order. */
export function drawAddenda(flow: ReportFlow, { comparison }: ReportFacts): void {
  if (comparison.addenda.length === 0) return;
  flow.section('Addenda', 30);
  for (const { number, text, createdAt, sha256 } of comparison.addenda) {
    flow.text(`Addendum ${number}, ${timeWords(createdAt)}, signed; SHA-256 ${sha256}`, SMALL);
    flow.text(text, BODY);
    flow.gap(3);
  }
}

/** What was judged of results that a newer run has replaced. */
function drawEarlier(flow: ReportFlow, earlier: ReportFacts['comparison']['earlier']): void {
  for (const { words, model, madeAt, assessment } of earlier) {
    const result = model === null ? '' : ` (${model}, ${madeAt ?? ''})`;
    const comment = assessment.comment === '' ? '' : `; ${assessment.comment}`;
    flow.text(
      `Judged of an earlier result${result}: ${words}. ${assessment.verdict}: ${assessment.reason}${comment}`,
      SMALL,
    );
  }
}

function numberOf(facts: ReportFacts, item: ComparisonItem): string {
  const ai = item.kind === 'reader-only' ? '' : aiNumber(facts, item.aiFindingId);
  if (item.kind === 'ai-only') return ai;
  const index = facts.comparison.read.content.findings.findIndex(({ id }) => id === item.readerFindingId);
  return item.kind === 'agree' ? `${index + 1}, ${ai}` : `${index + 1}`;
}

function itemWords(facts: ReportFacts, item: ComparisonItem): string {
  if (item.kind === 'ai-only') return item.words;
  const label = facts.comparison.read.content.findings.find(({ id }) => id === item.readerFindingId)?.label;
  return `${label ?? ''}: ${item.words}`;
}

function judgement(
  item: ComparisonItem,
  assessment: ReportFacts['comparison']['assessments'][number] | undefined,
): string {
  if (assessment !== undefined) return `${assessment.verdict}: ${assessment.reason}`;
  return needsAssessment(item) ? 'not judged yet' : 'nothing to judge';
}

/** The models' limits of use, as their makers state them. */
export function drawLimits(flow: ReportFlow, facts: ReportFacts): void {
  const limits = facts.comparison.limits.filter(({ words }) => words.length > 0);
  if (limits.length === 0) return;
  flow.gap(6);
  for (const { modelId, words } of limits) {
    flow.text(`Limits of ${modelId}: ${words.join(' ')}`, SMALL);
  }
}
