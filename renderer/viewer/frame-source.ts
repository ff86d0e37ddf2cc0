import { toWire } from '../../electron/shared/errors.ts';
import { displayFrame } from './display-frame.ts';
import { FrameCache, type ViewFrame } from './frame-cache.ts';
import { parseSlab, type SlabFrame } from './slab.ts';
import { frameKey, type StackFrame } from './stack-frames.ts';

type FetchBytes = (path: string, signal: AbortSignal) => Promise<ArrayBuffer>;

const FRAMES_A_SLAB = 8;
const SLAB_BYTES = 16 * 2 ** 20;
const SLABS_AT_A_TIME = 2;
/** What one stack may hold in memory: 768 slices of 512². Without a bound a large study would fill the machine. */
export const STACK_BYTES = 384 * 2 ** 20;

const NOT_DELIVERED: ViewFrame = {
  status: 'failed',
  error: { type: 'unavailable', code: 'not-delivered', message: 'This frame did not arrive.' },
};

/** Address of the frames of a series, or of one of its stacks; `from` and `count` follow. */
export function framesAddress(seriesUID: string, stack: number | null): string {
  return `/api/series/${encodeURIComponent(seriesUID)}/frames?${stack === null ? '' : `stack=${stack}&`}`;
}

interface Run {
  readonly from: number;
  readonly count: number;
}

/**
 * The frames of one stack: fetched in slabs around where the reader is, ahead in the direction of the last step first, and kept up to
 * `budget` bytes. In a stack that is larger, what lies ahead takes the place of what lies farthest behind.
 *
 * A frame that is waited for is fetched alone, beside the slabs: it is small and soon here. The one asked for last goes first.
 */
export class FrameSource {
  readonly frames: readonly StackFrame[];
  readonly #address: string;
  readonly #fetch: FetchBytes;
  readonly #kept: FrameCache;
  readonly #indexOf = new Map<string, number>();
  /** Frames that are on their way. */
  readonly #coming = new Set<number>();
  /** Who waits for a frame, the last to ask last. */
  readonly #asked = new Map<number, PromiseWithResolvers<ViewFrame>>();
  readonly #abort = new AbortController();
  #slabs = 0;
  #single = false;
  #focus = 0;
  #direction: 1 | -1 = 1;
  #ahead = false;

  /** @param stack Index of the stack that `frames` are; null where they are those of the whole series. */
  constructor(
    seriesUID: string,
    frames: readonly StackFrame[],
    fetchBytes: FetchBytes,
    budget = STACK_BYTES,
    stack: number | null = null,
  ) {
    this.#address = framesAddress(seriesUID, stack);
    this.frames = frames;
    this.#fetch = fetchBytes;
    this.#kept = new FrameCache(budget);
    frames.forEach((frame, index) => this.#indexOf.set(frame.key, index));
  }

  /** The frame if it is here already. */
  peek(index: number): ViewFrame | undefined {
    return this.#kept.get(index);
  }

  /** The frame, fetched if need be. A frame that cannot be decoded, or did not arrive, is `failed`: it never throws. */
  async get(index: number): Promise<ViewFrame> {
    // What is asked for is where the reader is: it is the last to be dropped.
    this.#aim(index);
    const here = this.#kept.get(index);
    if (here !== undefined) return here;
    if (this.disposed) return NOT_DELIVERED;
    const asked = this.#asked.get(index) ?? Promise.withResolvers<ViewFrame>();
    this.#asked.delete(index);
    this.#asked.set(index, asked);
    this.#fill();
    return asked.promise;
  }

  /** Forgets a frame that failed, so that it is asked for again. */
  retry(index: number): void {
    if (this.#kept.get(index)?.status === 'failed') this.#kept.drop(index);
  }

  /** Fetches ahead from here, in the direction of the last step first. */
  focus(index: number): void {
    this.#aim(index);
    this.#ahead = true;
    this.#fill();
  }

  /** Memory that its frames take. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  /** Calls back with the index of every frame that is no longer kept, until what it gives is called. */
  onDrop(listener: (index: number) => void): () => void {
    return this.#kept.onDrop(listener);
  }

  get disposed(): boolean {
    return this.#abort.signal.aborted;
  }

  dispose(): void {
    this.#abort.abort();
    this.#kept.clear();
    for (const { resolve } of this.#asked.values()) resolve(NOT_DELIVERED);
    this.#asked.clear();
  }

  #aim(index: number): void {
    if (index !== this.#focus) this.#direction = index > this.#focus ? 1 : -1;
    this.#focus = index;
  }

  #bytesOf(index: number): number {
    const image = this.frames[index]?.image;
    const stated =
      image === undefined
        ? 0
        : image.rows * image.columns * image.samples * Math.ceil(image.bitsAllocated / 8);
    // A palette becomes RGB: what came may be more than what the header says.
    return Math.max(1, stated, this.#kept.largest);
  }

  #fill(): void {
    if (this.disposed) return;
    // Not awaited here and below: the end of each calls this again.
    if (!this.#single) {
      const index = this.#lastAsked();
      if (index !== undefined) {
        this.#single = true;
        void this.#load({ from: index, count: 1 }).then(() => {
          this.#single = false;
          this.#fill();
        });
      }
    }
    while (this.#ahead && this.#slabs < SLABS_AT_A_TIME) {
      const next = this.#nextMissing();
      if (next === undefined) return;
      this.#slabs += 1;
      void this.#load(next).then(() => {
        this.#slabs -= 1;
        this.#fill();
      });
    }
  }

  #lastAsked(): number | undefined {
    return [...this.#asked.keys()].findLast((index) => this.#isMissing(index));
  }

  #isMissing(index: number): boolean {
    return index >= 0 && index < this.frames.length && !this.#kept.has(index) && !this.#coming.has(index);
  }

  /** The nearest missing run: ahead of the reader first, then behind; none that would have to go again for something nearer. */
  #nextMissing(): Run | undefined {
    for (const direction of [this.#direction, -this.#direction]) {
      for (let i = this.#focus; i >= 0 && i < this.frames.length; i += direction) {
        if (!this.#isMissing(i)) continue;
        const run = this.#runFrom(i, direction);
        if (this.#hasRoom(run, Math.abs(i - this.#focus))) return run;
        break;
      }
    }
    return undefined;
  }

  #runFrom(index: number, direction: number): Run {
    const most = Math.max(1, Math.min(FRAMES_A_SLAB, Math.floor(SLAB_BYTES / this.#bytesOf(index))));
    let last = index;
    while (Math.abs(last - index) + 1 < most && this.#isMissing(last + direction)) last += direction;
    return { from: Math.min(index, last), count: Math.abs(last - index) + 1 };
  }

  /** Room that is left, or taken up by frames that lie clearly farther from the reader than the run will. */
  #hasRoom({ from, count }: Run, distance: number): boolean {
    const more = this.#coming.size + count;
    return (
      this.#kept.fits(more * this.#bytesOf(from)) || distance + 2 * more <= this.#kept.reach(this.#focus)
    );
  }

  async #load({ from, count }: Run): Promise<void> {
    const run = Array.from({ length: count }, (_, i) => from + i);
    for (const index of run) this.#coming.add(index);
    const missing = new Set(run);
    let failure = NOT_DELIVERED;
    try {
      // A slab may hold fewer frames than were asked for, at least one.
      for (let at = from; at < from + count && !this.disposed; ) {
        const path = `${this.#address}from=${at}&count=${from + count - at}`;
        const got = parseSlab(await this.#fetch(path, this.#abort.signal));
        if (got.length === 0) break;
        for (const frame of got) this.#take(frame, missing);
        at += got.length;
      }
    } catch (thrown) {
      failure = { status: 'failed', error: toWire(thrown) };
    }
    for (const index of run) this.#coming.delete(index);
    // A frame that was not waited for is only not here; the first of a run is told as failed, or it would be asked for for ever.
    for (const index of missing) {
      if (index === from || this.#asked.has(index)) this.#keep(index, failure);
    }
  }

  #take(frame: SlabFrame, missing: Set<number>): void {
    const index = this.#indexOf.get(frameKey(frame));
    const image = index === undefined ? undefined : this.frames[index]?.image;
    if (index === undefined || image === undefined) return;
    missing.delete(index);
    this.#coming.delete(index);
    if (frame.status === 'failed') this.#keep(index, { status: 'failed', error: frame.error });
    else if (frame.decoded.photometric === 'PALETTE COLOR') {
      // The workstation sends palette images as RGB; bare indices must never be drawn as greys.
      const message =
        'The colours of this image are indices into a palette, and the palette did not come with them.';
      this.#keep(index, { status: 'failed', error: { type: 'bug', code: 'palette-missing', message } });
    } else {
      const { decoded } = frame;
      this.#keep(index, { status: 'decoded', decoded, display: displayFrame(decoded, image) });
    }
  }

  #keep(index: number, frame: ViewFrame): void {
    if (this.disposed) return;
    this.#kept.keep(index, frame, this.#focus);
    // Whoever asked gets it even where the reader has gone on and it was dropped at once.
    this.#asked.get(index)?.resolve(frame);
    this.#asked.delete(index);
  }
}
