import { createHash } from 'node:crypto';
import { packValues } from '../raw-output.ts';
import type { Shape3 } from './volume.ts';

/** As many values of a volume's probabilities as the record keeps. */
const MOST_SAMPLES = 16_384;

/** What the record keeps of a network's answer over a volume. */
export interface KeptProbabilities {
  /** [planes, channels, rows, columns] of the model's grid. */
  readonly shape: readonly number[];
  /** Of all values after blending and activation, float32 in the order of `shape`, little endian. */
  readonly sha256: string;
  /** Every n-th plane, row and column of each channel, n the least that leaves no more than `MOST_SAMPLES`; packed by `packValues`. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Hashes a volume's probabilities plane by plane and keeps samples of them: the whole would be larger than the images. */
export class ProbabilityKeeper {
  readonly #shape: Shape3;
  readonly #hash = createHash('sha256');
  readonly #samples: number[] = [];
  #each = 0;
  #channels = 0;

  constructor(shape: Shape3) {
    this.#shape = shape;
  }

  plane(index: number, values: Float32Array, channels: number): void {
    const [, rows, columns] = this.#shape;
    if (this.#each === 0) this.#begin(channels);
    // Every machine that Overread runs on is little endian.
    this.#hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    if (index % this.#each !== 0) return;
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < rows; row += this.#each) {
        for (let column = 0; column < columns; column += this.#each) {
          this.#samples.push(values[(channel * rows + row) * columns + column] as number);
        }
      }
    }
  }

  #begin(channels: number): void {
    this.#channels = channels;
    const kept = (each: number): number =>
      this.#shape.reduce((product, size) => product * Math.ceil(size / each), channels);
    this.#each = 1;
    while (kept(this.#each) > MOST_SAMPLES && this.#each < Math.max(...this.#shape)) this.#each++;
  }

  async done(): Promise<KeptProbabilities> {
    const [planes, rows, columns] = this.#shape;
    // One row of samples: `packValues` leaves none of them out.
    const data = await packValues(Float32Array.from(this.#samples), this.#samples.length);
    return { shape: [planes, this.#channels, rows, columns], sha256: this.#hash.digest('hex'), data };
  }
}
