import type { AiFinding } from '../../electron/shared/analysis.ts';
import {
  type Comparison,
  type ComparisonItem,
  type FrameRef,
  type ModifiedFinding,
  type Read,
  statedFinding,
} from '../../electron/shared/read.ts';
import type { Mark } from '../viewer/marks.ts';

/** The AI finding that an item speaks of; undefined for findings of the reader alone. */
export function aiFindingOf(comparison: Comparison, item: ComparisonItem): AiFinding | undefined {
  if (item.kind === 'reader-only') return undefined;
  return comparison.results
    .find(({ model }) => model.id === item.modelId)
    ?.findings.find(({ id }) => id === item.aiFindingId);
}

/** A model's label as its pack wants it shown: 'tuberculosis-type abnormality' claims less than the label 'Tuberculosis'. */
export function shownLabel(comparison: Comparison, modelId: string, label: string): string {
  return (
    comparison.displayWords.find((one) => one.modelId === modelId && one.label === label)?.words ?? label
  );
}

/** The name of what an item is about: the reader's finding with its number, else the AI's words. */
export function labelOf(comparison: Comparison, item: ComparisonItem): string {
  if (item.kind === 'ai-only') {
    const finding = aiFindingOf(comparison, item);
    return finding === undefined ? item.words : shownLabel(comparison, item.modelId, finding.label);
  }
  const { findings } = comparison.read.content;
  const index = findings.findIndex(({ id }) => id === item.readerFindingId);
  return `${index + 1} ${findings[index]?.label ?? ''}`;
}

/** Where an item lies; undefined where neither side gives a place. */
export function placeOf(comparison: Comparison, item: ComparisonItem): FrameRef | undefined {
  const ai = aiFindingOf(comparison, item);
  if (ai !== undefined) return { sopInstanceUID: ai.sopInstanceUID, frame: ai.frame };
  return item.kind === 'ai-only'
    ? undefined
    : comparison.read.content.findings.find(({ id }) => id === item.readerFindingId);
}

/** Both sides' outlines: the reader's as committed, the AI's as listed among the items. */
export function comparisonMarks(comparison: Comparison, mine: boolean, ai: boolean): Mark[] {
  const marks: Mark[] = [];
  if (mine) {
    comparison.read.content.findings.forEach((finding, index) => {
      const label = `you ${index + 1} ${finding.label}`;
      marks.push({
        id: finding.id,
        at: finding,
        shape: finding.shape,
        box: finding.box,
        tone: 'reader',
        label,
        movable: false,
      });
    });
  }
  if (ai) {
    for (const item of comparison.items) {
      const finding = aiFindingOf(comparison, item);
      if (item.kind === 'reader-only' || finding?.box == null) continue;
      if (marks.some(({ id }) => id === aiMarkId(item))) continue;
      const label = `AI ${shownLabel(comparison, item.modelId, finding.label)} · score ${finding.score.toFixed(2)}`;
      marks.push({
        id: aiMarkId(item),
        at: finding,
        shape: 'rectangle',
        box: finding.box,
        tone: 'ai',
        label,
        movable: false,
      });
    }
  }
  return marks;
}

/** The outlines of another reader, as committed. */
export function peerMarks({ readerName, content }: Read): Mark[] {
  return content.findings.map((finding, index) => ({
    id: `peer ${finding.id}`,
    at: finding,
    shape: finding.shape,
    box: finding.box,
    tone: 'peer',
    label: `${readerName} ${index + 1} ${finding.label}`,
    movable: false,
  }));
}

function aiMarkId(item: ComparisonItem): string {
  return item.kind === 'reader-only' ? item.id : `${item.modelId} ${item.aiFindingId}`;
}

/** The outline to emphasise while an item is looked at. */
export function markOfItem(item: ComparisonItem | undefined): string | null {
  if (item === undefined) return null;
  return item.kind === 'reader-only' ? item.readerFindingId : aiMarkId(item);
}

/** What a modification begins with: what it was modified to before, else the reader's finding, else the AI's in its pack's words. */
export function startOf(comparison: Comparison, item: ComparisonItem): ModifiedFinding {
  const before = comparison.assessments.findLast(({ itemId }) => itemId === item.id)?.finding;
  if (before !== undefined) return before;
  if (item.kind !== 'ai-only') {
    const own = comparison.read.content.findings.find(({ id }) => id === item.readerFindingId);
    if (own !== undefined) return statedFinding(own);
  }
  const ai = aiFindingOf(comparison, item);
  const label =
    ai === undefined || item.kind === 'reader-only' ? '' : shownLabel(comparison, item.modelId, ai.label);
  return { label, laterality: 'not-stated', certainty: 3, comment: '', box: ai?.box ?? null };
}
