import { compareFindings, shownResult } from '../domain/comparison.ts';
import { displayWordsOf, type ModelView, statementsOf } from '../domain/comparison-words.ts';
import type { ImageSides } from '../domain/matching.ts';
import { reconcile } from '../domain/reconciled.ts';
import { stoppedWords } from '../domain/model-switch.ts';
import { Terms } from '../domain/terms.ts';
import type { ModelResult } from '../shared/analysis.ts';
import { needsAssessment } from '../shared/needs-assessment.ts';
import { knownSpacing } from '../shared/measure.ts';
import { edgeLettersOfImage } from '../shared/orientation.ts';
import type { PackManifest } from '../shared/pack.ts';
import { remoteWords } from '../shared/remote.ts';
import type { InstanceHeader, Store } from '../shared/ports.ts';
import type { Comparison, Read } from '../shared/read.ts';
import { earlierJudgements } from './earlier-judgements.ts';
import type { ReadingParts } from './reading-parts.ts';

/**
 * The comparison of one committed read with the newest result of each model. Whoever calls this has passed `read-guard`:
 * it looks at results without asking, and writes nothing.
 */
export function buildComparison(parts: Omit<ReadingParts, 'clock'>, read: Read): Comparison {
  const { store, terminology } = parts;
  const packs = parts.packs();
  const models = modelViews(parts, read.studyInstanceUID);
  const results = models.map(({ result }) => result);
  const headers = store.studies.instancesOf(read.studyInstanceUID).map(({ header }) => header);
  const totalFrames = headers.reduce((sum, header) => sum + (header.image?.frames ?? 0), 0);
  const terms = new Terms(terminology);
  const sides = sidesOf(headers);
  const items = compareFindings(read.content.findings, models, terms, sides);
  const assessments = store.reads.assessments(read.id);
  const latest = latestOfItems(assessments, items);
  const words = (modelId: string, label: string): string => {
    const model = models.find(({ result }) => result.model.id === modelId);
    return model === undefined ? label : displayWordsOf(model, label);
  };
  return {
    read,
    aiState: packs.every((pack) => results.some(({ model }) => model.id === pack.id)) ? 'ready' : 'waiting',
    results: results.map(shownResult),
    items,
    statements: models.flatMap((model) =>
      statementsOf(model, totalFrames).map((words) => ({ modelId: model.result.model.id, words })),
    ),
    assessments: latest,
    reconciled: reconcile(read.content.findings, items, latest, results, words),
    addenda: store.reads.addenda(read.id),
    earlier: earlierJudgements(read, assessments, items, {
      terms,
      sides,
      record: (recordId) => store.results.record(recordId),
      view: (record) => modelView(store, packs, record.result),
    }),
    notes: results.map((result) => ({ modelId: result.model.id, words: notesOf(store, result) })),
    displayWords: models.flatMap(({ result, labels }) =>
      labels.map(({ label, displayWords }) => ({ modelId: result.model.id, label, words: displayWords })),
    ),
    about: models.map(({ result, operatingPoints }) => {
      const pack = packOf(packs, result.model.id);
      return {
        modelId: result.model.id,
        intendedUse: pack?.intendedUse ?? '',
        data: pack?.data ?? [],
        calibrated: Object.keys(pack?.calibration ?? {}),
        operatingPoints,
      };
    }),
    limits: results.map(({ model }) => ({ modelId: model.id, words: packOf(packs, model.id)?.limits ?? [] })),
    maps: mapsOf(store, packs, results, read.studyInstanceUID),
  };
}

/** The newest result of each model, with the thresholds it was recorded with and its pack's words. */
export function modelViews(
  { store, packs }: Pick<ReadingParts, 'store' | 'packs'>,
  studyInstanceUID: string,
): ModelView[] {
  const installed = packs();
  return store.results.latest(studyInstanceUID).map((result) => modelView(store, installed, result));
}

/** Whether the models have all spoken and every line that needs a judgement has one that settles it. */
export function isSettled(comparison: Comparison): boolean {
  const judged = new Set(
    comparison.assessments.filter(({ verdict }) => verdict !== 'defer').map(({ itemId }) => itemId),
  );
  return (
    comparison.aiState === 'ready' &&
    comparison.items.every((item) => !needsAssessment(item) || judged.has(item.id))
  );
}

function notesOf(store: Store, { recordId, model, status }: ModelResult): string[] {
  const record = recordId === null ? undefined : store.results.record(recordId);
  const { fallback, remote, device } = record?.runtime ?? {};
  const where = device === undefined || device === 'cpu' ? 'the CPU' : device;
  const stopped = stoppedWords(store.ledger.switches(), model.id, model.version);
  return [
    ...(stopped === null || status === 'abstained' ? [] : [`${stopped}. This result is from before.`]),
    ...(record?.notes ?? []),
    ...(remote === undefined ? [] : [`The network ran on server ${remoteWords(remote)}.`]),
    ...(fallback === undefined ? [] : [`Run on ${where}: ${fallback.replace(/\.$/, '')}.`]),
  ];
}

function modelView(store: Store, packs: readonly PackManifest[], result: ModelResult): ModelView {
  const record = result.recordId === null ? undefined : store.results.record(result.recordId);
  const pack = packOf(packs, result.model.id);
  const fromPack = (pack?.outputs ?? []).flatMap((output) =>
    output.kind === 'score' ? [{ label: output.label, displayWords: output.displayWords }] : [],
  );
  const known = new Set(fromPack.map(({ label }) => label));
  // A pack that was removed since: its labels are still in what it gave.
  const fromResult = [...new Set(result.scores.map(({ label }) => label))]
    .filter((label) => !known.has(label))
    .map((label) => ({ label, displayWords: label }));
  return {
    result,
    operatingPoints: record?.operatingPoints ?? pack?.operatingPoints ?? {},
    labels: [...fromPack, ...fromResult],
  };
}

/** The sides of each image of a study, by its SOP Instance UID. */
export function sidesOf(headers: readonly InstanceHeader[]): (sopInstanceUID: string) => ImageSides | null {
  const images = new Map(headers.map(({ sopInstanceUID, image }) => [sopInstanceUID, image]));
  return (sopInstanceUID) => {
    const image = images.get(sopInstanceUID) ?? null;
    if (image === null) return null;
    const spacing = knownSpacing(image.pixelSpacing, image.spacingSource);
    return { columns: image.columns, letters: edgeLettersOfImage(image), spacing };
  };
}

/** The last judgement of each line; those of a result that a newer one replaced are `earlier`. */
export function latestOfItems(
  assessments: Comparison['assessments'],
  items: Comparison['items'],
): Comparison['assessments'] {
  const latest = new Map(assessments.map((assessment) => [assessment.itemId, assessment]));
  return items.flatMap((item) => latest.get(item.id) ?? []);
}

function mapsOf(
  store: Store,
  packs: readonly PackManifest[],
  results: readonly ModelResult[],
  studyInstanceUID: string,
): Comparison['maps'] {
  const current = new Set(results.map(({ recordId }) => recordId));
  return store.results
    .mapsOf(studyInstanceUID)
    .filter(({ recordId }) => current.has(recordId))
    .map(({ recordId, modelId, outputId, kind, sopInstanceUID, frame }) => {
      const result = results.find((one) => one.recordId === recordId);
      const segment = result?.segmentations?.find((one) => one.outputId === outputId);
      const tiles = result?.tileMaps?.find((one) => one.outputId === outputId);
      return {
        recordId,
        modelId,
        outputId,
        kind: segment !== undefined ? 'volume' : tiles !== undefined ? 'tiles' : kind,
        sopInstanceUID,
        frame,
        label: segment?.label ?? tiles?.label ?? mapLabel(packOf(packs, modelId), outputId),
      };
    });
}

function mapLabel(pack: PackManifest | undefined, outputId: string): string {
  for (const output of pack?.outputs ?? []) {
    if (output.kind === 'mask' && output.id === outputId) return output.label;
    if (output.kind === 'heatmap' && output.id === outputId) return output.explains;
  }
  return outputId;
}

function packOf(packs: readonly PackManifest[], id: string): PackManifest | undefined {
  return packs.find((pack) => pack.id === id);
}
