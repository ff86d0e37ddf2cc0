import type { FindingSize } from '../../shared/finding-size.ts';
import type { ImageBox } from '../../shared/measure.ts';
import type { ImageAttributes } from '../../shared/pixels.ts';
import type { LesionPoint } from '../../shared/priors.ts';
import { extentOf } from '../measurement.ts';
import { daysBetween, growthOf, volumeDoublingTime } from './growth.ts';
import { diameterOf, type LesionKind, measurability } from './recist-lesions.ts';
import { assessTargets } from './recist-target.ts';
import { axesOf, ellipseArea, ellipsoidVolume } from './size.ts';

/** A mark of one lesion at one time. */
export interface LesionTime
  extends Pick<
    LesionPoint,
    'studyInstanceUID' | 'readId' | 'findingId' | 'date' | 'label' | 'committed' | 'direct'
  > {
  /** In pixels of the image. */
  readonly box: ImageBox;
  /** As the reader states it; absent where nothing was stated. */
  readonly stated?: FindingSize | undefined;
  /** Null where the image is not here. */
  readonly image: Pick<ImageAttributes, 'pixelSpacing' | 'spacingSource'> | null;
}

type Size = NonNullable<LesionPoint['size']>;

/**
 * One lesion over time, from the diameters that the reader states, else from the extents of its marks. Millimetres of a mark only where the pixel spacing holds in the patient: at a detector the
 * image is magnified by an amount that nobody states, and two such sizes do not compare. Volumes are those of a prolate ellipsoid.
 */
export function courseOf(times: readonly LesionTime[], kind: LesionKind): LesionPoint[] {
  const ordered = times.toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  const sizes = ordered.map(sizeOf);
  const responses = responsesOf(sizes, kind);
  return ordered.map(({ box: _box, image: _image, stated: _stated, ...facts }, index) => {
    const size = sizes[index] ?? null;
    const before = sizes.findLastIndex((one, at) => at < index && one !== null);
    return {
      ...facts,
      size,
      unmeasured: size === null ? unmeasured(ordered[index]?.image ?? null) : '',
      change: changeOf(sizes[before] ?? null, size, ordered[before]?.date ?? '', facts.date),
      response: responses[index]?.response ?? null,
      responseWords: responses[index]?.words ?? '',
    };
  });
}

function sizeOf(time: LesionTime): Size | null {
  const size = diametersOf(time);
  // Where the longest diameter alone is stated, the mark says how wide the lesion is: at most as wide as it is long.
  const short = size?.short ?? extentAxes(time)?.short;
  if (size === null || short == null) return null;
  const both = axesOf(size.long, Math.min(short, size.long));
  return { ...both, area: ellipseArea(both), volume: ellipsoidVolume(both) };
}

/** Millimetres. `from`: whether the reader states them, or they are the extents of the mark. */
export interface Diameters {
  readonly long: number;
  /** Null where the reader states the longest alone. */
  readonly short: number | null;
  readonly from: 'reader' | 'mark';
}

/** The diameters of a finding; null where nothing says for certain how large it is in the patient. */
export function diametersOf(time: Pick<LesionTime, 'box' | 'image' | 'stated'>): Diameters | null {
  const { stated } = time;
  if (stated !== undefined && stated.how !== 'measured-at-detector')
    return { long: stated.longMm, short: stated.shortMm ?? null, from: 'reader' };
  return extentAxes(time);
}

function extentAxes({ box, image }: Pick<LesionTime, 'box' | 'image'>): Diameters | null {
  if (image === null) return null;
  const extent = extentOf(image, box);
  return extent.unit === 'mm' ? { ...axesOf(extent.width, extent.height), from: 'mark' } : null;
}

/** Why a mark on this image has no size. */
export function unmeasured(image: LesionTime['image']): string {
  if (image === null) return 'The image is not here.';
  if (image.spacingSource === 'detector')
    return 'Pixel spacing is known at the detector alone, where the image is magnified.';
  return 'The file states no pixel spacing in the patient.';
}

function changeOf(before: Size | null, now: Size | null, from: string, to: string): LesionPoint['change'] {
  if (before === null || now === null) return null;
  const days = daysBetween(from, to);
  const long = growthOf(before.long, now.long, days ?? 0);
  return {
    days,
    longPercent: long.percent,
    volumePercent: growthOf(before.volume, now.volume, days ?? 0).percent,
    longPerYear: long.unitsPerYear,
    doublingDays: days === null ? null : volumeDoublingTime(before.volume, now.volume, days),
  };
}

/** RECIST 1.1 as if this were the only target lesion, against the first time. */
function responsesOf(
  sizes: readonly (Size | null)[],
  kind: LesionKind,
): { response: LesionPoint['response']; words: string }[] {
  const [first] = sizes;
  const none = (words: string) => sizes.map(() => ({ response: null, words }));
  if (first === undefined || first === null) return none('No baseline size.');
  if (measurability({ kind, ...first }) !== 'measurable')
    return none(
      kind === 'node'
        ? 'No target node at baseline: the short axis is below 15 mm.'
        : 'No target lesion at baseline: the longest diameter is below 10 mm.',
    );
  const at = (size: Size | null) => [
    { id: 'the lesion', kind, diameter: size === null ? null : diameterOf({ kind, ...size }) },
  ];
  const later = assessTargets(at(first), sizes.slice(1).map(at));
  return [
    { response: null, words: 'Baseline' },
    ...later.map(({ response, words }) => ({ response, words })),
  ];
}

/** A course in a sentence or two for a report, with what its numbers are. */
export function courseWords(label: string, points: readonly LesionPoint[]): string {
  const sizes = points
    .map(({ date, size }) => {
      const day = date === '' ? 'undated' : date;
      return size === null
        ? `${day} not measured`
        : `${day} ${size.long.toFixed(1)} × ${size.short.toFixed(1)} mm`;
    })
    .join('; ');
  const last = points.at(-1);
  const change = last?.change;
  const parts = [
    change?.longPercent == null ? '' : `long axis ${signed(change.longPercent)} % since the time before`,
    change?.doublingDays == null
      ? ''
      : change.doublingDays > 0
        ? `volume doubling time ${Math.round(change.doublingDays)} days`
        : `volume halving time ${Math.round(-change.doublingDays)} days`,
    last?.response == null ? '' : `as the only target lesion ${last.response} (RECIST 1.1)`,
  ].filter((part) => part !== '');
  return `${label}: ${sizes}${parts.length === 0 ? '' : `; ${parts.join(', ')}`}. Sizes are those that the reader states, else extents of marks.`;
}

function signed(value: number): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(1)}`;
}
