import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { ModifiedFinding } from '../shared/read.ts';

/**
 * The mark of a finding that is stated anew lies inside its image (pixels, origin at the centre of the top left one); none is no place.
 *
 * @throws Refused `finding-outside-image`.
 */
export function requireInside(
  store: Pick<Store, 'studies'>,
  sopInstanceUID: string,
  box: ModifiedFinding['box'],
  what: Readonly<Record<string, unknown>>,
): void {
  if (box === null) return;
  const { image } = store.studies.instance(sopInstanceUID).header;
  const [x0, y0, x1, y1] = box;
  const inside =
    image !== null &&
    x0 < x1 &&
    y0 < y1 &&
    x0 >= -0.5 &&
    y0 >= -0.5 &&
    x1 <= image.columns - 0.5 &&
    y1 <= image.rows - 0.5;
  if (inside) return;
  throw new Refused(
    'finding-outside-image',
    `The mark has no extent or reaches beyond the image (${image?.columns ?? 0} × ${image?.rows ?? 0} pixels). Draw it inside the image.`,
    { ...what, box },
  );
}
