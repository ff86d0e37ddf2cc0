import type { AiFinding, ModelResult } from '../shared/analysis.ts';
import {
  type Assessment,
  type ComparisonItem,
  type ModifiedFinding,
  type ReaderFinding,
  type ReconciledFinding,
  statedFinding,
} from '../shared/read.ts';

/** Certainty of an accepted finding of the AI: the reader states none, and 'probable' claims the least beyond doubt. */
const ACCEPTED_CERTAINTY = 3;

function ofAi({ box }: AiFinding, label: string, comment: string): ModifiedFinding {
  return { label, laterality: 'not-stated', certainty: ACCEPTED_CERTAINTY, comment, box };
}

function frameOf({ sopInstanceUID, frame }: ReaderFinding | AiFinding): {
  sopInstanceUID: string;
  frame: number;
} {
  return { sopInstanceUID, frame };
}

/** What the lines that a finding of the reader stands in make of it. Of several models the last judgement that changes it counts. */
function judgedReader(
  finding: ReaderFinding,
  lines: readonly { item: ComparisonItem; assessment: Assessment }[],
): Pick<ReconciledFinding, 'change' | 'finding'> {
  let judged: Pick<ReconciledFinding, 'change' | 'finding'> = {
    change: 'none',
    finding: statedFinding(finding),
  };
  for (const { item, assessment } of lines) {
    if (assessment.finding !== undefined) judged = { change: 'modified', finding: assessment.finding };
    else if (item.kind === 'reader-only' && assessment.verdict === 'accept')
      judged = { ...judged, change: 'withdrawn' };
  }
  return judged;
}

/**
 * The findings of a read after its reader has judged the AI's: each of the reader's as committed unless a judgement changed it, and what
 * was taken over from the AI. A line that is open or deferred changes nothing.
 *
 * @param displayWords The pack's words for a label.
 */
export function reconcile(
  findings: readonly ReaderFinding[],
  items: readonly ComparisonItem[],
  assessments: readonly Assessment[],
  results: readonly ModelResult[],
  displayWords: (modelId: string, label: string) => string,
): ReconciledFinding[] {
  const lines = items
    .flatMap((item) => {
      const assessment = assessments.findLast(({ itemId }) => itemId === item.id);
      return assessment === undefined ? [] : [{ item, assessment }];
    })
    .toSorted((a, b) => (a.assessment.assessedAt < b.assessment.assessedAt ? -1 : 1));
  const readers = findings.map((finding): ReconciledFinding => {
    const about = lines.filter(({ item }) => item.kind !== 'ai-only' && item.readerFindingId === finding.id);
    const with_ = items.find((item) => item.kind === 'agree' && item.readerFindingId === finding.id);
    return {
      from: 'reader',
      readerFindingId: finding.id,
      modelId: with_?.kind === 'agree' ? with_.modelId : null,
      aiFindingId: with_?.kind === 'agree' ? with_.aiFindingId : null,
      at: frameOf(finding),
      ...judgedReader(finding, about),
    };
  });
  const added = lines.flatMap(({ item, assessment }): ReconciledFinding[] => {
    if (item.kind !== 'ai-only' || !(assessment.verdict === 'accept' || assessment.verdict === 'modify'))
      return [];
    const ai = results
      .find(({ model }) => model.id === item.modelId)
      ?.findings.find(({ id }) => id === item.aiFindingId);
    if (ai === undefined) return [];
    const { modelId, aiFindingId } = item;
    const finding = assessment.finding ?? ofAi(ai, displayWords(modelId, ai.label), assessment.comment);
    return [
      { from: 'ai', readerFindingId: null, modelId, aiFindingId, change: 'added', at: frameOf(ai), finding },
    ];
  });
  return [...readers, ...added];
}

/** Whether what the AI gave changed the read. */
export function changesRead(reconciled: readonly ReconciledFinding[]): boolean {
  return reconciled.some(({ change }) => change !== 'none');
}
