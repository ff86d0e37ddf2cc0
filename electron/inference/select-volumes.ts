import { imageNormal } from '../domain/geometry.ts';
import { stacksOf } from '../domain/series/series-stacks.ts';
import { Refused } from '../shared/errors.ts';
import type { PackManifest } from '../shared/pack.ts';
import type { PackVolume } from '../shared/pack-volume.ts';
import type { ImageAttributes } from '../shared/pixels.ts';
import type { AnalysisInput } from '../shared/ports.ts';
import { inItsPlane, type StackDetail } from '../shared/stack.ts';
import type { Stated } from '../shared/study.ts';
import { judgeDomain } from './domain-rules.ts';
import { obliqueDegrees } from './volume/placement.ts';
import type { Vector3, VolumeGeometry } from './volume/volume.ts';

/** One slice of a stack to be read. */
export interface SliceInput {
  readonly input: AnalysisInput;
  readonly frame: number;
}

/** A stack that a model reads. */
export interface VolumeInput extends VolumeGeometry {
  readonly seriesInstanceUID: string;
  /** What tells it from the study's other series, for words: 'series 3 (Arterial)'. */
  readonly words: string;
  readonly slices: readonly SliceInput[];
}

/** Which stacks of a study a model reads, or why it reads none. */
export type VolumeSelection =
  | { readonly volumes: readonly VolumeInput[]; readonly stated: Stated; readonly notes: readonly string[] }
  | { readonly abstains: string };

type Plane = Pick<ImageAttributes, 'position' | 'orientation' | 'pixelSpacing'>;

/** Voxels are counted in 32 bits. */
const MOST_VOXELS = 2 ** 30;

function bySeries(inputs: readonly AnalysisInput[]): AnalysisInput[][] {
  const series = new Map<string, AnalysisInput[]>();
  for (const input of inputs) {
    const { seriesInstanceUID } = input.header;
    series.set(seriesInstanceUID, [...(series.get(seriesInstanceUID) ?? []), input]);
  }
  return [...series.values()];
}

function nameOf({ header }: AnalysisInput, stack: StackDetail): string {
  const about = [header.seriesDescription, stack.label].filter((words) => words !== '').join(', ');
  const number = header.seriesNumber === null ? 'series without a number' : `series ${header.seriesNumber}`;
  return about === '' ? number : `${number} (${about})`;
}

function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** A stack whose verdict is 'regular' as a volume: its slices are parallel, even and in the order of their normal. */
function geometryOf(slices: readonly (SliceInput & { readonly plane: Plane })[]): VolumeGeometry {
  const first = slices[0]?.plane;
  const last = slices.at(-1)?.plane;
  const image = slices[0]?.input.header.image;
  if (!first?.orientation || !first.position || !first.pixelSpacing || !last?.position || !image) {
    throw new Refused('no-geometry', 'The files do not say where the slices lie.');
  }
  const { orientation, position, pixelSpacing } = first;
  const other = slices.find(({ plane, input }) => {
    const spacing = plane.pixelSpacing;
    const same =
      spacing !== null && spacing.every((mm, at) => Math.abs(mm - (pixelSpacing[at] as number)) <= 1e-4 * mm);
    return !same || input.header.image?.rows !== image.rows || input.header.image.columns !== image.columns;
  });
  if (other !== undefined) throw new Refused('no-geometry', 'Its slices differ in matrix or pixel spacing.');
  const normal = imageNormal(orientation);
  const length = dot(normal, last.position) - dot(normal, position);
  const [rx, ry, rz, cx, cy, cz] = orientation;
  return {
    shape: [slices.length, image.rows, image.columns],
    spacing: [length / (slices.length - 1), pixelSpacing[0], pixelSpacing[1]],
    directions: [[...normal], [cx, cy, cz], [rx, ry, rz]],
  };
}

function outsideLimits(geometry: VolumeGeometry, { limits }: PackVolume): string | null {
  const [slices, rows, columns] = geometry.shape;
  if (slices < limits.minSlices)
    return `It has ${slices} slices; the model reads at least ${limits.minSlices}.`;
  const [distance] = geometry.spacing;
  if (distance > limits.maxDistance * (1 + 1e-4)) {
    return `Its slices are ${distance.toFixed(2)} mm apart; the model reads at most ${limits.maxDistance} mm.`;
  }
  const degrees = obliqueDegrees(geometry);
  if (degrees > limits.maxOblique + 0.01) {
    return `It is turned by ${degrees.toFixed(1)}° against the axes of the patient; the model reads at most ${limits.maxOblique}°.`;
  }
  return slices * rows * columns > MOST_VOXELS ? 'It has more voxels than this build reads at a time.' : null;
}

type Judged =
  | { readonly volume: VolumeInput; readonly stated: Stated; readonly notes: readonly string[] }
  | { readonly reason: string };

/** A stack against the pack's domain, its own verdict, and the pack's limits for volumes: in this order, so that a reason names what matters most. */
function judgeStack(
  manifest: PackManifest,
  limits: PackVolume,
  stack: StackDetail,
  series: readonly AnalysisInput[],
  stated: Stated,
): Judged {
  const inputs = new Map(series.map((input) => [input.header.sopInstanceUID, input]));
  const slices = stack.runs.flatMap((run) => {
    const input = inputs.get(run.sopInstanceUID);
    if (input?.header.image == null) return [];
    const plane = inItsPlane(input.header.image, run);
    return Array.from({ length: run.count }, (_, at) => ({ input, frame: run.first + at, plane }));
  });
  const [first] = slices;
  if (first === undefined) return { reason: 'It holds no image.' };
  let used: Stated = {};
  const notes = new Set<string>();
  for (const input of new Set(slices.map((slice) => slice.input))) {
    const judgement = judgeDomain(manifest, input.header, stated);
    if (!judgement.fits) return { reason: judgement.reason };
    used = { ...used, ...judgement.stated };
    for (const note of judgement.notes) notes.add(note);
  }
  if (stack.verdict.kind !== 'regular') {
    const why = stack.verdict.reasons.map(({ words }) => words).join(' ');
    return { reason: `It makes no regular volume, and the model reads no other: ${why}` };
  }
  try {
    const geometry = geometryOf(slices);
    const outside = outsideLimits(geometry, limits);
    if (outside !== null) return { reason: outside };
    const { seriesInstanceUID } = first.input.header;
    const volume = { ...geometry, seriesInstanceUID, words: nameOf(first.input, stack), slices };
    return { volume, stated: used, notes: [...notes] };
  } catch (thrown) {
    if (thrown instanceof Refused) return { reason: thrown.message };
    throw thrown;
  }
}

/**
 * The stacks of a study that a model reads: each that lies within its domain and makes a regular volume (docs/decisions/0010-series-geometry.md).
 * The others are named with their reasons; with none left the model abstains. Images that are no stack (tiles of a slide, reports) are passed over.
 */
export function selectVolumes(
  manifest: PackManifest,
  limits: PackVolume,
  candidates: readonly AnalysisInput[],
  stated: Stated,
): VolumeSelection {
  const images = candidates.filter(({ header }) => header.image !== null);
  if (images.length === 0) return { abstains: 'The study holds no image.' };
  const volumes: VolumeInput[] = [];
  const left: { words: string; reason: string }[] = [];
  const notes = new Set<string>();
  let used: Stated = {};
  for (const series of bySeries(images)) {
    for (const stack of stacksOf(series.map(({ header }) => header))) {
      const words = nameOf(series[0] as AnalysisInput, stack);
      const judged = judgeStack(manifest, limits, stack, series, stated);
      if ('reason' in judged) {
        left.push({ words, reason: judged.reason });
        continue;
      }
      volumes.push(judged.volume);
      used = { ...used, ...judged.stated };
      for (const note of judged.notes) notes.add(note);
    }
  }
  if (volumes.length > 0) {
    for (const { words, reason } of left) notes.add(`Not read: ${words}: ${reason}`);
    return { volumes, stated: used, notes: [...notes] };
  }
  const reasons = [...new Set(left.map(({ reason }) => reason))];
  if (reasons.length === 0)
    return { abstains: 'The study holds no stack of slices, and the model reads nothing else.' };
  if (reasons.length === 1) return { abstains: reasons[0] as string };
  return {
    abstains: left
      .slice(0, 3)
      .map(({ words, reason }) => `${words}: ${reason}`)
      .join(' '),
  };
}
