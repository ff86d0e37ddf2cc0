import * as z from 'zod';
import { readSchema } from './read.ts';

/**
 * What a reader says of another's committed read, in the manner of RADPEER (a mark of the American College of Radiology; 2016 form, J Am Coll
 * Radiol 14:1080), in our own words: 1 no discrepancy; 2 a discrepancy that is understandable; 3 one that should mostly have been seen. Of 2 and 3
 * also whether it is likely to matter to the patient. It judges a read, never a reader: no list, count or order of readers is made of it.
 */
export const peerReviewRequestSchema = z
  .object({
    score: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    significance: z.enum(['unlikely', 'likely']).nullable(),
    comment: z.string().max(4000),
  })
  .refine(({ score, significance }) => (score === 1) === (significance === null), {
    error: 'Whether it matters is stated of a discrepancy, and of nothing else.',
  });
export type PeerReviewRequest = z.infer<typeof peerReviewRequestSchema>;

export const peerReviewSchema = z.object({
  score: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  significance: z.enum(['unlikely', 'likely']).nullable(),
  comment: z.string(),
  reviewedAt: z.string(),
});
export type PeerReview = z.infer<typeof peerReviewSchema>;

/** One committed read of another reader, laid beside the current reader's own. */
export const otherReadSchema = z.object({
  read: readSchema,
  /** Findings by their ids: of both, of the current reader alone (`theirs` null), of the other alone (`mine` null). */
  pairs: z.array(z.object({ mine: z.string().nullable(), theirs: z.string().nullable() })),
  /** The current reader's review of it. */
  review: peerReviewSchema.nullable(),
});
export type OtherRead = z.infer<typeof otherReadSchema>;
export const otherReadsSchema = z.array(otherReadSchema);
