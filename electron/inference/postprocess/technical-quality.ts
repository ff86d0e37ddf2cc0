import type { Measurement } from '../../shared/analysis.ts';
import type { MaskQuality } from '../../shared/pack.ts';

/** A paired structure as its mask shows it; sides null where the mask has not two clear parts. */
export interface PairedField {
  /** Share of the image's outermost pixels that lie in it, 0 to 1. */
  readonly atEdge: number;
  readonly sides: {
    /** Size of the smaller side by that of the larger, 0 to 1. */
    readonly ratio: number;
    /** Of the line from the image's left side to its right one against the rows, degrees; positive where the right one lies lower. */
    readonly tilt: number;
  } | null;
}

const names = (label: string) => ({
  ratio: `${label} ratio, smaller to larger side`,
  tilt: `${label} tilt`,
  atEdge: `${label} at the edge of the image`,
});

/** What can be said of how an image was taken from where a structure lies in it: how alike its sides are, its tilt, and whether it is cut off. */
export function qualityMeasurements(
  label: string,
  { atEdge, sides }: PairedField,
  sopInstanceUID: string,
): Measurement[] {
  const called = names(label);
  const edge = { name: called.atEdge, value: 100 * atEdge, unit: '%', sopInstanceUID };
  if (sides === null) return [edge];
  return [
    { name: called.ratio, value: sides.ratio, unit: '1', sopInstanceUID },
    { name: called.tilt, value: sides.tilt, unit: '°', sopInstanceUID },
    edge,
  ];
}

/**
 * Warnings where a measurement of `qualityMeasurements` lies beyond the pack's limits. They derive from the model, so they belong to
 * what is hidden until the commit.
 */
export function qualityWarnings(
  label: string,
  quality: MaskQuality,
  measurements: readonly Measurement[],
): string[] {
  const called = names(label);
  const [least, most] = quality.tilt;
  return measurements.flatMap(({ name, value }) => {
    if (name === called.ratio && value < quality.leastRatio)
      return `Technical quality: the smaller side of ‘${label}’ has ${value.toFixed(2)} of the larger (usual: at least ${quality.leastRatio}). Was the patient turned, or is one side covered?`;
    if (name === called.tilt && (value < least || value > most))
      return `Technical quality: the sides of ‘${label}’ lie at ${value.toFixed(0)}° to the rows (usual: ${least}° to ${most}°). Is the image or the patient tilted?`;
    if (name === called.atEdge && value > quality.mostAtEdge)
      return `Technical quality: ${value.toFixed(1)} % of the image’s edge lies in ‘${label}’ (usual: up to ${quality.mostAtEdge} %). Is a part of it cut off?`;
    return [];
  });
}
