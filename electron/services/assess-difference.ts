import type * as z from 'zod';
import { Bug } from '../shared/errors.ts';
import type { assessmentRequestSchema, Comparison } from '../shared/read.ts';
import type { ReadingParts } from './reading-parts.ts';

export type AssessmentRequest = z.infer<typeof assessmentRequestSchema>;

/**
 * Records a reader's judgement of one line of the comparison, and gives the comparison as it then stands.
 *
 * @throws Refused `read-not-committed`, `item-unknown`.
 */
export function assessDifference(
  _parts: ReadingParts,
  _studyInstanceUID: string,
  _readerId: string,
  _itemId: string,
  _request: AssessmentRequest,
): Comparison {
  throw new Bug('assess-difference is not built yet');
}
