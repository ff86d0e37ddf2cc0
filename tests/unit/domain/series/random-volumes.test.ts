import { expect, test } from 'vitest';
import { stacksOf } from '../../../../electron/domain/series/series-stacks.ts';
import type { SeriesInstance } from '../../../../electron/domain/series/slice.ts';
import type { StackDetail } from '../../../../electron/shared/stack.ts';
import { codesOf, headerOf, seeded, shuffled, uidsOf } from './files.ts';

type Vector = [number, number, number];

const PATTERN = headerOf({ uid: 1, position: [0, 0, 0] });

const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (v: Vector): Vector => v.map((x) => x / Math.hypot(...v)) as Vector;

interface Volume {
  readonly instances: SeriesInstance[];
  /** UIDs from the lowest position up, those left out not among them. */
  readonly order: number[];
  readonly step: number;
  /** Degrees. */
  readonly tilt: number;
  /** Of the UIDs that are left out, each between two that stay. */
  readonly dropped: number[];
}

/** A volume in any direction, sheared or not, with slices left out or not, its positions rounded to `digits` as files round them. */
function randomVolume(random: () => number, sheared: boolean, dropping: boolean, digits: number): Volume {
  const between = (low: number, high: number) => low + (high - low) * random();
  const row = unit([between(-1, 1), between(-1, 1), between(-1, 1)]);
  const column = unit(cross(unit([between(-1, 1), between(-1, 1), between(-1, 1)]), row));
  const normal = cross(row, column);
  const tilt = sheared ? between(2, 30) : 0;
  const turn = between(0, 2 * Math.PI);
  const steepness = Math.tan((tilt * Math.PI) / 180);
  const step = between(0.5, 8);
  const count = 12 + Math.floor(random() * 30);
  const origin: Vector = [between(-300, 300), between(-300, 300), between(-900, 900)];
  // Not the ends, and no two beside each other.
  const dropped = dropping ? [3 + Math.floor(random() * 3), 8 + Math.floor(random() * 2)] : [];
  const indices = Array.from({ length: count }, (_, i) => i).filter((i) => !dropped.includes(i));
  const rounded = (value: number) => Number(value.toFixed(digits));
  const instances = indices.map((i): SeriesInstance => {
    const along = i * step;
    const position = origin.map((at, axis) => {
      const aside = Math.cos(turn) * (row[axis] ?? 0) + Math.sin(turn) * (column[axis] ?? 0);
      return rounded(at + along * ((normal[axis] ?? 0) + steepness * aside));
    }) as Vector;
    const orientation = [...row, ...column].map((cosine) => Number(cosine.toFixed(7)));
    const common = { position, orientation: orientation as never, pixelSpacing: [0.7, 0.7] as const };
    return {
      ...PATTERN,
      sopInstanceUID: `1.2.${i}`,
      instanceNumber: Math.floor(random() * 100),
      geometry: { frameOfReferenceUID: null, dimensions: [], frames: null, common },
    };
  });
  return { instances: shuffled(instances, random), order: indices, step, tilt, dropped };
}

test.each([
  ['whole and straight', false, false, 'regular', []],
  ['sheared', true, false, 'resampled', ['tilt']],
  ['with slices missing', false, true, 'not-a-volume', ['missing-slices']],
  ['sheared, with slices missing', true, true, 'not-a-volume', ['missing-slices', 'tilt']],
] as const)(
  '200 volumes in any direction, %s, are seen as what they are',
  (_name, sheared, dropping, kind, codes) => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const digits = seed % 2 === 0 ? 3 : 6;
      const made = randomVolume(seeded(seed), sheared, dropping, digits);
      const [stack, ...others] = stacksOf(made.instances);
      const at = `seed ${seed}`;
      expect(others, at).toEqual([]);
      expect(uidsOf(stack as StackDetail), at).toEqual(made.order);
      expect([stack?.verdict.kind, codesOf(stack as StackDetail)], at).toEqual([kind, codes]);
      expect(Math.abs((stack?.measures?.tilt ?? 90) - made.tilt), at).toBeLessThan(0.02);
      expect(Math.abs((stack?.measures?.distance?.median ?? 0) - made.step), at).toBeLessThan(
        2 * 10 ** -digits,
      );
      expect(
        stack?.gaps.map(({ after, missing }) => [made.order[after], missing]),
        at,
      ).toEqual(made.dropped.map((uid) => [uid - 1, 1]));
    }
  },
);
