import { type GreyImage, mapValues } from './grey-image.ts';
import { orderStatistic } from './order-statistic.ts';

/** The values of the sorted pixels at the given 0-based ranks, exactly; no interpolation. */
function valuesAtRanks(image: GreyImage, ranks: readonly [number, number]): [number, number] {
  const { values, counts } = image;
  if (counts === null) {
    const scratch = values.slice();
    return [orderStatistic(scratch, ranks[0]), orderStatistic(scratch, ranks[1])];
  }
  const present: number[] = [];
  for (let level = 0; level < counts.length; level++) if (counts[level] !== 0) present.push(level);
  present.sort((a, b) => (values[a] as number) - (values[b] as number));
  const at = (rank: number): number => {
    let before = 0;
    for (const level of present) {
      before += counts[level] as number;
      if (rank < before) return values[level] as number;
    }
    return values[present.at(-1) ?? 0] as number;
  };
  return [at(ranks[0]), at(ranks[1])];
}

/**
 * `percentile-window`: lo = sorted[floor(low/100·(n−1))], hi = sorted[ceil(high/100·(n−1))];
 * (clip(v, lo, hi) − lo) / max(hi − lo, 1e-6). A flat image gives zeros.
 */
export function percentileWindow(image: GreyImage, low: number, high: number): GreyImage {
  const last = image.rows * image.columns - 1;
  const [lo, hi] = valuesAtRanks(image, [Math.floor((low / 100) * last), Math.ceil((high / 100) * last)]);
  const width = Math.max(hi - lo, 1e-6);
  return mapValues(image, (value) => (Math.min(Math.max(value, lo), hi) - lo) / width);
}
