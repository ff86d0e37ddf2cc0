import * as z from 'zod';
import { Refused } from '../shared/errors.ts';

/** Where the next page of a list begins: behind a row, by its place in the order, or after so many hits of a search. */
const cursorSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('row'),
    key: z.union([z.string(), z.number()]),
    id: z.int(),
    /** As the first page counted them: it is not done again for each. */
    total: z.int(),
    totalIsMinimum: z.boolean(),
  }),
  z.object({ kind: z.literal('offset'), offset: z.int().nonnegative() }),
]);
export type Cursor = z.infer<typeof cursorSchema>;

export function cursorOf(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @throws Refused `request-invalid` for what `cursorOf` did not give. */
export function positionOf(text: string): Cursor {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw new Refused(
      'request-invalid',
      'The place in the list is none that a page gave. Ask for the list anew.',
    );
  }
}
