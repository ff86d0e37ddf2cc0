import { Refused, Unavailable } from '../../shared/errors.ts';
import { freeBuffer } from '../../shared/free-buffer.ts';
import type { PackManifest, PackOutput } from '../../shared/pack.ts';
import type { PackVolume } from '../../shared/pack-volume.ts';
import type { ModelSession, OutputTensor } from '../session.ts';
import { activatePlane } from './activate-plane.ts';
import { applyIntensity, intensitiesOf } from './intensity.ts';
import type { Placement } from './placement.ts';
import { samplePart } from './sample.ts';
import type { Shape3, Volume } from './volume.ts';
import { type AxisWindows, layWindows } from './windows.ts';

export type SegmentationOutput = Extract<PackOutput, { kind: 'segmentation' }>;

/** The parts of a manifest that a pack for volumes has. */
export interface VolumeModel {
  readonly id: string;
  readonly volume: PackVolume;
  readonly window: Shape3;
  readonly output: SegmentationOutput;
}

/** Null for a pack that reads images. */
export function volumeModelOf({ id, volume, input, outputs }: PackManifest): VolumeModel | null {
  const [output] = outputs;
  if (volume === undefined || output?.kind !== 'segmentation') return null;
  const [, , depth = 0, rows = 0, columns = 0] = input.shape;
  return { id, volume, window: [depth, rows, columns], output };
}

/** What is done with each plane of the model's grid, once, in order: values after the activation, [channels, rows, columns]; overwritten afterwards. */
export type OnPlane = (index: number, values: Float32Array, channels: number) => void;

export interface VolumeRun {
  readonly windows: number;
  readonly channels: number;
  readonly run_ms: number;
}

/** Of what is added up at a time; a network of very many classes on a fine grid would take the machine's memory. */
const MOST_SLAB_BYTES = 3 * 2 ** 30;

function checkedOutput(tensor: OutputTensor | undefined, model: VolumeModel): OutputTensor {
  const shape = tensor?.shape ?? [];
  const [batch, channels = 0, ...size] = shape;
  const least = 1 + Math.max(...model.output.classes.map(({ channel }) => channel));
  if (tensor === undefined || batch !== 1 || channels < least || size.join() !== model.window.join()) {
    throw new Refused(
      'output-invalid',
      `Output ${model.output.name} of model ${model.id} has shape [${shape.join(', ')}]; it must be [1, at least ${least}, ${model.window.join(', ')}].`,
    );
  }
  return tensor;
}

/** What is added up: as many planes as a window is deep, plane by plane [channels, rows, columns], without the border. */
class Slab {
  readonly values: Float32Array;
  readonly planeLength: number;
  readonly depth: number;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;

  constructor(depth: number, channels: number, rows: number, columns: number) {
    this.depth = depth;
    this.channels = channels;
    this.rows = rows;
    this.columns = columns;
    this.planeLength = channels * rows * columns;
    const bytes = depth * this.planeLength * 4;
    if (bytes > MOST_SLAB_BYTES) {
      throw new Unavailable(
        'volume-too-large',
        `The model gives ${channels} classes on a grid of ${rows} × ${columns}; its sums would take ${Math.ceil(bytes / 2 ** 30)} GiB of memory. A coarser spacing or a window that is less deep takes less.`,
      );
    }
    this.values = new Float32Array(depth * this.planeLength);
  }

  /** Adds what a window gave, weighted. `at`: where the window begins on the padded grid; `first`: the plane that the slab begins with. */
  add(
    { values }: OutputTensor,
    window: Shape3,
    at: Shape3,
    first: number,
    weights: readonly [Float32Array, Float32Array, Float32Array],
    before: Shape3,
  ): void {
    const [depth, rows, columns] = window;
    const [weightD, weightR, weightC] = weights;
    const firstColumn = Math.max(0, before[2] - at[2]);
    const lastColumn = Math.min(columns, this.columns + before[2] - at[2]);
    for (let channel = 0; channel < this.channels; channel++) {
      for (let d = 0; d < depth; d++) {
        const plane = at[0] + d - first;
        for (let r = 0; r < rows; r++) {
          const row = at[1] + r - before[1];
          if (row < 0 || row >= this.rows) continue;
          const weight = (weightD[d] as number) * (weightR[r] as number);
          const from = ((channel * depth + d) * rows + r) * columns;
          const to =
            plane * this.planeLength + (channel * this.rows + row) * this.columns + at[2] - before[2];
          for (let c = firstColumn; c < lastColumn; c++) {
            this.values[to + c] =
              (this.values[to + c] as number) +
              (values[from + c] as number) * weight * (weightC[c] as number);
          }
        }
      }
    }
  }

  /** Lets the first planes go; those that follow come to their place. */
  advance(planes: number): void {
    this.values.copyWithin(0, planes * this.planeLength);
    this.values.fill(0, Math.max(0, this.depth - planes) * this.planeLength);
  }
}

/**
 * Runs a network over a whole stack, window by window. Planes of the model's grid are given on as soon as no further window reaches them, so that
 * no more of them are held than a window is deep; windows are sampled from the stack one by one, so that the resampled volume is
 * never held.
 *
 * @param onWindow Called after each window, with how many of how many are done; waited for, so that somebody can be told.
 * @throws Refused `output-invalid`; Unavailable `volume-too-large`; what the runtime throws.
 */
export async function runVolume(
  model: VolumeModel,
  session: Pick<ModelSession, 'run'>,
  volume: Volume,
  placement: Placement,
  onPlane: OnPlane,
  onWindow: (done: number, of: number) => Promise<void>,
): Promise<VolumeRun> {
  const { window, output } = model;
  const { pad } = model.volume.window;
  const intensities = intensitiesOf(volume, placement, model.volume);
  const axes = placement.shape.map((samples, at) =>
    layWindows(samples, window[at] as number, model.volume.window),
  );
  const [deep, down, across] = axes as [AxisWindows, AxisWindows, AxisWindows];
  const before: Shape3 = [deep.before, down.before, across.before];
  const of = deep.starts.length * down.starts.length * across.starts.length;
  const input = new Float32Array(window[0] * window[1] * window[2]);
  const bordered = axes.some((axis, at) => axis.length > (placement.shape[at] as number));
  let slab: Slab | null = null;
  let done = 0;
  let run_ms = 0;
  for (const [d, startD] of deep.starts.entries()) {
    for (const [r, startR] of down.starts.entries()) {
      for (const [c, startC] of across.starts.entries()) {
        const start: Shape3 = [startD - before[0], startR - before[1], startC - before[2]];
        samplePart(volume, placement, { start, size: window }, input);
        for (const step of intensities) applyIntensity(input, step);
        if (bordered) fillBorder(input, window, start, placement.shape, pad);
        const began = performance.now();
        const tensor = checkedOutput((await session.run(input)).get(output.name), model);
        run_ms += performance.now() - began;
        slab ??= new Slab(window[0], tensor.shape[1] as number, placement.shape[1], placement.shape[2]);
        const weights = [deep.weights[d], down.weights[r], across.weights[c]] as [
          Float32Array,
          Float32Array,
          Float32Array,
        ];
        slab.add(tensor, window, [startD, startR, startC], startD, weights, before);
        freeBuffer(tensor.values);
        done++;
        await onWindow(done, of);
      }
    }
    if (slab === null) break;
    const next = deep.starts[d + 1] ?? deep.length;
    for (let plane = startD; plane < next; plane++) {
      const index = plane - before[0];
      if (index < 0 || index >= placement.shape[0]) continue;
      const from = (plane - startD) * slab.planeLength;
      const values = slab.values.subarray(from, from + slab.planeLength);
      activatePlane(values, slab.channels, output.activation);
      onPlane(index, values, slab.channels);
    }
    slab.advance(next - startD);
  }
  return { windows: of, channels: slab?.channels ?? 0, run_ms };
}

/** Around a volume that is smaller than the window: what the pack says, after its steps. */
function fillBorder(
  input: Float32Array,
  [depth, rows, columns]: Shape3,
  start: Shape3,
  shape: Shape3,
  pad: number,
): void {
  const lies = (at: number, axis: 0 | 1 | 2): boolean =>
    start[axis] + at >= 0 && start[axis] + at < shape[axis];
  for (let d = 0; d < depth; d++) {
    for (let r = 0; r < rows; r++) {
      const from = (d * rows + r) * columns;
      if (!lies(d, 0) || !lies(r, 1)) {
        input.fill(pad, from, from + columns);
        continue;
      }
      input.fill(pad, from, from + Math.max(0, -start[2]));
      input.fill(pad, from + Math.min(columns, shape[2] - start[2]), from + columns);
    }
  }
}
