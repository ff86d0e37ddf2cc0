import type { PackVolume } from '../../shared/pack-volume.ts';
import type { Placement } from './placement.ts';
import { samplePart } from './sample.ts';
import type { Volume } from './volume.ts';

/** v → clip(v·factor + offset); a 0 that is kept stays 0. */
export interface Intensity {
  readonly factor: number;
  readonly offset: number;
  readonly least: number;
  readonly most: number;
  readonly keepZero: boolean;
}

/** Changes values in place. */
export function applyIntensity(
  values: Float32Array | Float64Array,
  { factor, offset, least, most, keepZero }: Intensity,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (keepZero && value === 0) continue;
    const changed = value * factor + offset;
    values[i] = changed < least ? least : changed > most ? most : changed;
  }
}

/** Mean and standard deviation (of the whole, not of a sample) over the resampled volume, plane by plane so that it need not be held. */
function measure(
  volume: Volume,
  placement: Placement,
  before: readonly Intensity[],
  nonZeroOnly: boolean,
): { mean: number; deviation: number } {
  const [planes, rows, columns] = placement.shape;
  const plane = new Float64Array(rows * columns);
  let shift: number | null = null;
  let [count, sum, squares] = [0, 0, 0];
  for (let at = 0; at < planes; at++) {
    samplePart(volume, placement, { start: [at, 0, 0], size: [1, rows, columns] }, plane);
    for (const step of before) applyIntensity(plane, step);
    for (let i = 0; i < plane.length; i++) {
      const value = plane[i] as number;
      if (nonZeroOnly && value === 0) continue;
      // About the first value, so that the squares of large values lose nothing.
      shift ??= value;
      const off = value - shift;
      count++;
      sum += off;
      squares += off * off;
    }
  }
  if (count === 0) return { mean: 0, deviation: 0 };
  const mean = sum / count;
  return { mean: (shift ?? 0) + mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}

/** The steps of a pack that change values, ready to be applied; what they take over the whole volume is measured here. */
export function intensitiesOf(
  volume: Volume,
  placement: Placement,
  { steps }: Pick<PackVolume, 'steps'>,
): Intensity[] {
  const found: Intensity[] = [];
  for (const step of steps) {
    if (step.op === 'scale-range') {
      const factor = (step.to[1] - step.to[0]) / (step.from[1] - step.from[0]);
      const least = step.clip ? Math.min(...step.to) : Number.NEGATIVE_INFINITY;
      const most = step.clip ? Math.max(...step.to) : Number.POSITIVE_INFINITY;
      found.push({ factor, offset: step.to[0] - step.from[0] * factor, least, most, keepZero: false });
    } else if (step.op === 'standardise') {
      const { mean, deviation } = measure(volume, placement, found, step.nonZeroOnly);
      const factor = 1 / Math.max(deviation, 1e-8);
      const [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      found.push({ factor, offset: -mean * factor, least, most, keepZero: step.nonZeroOnly });
    }
  }
  return found;
}
