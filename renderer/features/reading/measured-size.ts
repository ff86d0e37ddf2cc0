import type { FindingSize } from '../../../electron/shared/finding-size.ts';
import { lengthOf, type Spacing, type SpacingSource } from '../../../electron/shared/measure.ts';
import type { ReaderFinding } from '../../../electron/shared/read.ts';
import { type Measurement, sameFrame } from '../../viewer/marks.ts';

/** Two lengths are the two diameters of one thing when they cross at a right angle, give or take this many degrees. */
const RIGHT_ANGLE_TOLERANCE = 20;

type Length = Measurement & { readonly kind: 'length' };
interface Image {
  readonly pixelSpacing: Spacing;
  readonly spacingSource: SpacingSource;
}

/**
 * The size of a finding from the lengths drawn across it: those on its image whose middle lies in its mark. The last one drawn counts, with
 * the last one at right angles to it; the longer of the two is the longest diameter. In millimetres to one digit.
 *
 * @param image Null where the study no longer has it.
 * @returns A sentence that says what is missing where there is nothing to take.
 */
export function measuredSize(
  finding: Pick<ReaderFinding, 'sopInstanceUID' | 'frame' | 'box'>,
  measurements: readonly Measurement[],
  image: Image | null,
): FindingSize | string {
  if (image === null || image.pixelSpacing === null || image.spacingSource === null)
    return 'The file states no pixel spacing: a length is in pixels here. Type the size if you know it.';
  const across = measurements.filter(
    (one): one is Length => one.kind === 'length' && sameFrame(one.at, finding) && middleInside(one, finding),
  );
  const last = across.at(-1);
  if (last === undefined) return 'Draw a length (L) across the finding first.';
  const other = across.findLast((one) => isAtRightAngle(one, last, image));
  const [long, short] = [last, ...(other === undefined ? [] : [other])]
    .map((one) => millimetres(one, image))
    .toSorted((a, b) => b - a);
  if (long === undefined || long < 0.1) return 'The length drawn across the finding is too short.';
  return {
    longMm: long,
    ...(short === undefined || short < 0.1 ? {} : { shortMm: short }),
    how: image.spacingSource === 'detector' ? 'measured-at-detector' : 'measured',
  };
}

function middleInside({ points: [x0, y0, x1, y1] }: Length, { box }: Pick<ReaderFinding, 'box'>): boolean {
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
}

function millimetres({ points: [x0, y0, x1, y1] }: Length, { pixelSpacing, spacingSource }: Image): number {
  const { value } = lengthOf({ x: x0, y: y0 }, { x: x1, y: y1 }, pixelSpacing, spacingSource);
  return Math.round(value * 10) / 10;
}

function isAtRightAngle(one: Length, other: Length, { pixelSpacing }: Image): boolean {
  const [a, b] = [directionOf(one, pixelSpacing), directionOf(other, pixelSpacing)];
  const cosine = (a[0] * b[0] + a[1] * b[1]) / (Math.hypot(...a) * Math.hypot(...b));
  return Math.abs(cosine) <= Math.sin((RIGHT_ANGLE_TOLERANCE * Math.PI) / 180);
}

/** In millimetres: pixels need not be square. */
function directionOf({ points: [x0, y0, x1, y1] }: Length, spacing: Spacing): readonly [number, number] {
  const [down, across] = spacing ?? [1, 1];
  return [(x1 - x0) * across, (y1 - y0) * down];
}
