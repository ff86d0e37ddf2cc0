import { Refused } from '../shared/errors.ts';
import type { Comparison, Read } from '../shared/read.ts';
import { countStudy } from './ledger/count-study.ts';
import { requireCommitted, requireShown } from './read-guard.ts';
import type { ReadingParts } from './reading-parts.ts';
import { buildComparison, isSettled } from './reveal-comparison-build.ts';

/**
 * The reader's committed read and the models' results side by side. The first time that there is something of a model to
 * see is audited as 'reveal', with the records that were shown. A study without any difference to settle is final at once.
 *
 * @throws Refused `study-unknown`, `read-not-committed` before the commit.
 */
export function revealComparison(
  parts: ReadingParts,
  studyInstanceUID: string,
  readerId: string,
): Comparison {
  const { store, clock } = parts;
  return store.transaction(() => {
    const read = requireCommitted(store, studyInstanceUID, readerId);
    const comparison = buildComparison(parts, read);
    noteRevealed(parts, read, comparison);
    if (isSettled(comparison) && store.reads.markFinal(read.id, clock.now()))
      countStudy(parts, studyInstanceUID);
    return comparison;
  });
}

/** Audits the first time that a reader was shown something of a model beside this read, with the records shown. */
export function noteRevealed(
  { store, clock }: Pick<ReadingParts, 'store' | 'clock'>,
  read: Read,
  comparison: Comparison,
): void {
  const shown = comparison.aiState === 'ready' || comparison.results.length > 0;
  const at = clock.now();
  if (!shown || !store.reads.markRevealed(read.id, at)) return;
  store.audit.append({
    actor: read.readerId,
    action: 'reveal',
    studyInstanceUID: read.studyInstanceUID,
    detail: { readId: read.id, at, records: comparison.results.map(({ recordId }) => recordId) },
  });
}

/** Which map of which result. */
export interface MapAddress {
  readonly recordId: string;
  readonly outputId: string;
  readonly sopInstanceUID: string;
  readonly frame: number;
}

/**
 * One mask or heatmap as PNG (8-bit grey, the image's own matrix), only of this study and only once the AI of it was shown to this reader.
 *
 * @throws Refused `study-unknown`, `read-not-committed`, `map-unknown`.
 */
export function revealMap(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
  address: MapAddress,
): Uint8Array {
  requireShown(store, studyInstanceUID, readerId);
  const { recordId, outputId, sopInstanceUID, frame } = address;
  // A record of another study, which this reader may not have committed, is as unknown as one that is not there.
  const ofThisStudy = store.results.record(recordId)?.studyInstanceUID === studyInstanceUID;
  const png = ofThisStudy ? store.results.map(recordId, outputId, sopInstanceUID, frame) : undefined;
  if (png === undefined) {
    throw new Refused('map-unknown', 'There is no such map of this study.', { ...address });
  }
  return png;
}
