import type { ModelView } from '../domain/comparison-words.ts';
import { toOverreadError } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { Comparison, FrameRef, Read } from '../shared/read.ts';
import { sha256Of, verifyRead } from './canonical-read.ts';
import { attributesOf, type KeyImage, type ReportFacts } from './export-report-facts.ts';
import { writeReport } from './export-report-write.ts';
import { reduceTo, renderFrame, toPng } from './key-image.ts';
import { requireAnyCommitted } from './read-guard.ts';
import type { ReadingPartsWithPixels } from './reading-parts.ts';
import { reportLines } from './response-view.ts';
import { noteRevealed } from './reveal-comparison.ts';
import { verifyConsensus } from './verify-consensus.ts';
import { buildComparison, modelViews } from './reveal-comparison-build.ts';

export interface PdfRequest {
  readonly studyInstanceUID: string;
  /** Whose read; null (command line): the newest committed read of any reader. */
  readonly readerId: string | null;
  /** Who asks, for the audit trail: a reader's id, or 'operator'. */
  readonly actor: string;
  /** The build, as in `overread --version`. */
  readonly build: string;
}

/** Pixels along the longer side of the printed key image: 300 dots an inch at its size on the page. */
const KEY_IMAGE_PIXELS = 900;

/**
 * The report of a committed read as PDF: one A4 page, or more where the text needs it. Audited as 'export', and as
 * 'reveal' where it is the first that its reader sees of the AI.
 *
 * @throws Refused `study-unknown`, `read-not-committed`.
 */
export async function exportPdf(parts: ReadingPartsWithPixels, request: PdfRequest): Promise<Uint8Array> {
  const { store, clock } = parts;
  const { studyInstanceUID, readerId, actor, build } = request;
  const read = requireAnyCommitted(store, studyInstanceUID, readerId);
  const comparison = buildComparison(parts, read);
  const models: ModelView[] = modelViews(parts, studyInstanceUID);
  const study = store.studies.detail(studyInstanceUID, read.readerId);
  const facts: ReportFacts = {
    study,
    comparison,
    models,
    verification: verifyRead(store, read),
    referrals: store.referrals.of(studyInstanceUID),
    consensuses: consensusesOf(store, read),
    keyImage: await keyImageOf(parts, study, comparison),
    response: reportLines(parts, studyInstanceUID, read.readerId),
    build,
    printedAt: clock.now(),
  };
  const pdf = await writeReport(facts);
  store.transaction(() => {
    if (actor === read.readerId) noteRevealed(parts, read, comparison);
    store.audit.append({
      actor,
      action: 'export',
      studyInstanceUID,
      detail: {
        as: 'pdf',
        readId: read.id,
        records: comparison.results.map(({ recordId }) => recordId),
        sha256: sha256Of(pdf),
      },
    });
  });
  return pdf;
}

/** Those that this read is part of; a proposal that another one replaced is none any more. */
function consensusesOf(store: Store, read: Read): ReportFacts['consensuses'] {
  const ofStudy = store.consensuses.of(read.studyInstanceUID);
  return ofStudy
    .filter(
      ({ first, second, state }) => state !== 'replaced' && [first.readId, second.readId].includes(read.id),
    )
    .map((record) => ({ record, check: verifyConsensus(store, record, ofStudy) }));
}

/** The frame of the reader's first finding, else of the AI's first, else the first that the reader had on the screen. */
function keyFrame(comparison: Comparison): FrameRef | undefined {
  const marked =
    comparison.read.content.findings[0] ?? comparison.results.flatMap((result) => result.findings)[0];
  if (marked !== undefined) return { sopInstanceUID: marked.sopInstanceUID, frame: marked.frame };
  return comparison.read.framesDisplayed[0];
}

async function keyImageOf(
  { store, decoder }: ReadingPartsWithPixels,
  study: ReportFacts['study'],
  comparison: Comparison,
): Promise<KeyImage> {
  const ref = keyFrame(comparison);
  const attributes = ref === undefined ? null : attributesOf(study, ref);
  if (ref === undefined || attributes === null) {
    return { kind: 'missing', reason: 'no image of the study was shown to the reader.' };
  }
  try {
    const frame = await decoder.decode(store.studies.instance(ref.sopInstanceUID).location, ref.frame);
    const whole = renderFrame(frame, attributes.bitsStored);
    const picture = reduceTo(whole, KEY_IMAGE_PIXELS);
    return {
      kind: 'shown',
      ref,
      png: toPng(picture),
      attributes,
      values: frame.values,
      reduced: picture !== whole,
    };
  } catch (thrown) {
    const error = toOverreadError(thrown);
    // A frame that cannot be decoded is a fact to print; anything else is not the report's to hide.
    if (error.type !== 'refused') throw error;
    return { kind: 'missing', reason: error.message };
  }
}
