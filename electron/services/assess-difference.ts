import { Bug, Refused } from '../shared/errors.ts';
import type { AssessmentRequest, Comparison, ReaderFinding } from '../shared/read.ts';
import { changesRead } from '../domain/reconciled.ts';
import { countStudy } from './ledger/count-study.ts';
import { requireInside } from './inside-image.ts';
import { requireCommitted } from './read-guard.ts';
import type { ReadingParts } from './reading-parts.ts';
import { buildComparison, isSettled } from './reveal-comparison-build.ts';

/**
 * Records a reader's judgement of one line of the comparison, and gives the comparison as it then stands. A later judgement
 * of the same line is added, and counts; the earlier one stays in the store. With the last one that was needed
 * (`shared/needs-assessment`) and settles its line the study becomes final; `defer` keeps it open.
 *
 * @throws Refused `study-unknown`, `read-not-committed`, `item-unknown` where the line is not (any more) in the comparison,
 *   `finding-outside-image` where a modified finding lies beyond its image.
 */
export function assessDifference(
  parts: ReadingParts,
  studyInstanceUID: string,
  readerId: string,
  itemId: string,
  request: AssessmentRequest,
): Comparison {
  const { store, clock } = parts;
  return store.transaction(() => {
    const read = requireCommitted(store, studyInstanceUID, readerId);
    const before = buildComparison(parts, read);
    if (!before.items.some((item) => item.id === itemId)) {
      throw new Refused(
        'item-unknown',
        'This line is not in the comparison any more: a model has run again since. Load the comparison again.',
        { itemId },
      );
    }
    const { verdict, reason, comment, finding } = request;
    if (finding !== undefined) checkPlace(parts, before, itemId, finding.box);
    const assessedAt = clock.now();
    store.reads.assess(read.id, { itemId, ...request, assessedAt });
    const comparison = buildComparison(parts, read);
    const final = isSettled(comparison);
    if (final) store.reads.markFinal(read.id, clock.now());
    // A line that was settled is deferred now: there is something open again.
    const reopened = !final && store.reads.unmarkFinal(read.id);
    // A judgement of a final read that is changed changes what the ledger holds of it.
    if (final || reopened) countStudy(parts, studyInstanceUID);
    store.audit.append({
      actor: readerId,
      action: 'assess',
      studyInstanceUID,
      detail: {
        readId: read.id,
        itemId,
        verdict,
        reason,
        assessedAt,
        ...(comment === '' ? {} : { comment }),
        ...(finding === undefined ? {} : { finding }),
        // Recorded, never held against anybody: whether a reader follows a model is what this product wants to know of the model.
        readChanged: changesRead(comparison.reconciled),
        final,
      },
    });
    return comparison;
  });
}

/** A modified finding lies where the line's finding lies, inside the image. */
function checkPlace(
  { store }: Pick<ReadingParts, 'store'>,
  { items, read, results }: Comparison,
  itemId: string,
  box: ReaderFinding['box'] | null,
): void {
  if (box === null) return;
  const item = items.find(({ id }) => id === itemId);
  const at =
    item === undefined
      ? undefined
      : item.kind === 'ai-only'
        ? results
            .find(({ model }) => model.id === item.modelId)
            ?.findings.find(({ id }) => id === item.aiFindingId)
        : read.content.findings.find(({ id }) => id === item.readerFindingId);
  if (at === undefined) throw new Bug(`Line ${itemId} is about no finding.`);
  requireInside(store, at.sopInstanceUID, box, { itemId });
}
