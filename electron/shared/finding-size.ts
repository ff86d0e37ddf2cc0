import * as z from 'zod';

const millimetres = z.number().min(0.1).max(2000);

/**
 * How large a finding is, as its reader states it: the longest diameter and, where stated, the greatest one at right angles to it, in
 * millimetres (the two of RECIST 1.1). What is drawn on the screen as a finding's mark is a place; its extent is never taken for a size.
 */
export const findingSizeSchema = z
  .object({
    longMm: millimetres,
    shortMm: millimetres.optional(),
    /** `measured`: from lengths drawn on the image; `measured-at-detector`: likewise, where the image is magnified by an unknown amount. */
    how: z.enum(['stated', 'measured', 'measured-at-detector']),
  })
  .refine(({ longMm, shortMm = longMm }) => shortMm <= longMm, {
    error: 'The diameter at right angles is longer than the longest one.',
  });
export type FindingSize = z.infer<typeof findingSizeSchema>;

/** '12.4 × 8 mm', '12.4 mm at the detector'. */
export function sizeWords({ longMm, shortMm, how }: FindingSize): string {
  const axes = shortMm === undefined ? `${longMm}` : `${longMm} × ${shortMm}`;
  return `${axes} mm${how === 'measured-at-detector' ? ' at the detector' : ''}`;
}

/** 'Nodule, 12 × 8 mm'. */
export function sizedLabel({
  label,
  size,
}: {
  readonly label: string;
  readonly size?: FindingSize | undefined;
}): string {
  return size === undefined ? label : `${label}, ${sizeWords(size)}`;
}

/** Below this share of the larger one the smaller of two longest diameters is another size: that is 25 % more, a little beyond the 20 % that RECIST 1.1 calls a growth. */
const SAME_SIZE_SHARE = 0.8;
/** And only from this many millimetres on: what lies below it is not told from measuring error (Fleischner Society 2017). */
const SAME_SIZE_MM = 2;

/** Whether two readers state different sizes: by their longest diameters, beyond what two measurements of one thing differ by. */
export function sizesDiffer(a: FindingSize | undefined, b: FindingSize | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const [less, more] = [Math.min(a.longMm, b.longMm), Math.max(a.longMm, b.longMm)];
  return more - less >= SAME_SIZE_MM && less / more < SAME_SIZE_SHARE;
}
