import type { PackVolume } from '../../shared/pack-volume.ts';

/** Windows along one axis: where each begins, and how much of what it gives counts at each of its samples. */
export interface AxisWindows {
  /** Samples of the axis, with the border where the volume is smaller than the window. */
  readonly length: number;
  /** Samples of border before the volume. */
  readonly before: number;
  readonly starts: readonly number[];
  /** One a start; those that fall on one sample add up to 1. */
  readonly weights: readonly Float32Array[];
}

/**
 * Lays windows along an axis (see `packVolumeSchema`). The Gaussian weights of a window are a product of one factor an axis, and the windows are a
 * grid, so the sum of the weights is a product too: each axis is divided by its own sum, and nothing is left to be divided at the end.
 */
export function layWindows(
  samples: number,
  size: number,
  { overlap, sigma }: PackVolume['window'],
): AxisWindows {
  const length = Math.max(samples, size);
  const every = Math.max(1, Math.floor(size * (1 - overlap)));
  const starts: number[] = [];
  for (let start = 0; ; start += every) {
    starts.push(Math.min(start, length - size));
    if (start + size >= length) break;
  }
  const bell = Float64Array.from({ length: size }, (_, i) =>
    Math.exp(-0.5 * ((i - (size - 1) / 2) / (sigma * size)) ** 2),
  );
  const sum = new Float64Array(length);
  for (const start of starts)
    for (let i = 0; i < size; i++) sum[start + i] = (sum[start + i] as number) + (bell[i] as number);
  return {
    length,
    before: Math.floor((length - samples) / 2),
    starts,
    weights: starts.map((start) =>
      Float32Array.from(bell, (weight, i) => weight / (sum[start + i] as number)),
    ),
  };
}
