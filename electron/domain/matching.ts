import type { AiFinding } from '../shared/analysis.ts';
import type { FindingSize } from '../shared/finding-size.ts';
import type { ImageBox, Spacing } from '../shared/measure.ts';
import type { EdgeLetters } from '../shared/orientation.ts';
import type { ReaderFinding } from '../shared/read.ts';
import { assign } from './assignment.ts';
import type { TermRelation, Terms } from './terms.ts';

/**
 * Two marks are at the same place from this intersection over union on, or where the centre of either lies inside the
 * other. Low on purpose: a model's place comes from a coarse map (attention, not outline; Saporta 2022), and a reader
 * marks a zone. What counts as the same finding in the end is the reader's to say.
 */
export const LEAST_IOU = 0.1;

/** A mark lies on a side only when its centre is this share of the image's width away from the middle. */
const MIDLINE_SHARE = 0.05;

/** Weights within the sum that the assignment makes as great as it can. */
const LABEL_BONUS: Readonly<Record<TermRelation, number>> = {
  same: 0.2,
  narrower: 0.15,
  wider: 0.15,
  sign: 0.05,
  none: 0,
};
const SIDE_PENALTY = 0.04;
/** Taken off in the measure in which the longest diameters differ, where both are known: of two marks in one zone the one as large is meant. */
const SIZE_PENALTY = 0.04;
/** A pair by centre or by image alone still weighs something. */
const LEAST_OVERLAP_WEIGHT = 0.05;

/** What is known about the sides of one image. */
export interface ImageSides {
  readonly columns: number;
  /** Null where the file does not say. */
  readonly letters: EdgeLetters | null;
  /** Millimetres between rows and between columns, in the patient or at the detector; null where neither is known. */
  readonly spacing: Spacing;
}

/** A finding of a model, or of another reader in its form: then with the size that was stated. */
export type Counterpart = AiFinding & { readonly size?: FindingSize };

export interface Match {
  readonly reader: ReaderFinding;
  readonly ai: AiFinding;
  /** Null where the model gives no place. */
  readonly iou: number | null;
  readonly relation: Exclude<TermRelation, 'none'>;
  /** The side that the reader stated is not the side of the image where the mark lies. */
  readonly sideContradicts: boolean;
  /** The size that the reader stated against the other's; null where either is not known. */
  readonly size: SizeMatch | null;
}

/** Longest diameters in millimetres, and the smaller as a share of the larger. */
export interface SizeMatch {
  readonly readerMm: number;
  readonly otherMm: number;
  readonly share: number;
}

/**
 * Pairs a reader's findings with one model's findings, one to one, so that the sum of the pairs' weights is greatest.
 * A pair needs the same image and frame, labels that the terminology connects, and the same place (`LEAST_IOU`);
 * a model's finding without a place counts for its whole image. The size that the reader stated, against the extent of the model's mark
 * or what the other reader stated, orders pairs and excludes none: a model's mark is attention, not outline.
 */
export function matchFindings(
  reader: readonly ReaderFinding[],
  ai: readonly Counterpart[],
  terms: Terms,
  sides: (sopInstanceUID: string) => ImageSides | null,
): Match[] {
  const candidates = reader.map((mark) => ai.map((finding) => candidate(mark, finding, terms, sides)));
  const weights = candidates.map((row) => row.map((match) => (match === null ? 0 : weightOf(match))));
  return assign(weights).flatMap(([row, column]) => candidates[row]?.[column] ?? []);
}

/** Intersection over union of two boxes; 0 where they do not touch. */
export function intersectionOverUnion(a: ImageBox, b: ImageBox): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (areaOf(a) + areaOf(b) - shared);
}

/**
 * The patient's side on which a box lies, by its centre against the middle of the image; null near the middle and where
 * the file does not say which edge is left. Meaningful on frontal and axial images, whose left and right edges are L and R.
 */
export function sideOf(box: ImageBox, image: ImageSides): 'left' | 'right' | null {
  const offset = (box[0] + box[2]) / 2 - (image.columns - 1) / 2;
  if (image.letters === null || Math.abs(offset) < MIDLINE_SHARE * image.columns) return null;
  const letter = (offset > 0 ? image.letters.right : image.letters.left)[0];
  if (letter === 'L') return 'left';
  return letter === 'R' ? 'right' : null;
}

function candidate(
  reader: ReaderFinding,
  ai: Counterpart,
  terms: Terms,
  sides: (sopInstanceUID: string) => ImageSides | null,
): Match | null {
  if (reader.sopInstanceUID !== ai.sopInstanceUID || reader.frame !== ai.frame) return null;
  const relation = terms.relation(reader.label, ai.label);
  if (relation === 'none') return null;
  const iou = ai.box === null ? null : intersectionOverUnion(reader.box, ai.box);
  const samePlace =
    ai.box === null ||
    (iou ?? 0) >= LEAST_IOU ||
    centreInside(reader.box, ai.box) ||
    centreInside(ai.box, reader.box);
  if (!samePlace) return null;
  const image = sides(ai.sopInstanceUID);
  const lies = image === null ? null : sideOf(ai.box ?? reader.box, image);
  const stated = reader.laterality;
  const sideContradicts = lies !== null && (stated === 'left' || stated === 'right') && stated !== lies;
  return { reader, ai, iou, relation, sideContradicts, size: sizeMatch(reader, ai, image) };
}

function weightOf(match: Match): number {
  const overlap = Math.max(match.iou ?? 0, LEAST_OVERLAP_WEIGHT);
  const side = match.sideContradicts ? SIDE_PENALTY : 0;
  const size = match.size === null ? 0 : SIZE_PENALTY * (1 - match.size.share);
  return overlap + LABEL_BONUS[match.relation] - side - size;
}

function sizeMatch(reader: ReaderFinding, other: Counterpart, image: ImageSides | null): SizeMatch | null {
  const readerMm = reader.size?.longMm;
  const otherMm = other.size?.longMm ?? extentMm(other.box, image);
  if (readerMm === undefined || otherMm === null || otherMm <= 0) return null;
  return { readerMm, otherMm, share: Math.min(readerMm, otherMm) / Math.max(readerMm, otherMm) };
}

/** The longer side of a box in millimetres. */
function extentMm(box: ImageBox | null, image: ImageSides | null): number | null {
  if (box === null || image === null || image.spacing === null) return null;
  const [down, across] = image.spacing;
  return Math.max((box[2] - box[0]) * across, (box[3] - box[1]) * down);
}

function areaOf(box: ImageBox): number {
  return Math.max(0, box[2] - box[0]) * Math.max(0, box[3] - box[1]);
}

function centreInside(box: ImageBox, other: ImageBox): boolean {
  const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  return x >= other[0] && x <= other[2] && y >= other[1] && y <= other[3];
}
