import type { PackVolume } from '../../shared/pack-volume.ts';
import type { Shape3, Vector3, VolumeGeometry } from './volume.ts';

/** For each index of one grid, its two neighbours on another's axis and the share of the second. */
export interface AxisTable {
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** 0 … 1; the value is low + (high − low)·share. */
  readonly share: Float64Array;
  /** True where no share is above 0: samples fall on samples. */
  readonly exact: boolean;
}

/** One axis of a model's grid over a stack. */
export interface PlacedAxis {
  /** The axis of the image that it runs along: 0 slices, 1 rows, 2 columns. */
  readonly source: 0 | 1 | 2;
  /** True where their indices grow in opposite directions. */
  readonly flipped: boolean;
  /** Samples of the model's grid along it, and the millimetres between them. */
  readonly length: number;
  readonly spacing: number;
  /** Index of the model's grid → indices of the image. */
  readonly toImage: AxisTable;
  /** Index of the image → indices of the model's grid. */
  readonly toModel: AxisTable;
}

export interface Placement {
  readonly axes: readonly [PlacedAxis, PlacedAxis, PlacedAxis];
  readonly shape: Shape3;
  readonly spacing: Vector3;
}

const LETTERS: Readonly<Record<string, readonly [axis: 0 | 1 | 2, sign: 1 | -1]>> = {
  L: [0, 1],
  R: [0, -1],
  P: [1, 1],
  A: [1, -1],
  H: [2, 1],
  F: [2, -1],
};
const PERMUTATIONS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/** Spacings that differ by less are the same: over a thousand slices a hundredth of one. */
const SAME = 1e-5;

/** Which axis of the image runs along each axis of the patient (x, y, z), all three together as nearly as can be. */
function nearest(directions: VolumeGeometry['directions']): (typeof PERMUTATIONS)[number] {
  let best: (typeof PERMUTATIONS)[number] = PERMUTATIONS[0];
  let most = -1;
  for (const order of PERMUTATIONS) {
    const sum = order.reduce<number>(
      (total, axis, patient) => total + Math.abs(directions[axis][patient] as number),
      0,
    );
    if (sum > most + 1e-9) [best, most] = [order, sum];
  }
  return best;
}

/** By how many degrees a stack is turned against the axes of the patient: of its three axes the one that is farthest from its nearest. */
export function obliqueDegrees({ directions }: Pick<VolumeGeometry, 'directions'>): number {
  const along = nearest(directions).map((axis, patient) => Math.abs(directions[axis][patient] as number));
  return (Math.acos(Math.min(1, Math.min(...along))) * 180) / Math.PI;
}

/** @param step Samples of the other grid a sample of this one. */
function table(length: number, step: number, other: number, turned: 'none' | 'this' | 'other'): AxisTable {
  const low = new Int32Array(length);
  const high = new Int32Array(length);
  const share = new Float64Array(length);
  let exact = true;
  for (let i = 0; i < length; i++) {
    const at = Math.min((turned === 'this' ? length - 1 - i : i) * step, other - 1);
    const below = Math.floor(at);
    const part = at - below;
    const above = part > 0 ? below + 1 : below;
    share[i] = part;
    low[i] = turned === 'other' ? other - 1 - below : below;
    high[i] = turned === 'other' ? other - 1 - above : above;
    if (part > 0) exact = false;
  }
  return { low, high, share, exact };
}

function placeAxis(
  geometry: VolumeGeometry,
  letter: string,
  order: readonly (0 | 1 | 2)[],
  wanted: number | null,
): PlacedAxis {
  const [patient, sign] = LETTERS[letter] as readonly [0 | 1 | 2, 1 | -1];
  const source = order[patient] as 0 | 1 | 2;
  const flipped = geometry.directions[source][patient] * sign < 0;
  const samples = geometry.shape[source];
  const own = geometry.spacing[source];
  const same = wanted === null || Math.abs(wanted / own - 1) < SAME;
  const spacing = same ? own : wanted;
  const length = same ? samples : Math.floor(((samples - 1) * own) / spacing + 0.5) + 1;
  const turned = <T extends 'this' | 'other'>(which: T) => (flipped ? which : 'none');
  return {
    source,
    flipped,
    length,
    spacing,
    toImage: table(length, same ? 1 : spacing / own, samples, turned('other')),
    toModel: table(samples, same ? 1 : own / spacing, length, turned('this')),
  };
}

/** How a model's grid lies over a stack, by the steps `orient` and `spacing` of its pack (see `volumeStepSchema`). */
export function placeVolume(geometry: VolumeGeometry, { steps }: Pick<PackVolume, 'steps'>): Placement {
  const axes = steps.find((step) => step.op === 'orient')?.axes ?? 'HPL';
  const mm = steps.find((step) => step.op === 'spacing')?.mm ?? null;
  const order = nearest(geometry.directions);
  const place = (at: 0 | 1 | 2) =>
    placeAxis(geometry, axes[at] as string, order, mm === null ? null : mm[at]);
  const placed = [place(0), place(1), place(2)] as const;
  return {
    axes: placed,
    shape: [placed[0].length, placed[1].length, placed[2].length],
    spacing: [placed[0].spacing, placed[1].spacing, placed[2].spacing],
  };
}
