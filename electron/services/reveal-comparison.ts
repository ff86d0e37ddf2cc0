import { Bug } from '../shared/errors.ts';
import type { Comparison } from '../shared/read.ts';
import type { ReadingParts } from './reading-parts.ts';

/**
 * The reader's committed read and the models' results side by side. The first call for a read is audited as 'reveal'.
 *
 * @throws Refused `read-not-committed` before the commit.
 */
export function revealComparison(
  _parts: ReadingParts,
  _studyInstanceUID: string,
  _readerId: string,
): Comparison {
  throw new Bug('reveal-comparison is not built yet');
}

/** Which map of which result. */
export interface MapAddress {
  readonly recordId: string;
  readonly outputId: string;
  readonly sopInstanceUID: string;
  readonly frame: number;
}

/**
 * One mask or heatmap as PNG (8-bit grey, the image's own matrix), only of this study and only after the commit.
 *
 * @throws Refused `read-not-committed`, `map-unknown`.
 */
export function revealMap(
  _parts: Pick<ReadingParts, 'store'>,
  _studyInstanceUID: string,
  _readerId: string,
  _address: MapAddress,
): Uint8Array {
  throw new Bug('reveal-comparison is not built yet');
}
