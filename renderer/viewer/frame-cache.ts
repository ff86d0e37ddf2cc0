import type { WireError } from '../../electron/shared/errors.ts';
import type { FrameWithValues } from '../../electron/shared/pixels.ts';
import type { DisplayFrame } from './display-frame.ts';

/** A frame as the viewer has it: drawable, or with the reason why not. */
export type ViewFrame =
  | { readonly status: 'decoded'; readonly decoded: FrameWithValues; readonly display: DisplayFrame }
  | { readonly status: 'failed'; readonly error: WireError };

/** Frames this near to the reader stay, however large they are: what is on the screen and what comes next. */
const NEAR = 1;

/**
 * The frames of a stack that are in memory, by their index. Beyond `budget` bytes the ones farthest from the reader go: the workstation
 * gives them again in milliseconds.
 */
export class FrameCache {
  readonly #budget: number;
  readonly #frames = new Map<number, ViewFrame>();
  readonly #listeners = new Set<(index: number) => void>();
  #bytes = 0;
  #largest = 0;

  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Memory that the pixels take, as decoded and as drawn. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The most that one frame took so far. */
  get largest(): number {
    return this.#largest;
  }

  get(index: number): ViewFrame | undefined {
    return this.#frames.get(index);
  }

  has(index: number): boolean {
    return this.#frames.has(index);
  }

  /** Whether so much more fits beside what is kept. */
  fits(more: number): boolean {
    return this.#bytes + more <= this.#budget;
  }

  /** Calls back with every frame that is dropped, so that whoever drew it lets go of it too; until what it gives is called. */
  onDrop(listener: (index: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps a frame that is not kept already, and drops the ones farthest from `reader` until the rest fits. */
  keep(index: number, frame: ViewFrame, reader: number): void {
    if (this.#frames.has(index)) return;
    this.#frames.set(index, frame);
    const bytes = bytesOf(frame);
    this.#bytes += bytes;
    this.#largest = Math.max(this.#largest, bytes);
    while (!this.fits(0)) {
      const farthest = this.#farthest(reader);
      if (Math.abs(farthest - reader) <= NEAR) return;
      this.drop(farthest);
    }
  }

  drop(index: number): void {
    const frame = this.#frames.get(index);
    if (frame === undefined) return;
    this.#bytes -= bytesOf(frame);
    this.#frames.delete(index);
    for (const listener of this.#listeners) listener(index);
  }

  clear(): void {
    for (const index of this.#frames.keys()) this.drop(index);
  }

  /** How many places the farthest frame lies from here; 0 where there is none. */
  reach(reader: number): number {
    return this.#frames.size === 0 ? 0 : Math.abs(this.#farthest(reader) - reader);
  }

  #farthest(reader: number): number {
    let farthest = reader;
    for (const index of this.#frames.keys()) {
      if (Math.abs(index - reader) > Math.abs(farthest - reader)) farthest = index;
    }
    return farthest;
  }
}

function bytesOf(frame: ViewFrame): number {
  if (frame.status === 'failed') return 0;
  const { decoded, display } = frame;
  // Mostly what is drawn is what was decoded: one array.
  const own = display.data.buffer === decoded.data.buffer ? 0 : display.data.byteLength;
  return decoded.data.byteLength + own;
}
