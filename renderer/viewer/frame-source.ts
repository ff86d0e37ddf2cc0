import { toWire, type WireError } from '../../electron/shared/errors.ts';
import type { FrameWithValues } from '../../electron/shared/pixels.ts';
import { type DisplayFrame, displayFrame } from './display-frame.ts';
import { parseSlab, type SlabFrame } from './slab.ts';
import { frameKey, type StackFrame } from './stack-frames.ts';

/** A frame as the viewer has it: drawable, or with the reason why not. */
export type ViewFrame =
  | { readonly status: 'decoded'; readonly decoded: FrameWithValues; readonly display: DisplayFrame }
  | { readonly status: 'failed'; readonly error: WireError };

type FetchBytes = (path: string, signal: AbortSignal) => Promise<ArrayBuffer>;

const FRAMES_A_SLAB = 16;
const SLAB_BYTES = 16 * 2 ** 20;
const SLABS_AT_A_TIME = 2;

/** Address of the frames of a series, or of one of its stacks; `from` and `count` follow. */
export function framesAddress(seriesUID: string, stack: number | null): string {
  return `/api/series/${encodeURIComponent(seriesUID)}/frames?${stack === null ? '' : `stack=${stack}&`}`;
}

/**
 * The frames of one series: fetched in slabs, kept up to `budget` bytes, and fetched ahead around where the reader is.
 * The frame that is waited for always goes first, alone if it is the first one: it is small and soon here.
 */
export class FrameSource {
  readonly frames: readonly StackFrame[];
  readonly #address: string;
  readonly #fetch: FetchBytes;
  readonly #budget: number;
  readonly #indexOf = new Map<string, number>();
  readonly #loaded = new Map<number, ViewFrame>();
  readonly #waiting = new Map<number, Promise<void>>();
  readonly #abort = new AbortController();
  #bytes = 0;
  #focus = 0;
  #direction: 1 | -1 = 1;
  #ahead = false;

  /** @param stack Index of the stack that `frames` are; null where they are those of the whole series. */
  constructor(
    seriesUID: string,
    frames: readonly StackFrame[],
    fetchBytes: FetchBytes,
    budget = 2 ** 30,
    stack: number | null = null,
  ) {
    this.#address = framesAddress(seriesUID, stack);
    this.frames = frames;
    this.#fetch = fetchBytes;
    this.#budget = budget;
    frames.forEach((frame, index) => this.#indexOf.set(frame.key, index));
  }

  /** The frame if it is here already. */
  peek(index: number): ViewFrame | undefined {
    return this.#loaded.get(index);
  }

  /** The frame, fetched if need be. A frame that cannot be decoded, or did not arrive, is `failed`: it never throws. */
  async get(index: number): Promise<ViewFrame> {
    // What is asked for is where the reader is: it is the last to be dropped.
    this.#aim(index);
    const here = this.#loaded.get(index);
    if (here !== undefined) return here;
    await (this.#waiting.get(index) ??
      this.#load(index, this.#loaded.size === 0 ? 1 : this.#slabLength(index)));
    return (
      this.#loaded.get(index) ?? {
        status: 'failed',
        error: { type: 'unavailable', code: 'not-delivered', message: 'This frame did not arrive.' },
      }
    );
  }

  /** Forgets a frame that failed, so that it is asked for again. */
  retry(index: number): void {
    if (this.#loaded.get(index)?.status === 'failed') this.#loaded.delete(index);
  }

  /** Fetches ahead from here, in the direction of the last step first. */
  focus(index: number): void {
    this.#aim(index);
    this.#ahead = true;
    this.#fill();
  }

  get disposed(): boolean {
    return this.#abort.signal.aborted;
  }

  dispose(): void {
    this.#abort.abort();
    this.#loaded.clear();
  }

  #aim(index: number): void {
    if (index !== this.#focus) this.#direction = index > this.#focus ? 1 : -1;
    this.#focus = index;
  }

  #slabLength(index: number): number {
    const image = this.frames[index]?.image;
    if (image === undefined) return 1;
    const bytes = image.rows * image.columns * image.samples * Math.ceil(image.bitsAllocated / 8);
    return Math.max(1, Math.min(FRAMES_A_SLAB, Math.floor(SLAB_BYTES / bytes)));
  }

  #fill(): void {
    while (this.#ahead && !this.#abort.signal.aborted && this.#inFlight() < SLABS_AT_A_TIME) {
      const next = this.#nextMissing();
      if (next === undefined) return;
      // Not awaited: its end calls this again.
      void this.#load(next.index, next.count);
    }
  }

  #inFlight(): number {
    return new Set(this.#waiting.values()).size;
  }

  /** The nearest missing run: ahead of the reader first, then behind; none once the budget is spent. */
  #nextMissing(): { index: number; count: number } | undefined {
    if (this.#bytes >= this.#budget) return undefined;
    const missing = (index: number) =>
      index >= 0 && index < this.frames.length && !this.#loaded.has(index) && !this.#waiting.has(index);
    for (const direction of [this.#direction, -this.#direction]) {
      for (let i = this.#focus; i >= 0 && i < this.frames.length; i += direction) {
        if (!missing(i)) continue;
        const length = this.#slabLength(i);
        let from = i;
        let to = i;
        while (to - from + 1 < length && missing(direction > 0 ? to + 1 : from - 1)) {
          if (direction > 0) to += 1;
          else from -= 1;
        }
        return { index: from, count: to - from + 1 };
      }
    }
    return undefined;
  }

  #load(index: number, count: number): Promise<void> {
    const last = Math.min(this.frames.length, index + count);
    const work = this.#fetchRun(index, last - index).finally(() => {
      for (let i = index; i < last; i += 1) if (this.#waiting.get(i) === work) this.#waiting.delete(i);
      this.#fill();
    });
    for (let i = index; i < last; i += 1) if (!this.#waiting.has(i)) this.#waiting.set(i, work);
    return work;
  }

  async #fetchRun(index: number, count: number): Promise<void> {
    let from = index;
    // A slab may hold fewer frames than were asked for, at least one.
    while (from < index + count && !this.#abort.signal.aborted) {
      const path = `${this.#address}from=${from}&count=${index + count - from}`;
      let got: SlabFrame[];
      try {
        got = parseSlab(await this.#fetch(path, this.#abort.signal));
      } catch (thrown) {
        if (!this.#abort.signal.aborted) this.#keep(from, { status: 'failed', error: toWire(thrown) });
        return;
      }
      if (got.length === 0) return;
      for (const frame of got) this.#take(frame);
      from += got.length;
    }
  }

  #take(frame: SlabFrame): void {
    const index = this.#indexOf.get(frameKey(frame));
    if (index === undefined) return;
    const image = this.frames[index]?.image;
    if (frame.status === 'failed' || image === undefined) {
      if (frame.status === 'failed') this.#keep(index, { status: 'failed', error: frame.error });
      return;
    }
    if (frame.decoded.photometric === 'PALETTE COLOR') {
      // The workstation sends palette images as RGB; bare indices must never be drawn as greys.
      const message =
        'The colours of this image are indices into a palette, and the palette did not come with them.';
      this.#keep(index, { status: 'failed', error: { type: 'bug', code: 'palette-missing', message } });
      return;
    }
    this.#bytes += frame.decoded.data.byteLength;
    this.#keep(index, {
      status: 'decoded',
      decoded: frame.decoded,
      display: displayFrame(frame.decoded, image),
    });
    this.#evict();
  }

  #keep(index: number, frame: ViewFrame): void {
    if (!this.#loaded.has(index)) this.#loaded.set(index, frame);
  }

  /** Drops the frames farthest from the reader until what is kept fits. */
  #evict(): void {
    while (this.#bytes > this.#budget && this.#loaded.size > 2 * FRAMES_A_SLAB) {
      let farthest = -1;
      for (const i of this.#loaded.keys()) {
        if (farthest < 0 || Math.abs(i - this.#focus) > Math.abs(farthest - this.#focus)) farthest = i;
      }
      const frame = this.#loaded.get(farthest);
      if (frame?.status === 'decoded') this.#bytes -= frame.decoded.data.byteLength;
      this.#loaded.delete(farthest);
    }
  }
}
