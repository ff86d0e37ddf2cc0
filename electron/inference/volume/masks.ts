import type { AxisTable, Placement } from './placement.ts';
import type { SegmentationOutput } from './run-volume.ts';
import { type Shape3, voxelsOf } from './volume.ts';

/** A mask over a stack, a bit a voxel. */
export class BitMask {
  readonly #bits: Uint8Array;
  readonly shape: Shape3;

  constructor(shape: Shape3) {
    this.shape = shape;
    this.#bits = new Uint8Array(Math.ceil(voxelsOf(shape) / 8));
  }

  set(voxel: number): void {
    this.#bits[voxel >> 3] = (this.#bits[voxel >> 3] as number) | (1 << (voxel & 7));
  }

  /** One slice as 0 and 255 into `out`, row by row; gives how many voxels are set. */
  slice(index: number, out: Uint8Array): number {
    const first = index * out.length;
    let count = 0;
    for (let i = 0; i < out.length; i++) {
      const voxel = first + i;
      const is = ((this.#bits[voxel >> 3] as number) >> (voxel & 7)) & 1;
      out[i] = is * 255;
      count += is;
    }
    return count;
  }
}

/** Images of one axis by the later of their two neighbours on the model's: known once that plane is. */
function byPlane({ low, high }: AxisTable, planes: number): number[][] {
  const found: number[][] = Array.from({ length: planes }, () => []);
  for (let i = 0; i < low.length; i++) found[Math.max(low[i] as number, high[i] as number)]?.push(i);
  return found;
}

/**
 * Brings the planes of a model's grid back to the image's grid by linear interpolation, and decides there what belongs to each class; planes
 * come in order, one after the other.
 */
export class MaskWriter {
  readonly masks: readonly BitMask[];
  readonly #placement: Placement;
  readonly #output: SegmentationOutput;
  readonly #strides: Shape3;
  readonly #due: readonly (readonly number[])[];
  #last: Float32Array | null = null;
  #mixed: Float64Array | null = null;

  constructor(shape: Shape3, placement: Placement, output: SegmentationOutput) {
    this.masks = output.classes.map(() => new BitMask(shape));
    this.#placement = placement;
    this.#output = output;
    this.#strides = [shape[1] * shape[2], shape[2], 1];
    this.#due = byPlane(placement.axes[0].toModel, placement.shape[0]);
  }

  /** @param values Probabilities [channels, rows, columns]; copied as far as they are needed later. */
  plane(index: number, values: Float32Array, channels: number): void {
    const { toModel, source } = this.#placement.axes[0];
    const mixed = (this.#mixed ??= new Float64Array(values.length));
    for (const image of this.#due[index] ?? []) {
      const part = toModel.share[image] as number;
      const before = this.#last ?? values;
      const share =
        (toModel.high[image] as number) === index && (toModel.low[image] as number) < index ? part : 1;
      for (let i = 0; i < values.length; i++) {
        const from = before[i] as number;
        mixed[i] = share === 1 ? (values[i] as number) : from + ((values[i] as number) - from) * share;
      }
      this.#decide(mixed, channels, image * (this.#strides[source] as number));
    }
    if (this.#placement.axes[0].toModel.exact) return;
    this.#last ??= new Float32Array(values.length);
    this.#last.set(values);
  }

  #decide(mixed: Float64Array, channels: number, base: number): void {
    const [, down, across] = this.#placement.axes;
    const [, rows, columns] = this.#placement.shape;
    const [strideR, strideC] = [this.#strides[down.source] as number, this.#strides[across.source] as number];
    const cells = rows * columns;
    const found = new Float64Array(channels);
    const { low: lowR, high: highR, share: shareR } = down.toModel;
    const { low: lowC, high: highC, share: shareC } = across.toModel;
    for (let r = 0; r < lowR.length; r++) {
      const [top, bottom, partR] = [
        (lowR[r] as number) * columns,
        (highR[r] as number) * columns,
        shareR[r] as number,
      ];
      for (let c = 0; c < lowC.length; c++) {
        const [left, right, partC] = [lowC[c] as number, highC[c] as number, shareC[c] as number];
        for (let channel = 0; channel < channels; channel++) {
          const at = channel * cells;
          const a = mixed[at + top + left] as number;
          let value = a + ((mixed[at + top + right] as number) - a) * partC;
          if (partR > 0) {
            const b = mixed[at + bottom + left] as number;
            value += (b + ((mixed[at + bottom + right] as number) - b) * partC - value) * partR;
          }
          found[channel] = value;
        }
        this.#mark(found, base + r * strideR + c * strideC);
      }
    }
  }

  #mark(found: Float64Array, voxel: number): void {
    const { decide, classes } = this.#output;
    if (decide === 'threshold') {
      for (let i = 0; i < classes.length; i++) {
        const { channel, threshold = 0.5 } = classes[i] as (typeof classes)[number];
        if ((found[channel] as number) >= threshold) this.masks[i]?.set(voxel);
      }
      return;
    }
    let best = 0;
    for (let channel = 1; channel < found.length; channel++) {
      if ((found[channel] as number) > (found[best] as number)) best = channel;
    }
    for (let i = 0; i < classes.length; i++) if (classes[i]?.channel === best) this.masks[i]?.set(voxel);
  }
}
