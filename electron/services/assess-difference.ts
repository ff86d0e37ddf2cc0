import type * as z from 'zod';
import { Refused } from '../shared/errors.ts';
import type { assessmentRequestSchema, Comparison } from '../shared/read.ts';
import { requireCommitted } from './read-guard.ts';
import type { ReadingParts } from './reading-parts.ts';
import { buildComparison, isSettled } from './reveal-comparison-build.ts';

export type AssessmentRequest = z.infer<typeof assessmentRequestSchema>;

/**
 * Records a reader's judgement of one line of the comparison, and gives the comparison as it then stands. A later judgement
 * of the same line is added, and counts; the earlier one stays in the store. With the last one that was needed
 * (`shared/needs-assessment`) the study becomes final.
 *
 * @throws Refused `study-unknown`, `read-not-committed`, `item-unknown` where the line is not (any more) in the comparison.
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
    if (!buildComparison(parts, read).items.some((item) => item.id === itemId)) {
      throw new Refused(
        'item-unknown',
        'This line is not in the comparison any more: a model has run again since. Load the comparison again.',
        { itemId },
      );
    }
    const { verdict, reason, comment } = request;
    store.reads.assess(read.id, { itemId, verdict, reason, comment, assessedAt: clock.now() });
    const comparison = buildComparison(parts, read);
    const final = isSettled(comparison);
    if (final) store.reads.markFinal(read.id, clock.now());
    store.audit.append({
      actor: readerId,
      action: 'assess',
      studyInstanceUID,
      detail: { readId: read.id, itemId, verdict, reason, final },
    });
    return comparison;
  });
}
