import type { InstanceHeader } from '../../shared/ports.ts';
import { isStack } from '../stack.ts';
import type { FrameGeometry } from '../../shared/series-geometry.ts';

type Image = NonNullable<InstanceHeader['image']>;

/** What of a header the stacks are made from. */
export type SeriesInstance = Pick<
  InstanceHeader,
  'sopInstanceUID' | 'instanceNumber' | 'kind' | 'notDrawn' | 'geometry'
> & {
  readonly image: Pick<
    Image,
    'rows' | 'columns' | 'frames' | 'samples' | 'position' | 'orientation' | 'pixelSpacing' | 'spacingSource'
  > | null;
};

/** One frame, or frames of one object that nothing tells apart. */
export interface Slice {
  readonly sopInstanceUID: string;
  /** Of `count` frames of the object. */
  readonly first: number;
  readonly count: number;
  readonly instanceNumber: number | null;
  readonly kind: string;
  readonly notDrawn: string | null;
  readonly matrix: string;
  /** Whether the frame is one of several of its object. */
  readonly ofSeveral: boolean;
  /** Whether `geometry.pixelSpacing`, the frame's own, holds in the patient. */
  readonly patientSpacing: boolean;
  /** The header is one of an earlier build, which kept less. */
  readonly oldHeader: boolean;
  readonly frameOfReferenceUID: string | null;
  readonly dimensions: readonly string[];
  readonly geometry: FrameGeometry;
}

/** A slice with its place in the patient. */
export interface PlacedSlice extends Slice {
  readonly geometry: FrameGeometry & Required<Pick<FrameGeometry, 'position' | 'orientation'>>;
}

/** A kilometre: no scanner places a slice farther from its origin, and sums of such numbers lose the hundredths of a millimetre. */
const FARTHEST = 1e6;

/** Whether the files say where this slice lies, in numbers that a scanner can mean. */
export function isPlaced(slice: Slice): slice is PlacedSlice {
  const { position, orientation } = slice.geometry;
  return (
    position !== undefined &&
    orientation !== undefined &&
    position.every((value) => Math.abs(value) <= FARTHEST)
  );
}

/** Frames in an order of their own that does not depend on how they came: instance number, UID, frame. */
export function byNumber(a: Slice, b: Slice): number {
  const first = a.instanceNumber ?? Number.POSITIVE_INFINITY;
  const second = b.instanceNumber ?? Number.POSITIVE_INFINITY;
  if (first !== second) return first < second ? -1 : 1;
  if (a.sopInstanceUID !== b.sopInstanceUID) return a.sopInstanceUID < b.sopInstanceUID ? -1 : 1;
  return a.first - b.first;
}

/**
 * The slices of an instance, each with what the file says of it. A header that an earlier build stored gives position, orientation
 * and spacing of single-frame objects, and of objects with several frames no position: it held that of the first alone.
 */
export function slicesOf(instance: SeriesInstance): Slice[] {
  const { image, geometry } = instance;
  // Tiles of a slide and masks over other images are no stack.
  if (image === null || !isStack(instance)) return [];
  const slice = (first: number, count: number, of: FrameGeometry): Slice => ({
    sopInstanceUID: instance.sopInstanceUID,
    first,
    count,
    instanceNumber: instance.instanceNumber,
    kind: instance.kind,
    notDrawn: instance.notDrawn,
    matrix: `${image.columns} × ${image.rows}${image.samples === 3 ? ' colour' : ''}`,
    ofSeveral: image.frames > 1,
    patientSpacing: image.spacingSource === 'patient',
    oldHeader: geometry === undefined,
    frameOfReferenceUID: geometry?.frameOfReferenceUID ?? null,
    dimensions: geometry?.dimensions ?? [],
    geometry:
      of.pixelSpacing === undefined && image.pixelSpacing !== null
        ? { ...of, pixelSpacing: image.pixelSpacing }
        : of,
  });
  if (geometry === undefined) return [slice(0, image.frames, ofOldHeader(image))];
  const { common, frames } = geometry;
  if (frames === null) return [slice(0, image.frames, common)];
  const told = frames.slice(0, image.frames).map((frame, i) => slice(i, 1, { ...common, ...frame }));
  const left = image.frames - told.length;
  return left === 0 ? told : [...told, slice(told.length, left, common)];
}

function ofOldHeader(image: NonNullable<SeriesInstance['image']>): FrameGeometry {
  if (image.frames > 1) return {};
  return {
    ...(image.position === null ? {} : { position: image.position }),
    ...(image.orientation === null ? {} : { orientation: image.orientation }),
  };
}
