import type { FrameSource } from './frame-source.ts';

/**
 * The frame sources of the stacks that were looked at last. More than `most` are not kept, nor more than `bytes` of frames beside the one
 * that is being looked at, since a series of many phases would fill the memory: those that were not looked at for longest are disposed of.
 *
 * @param most At least two: one is leaving the screen as the next comes.
 */
export class KeptSources<K> {
  readonly #most: number;
  readonly #bytes: number;
  readonly #sources = new Map<K, FrameSource>();

  constructor(most: number, bytes: number) {
    this.#most = most;
    this.#bytes = bytes;
  }

  /** The source under this key; made where there is none, or it was disposed of. */
  get(key: K, make: () => FrameSource): FrameSource {
    const kept = this.#sources.get(key);
    const source = kept === undefined || kept.disposed ? make() : kept;
    // The one looked at last stands last.
    this.#sources.delete(key);
    this.#sources.set(key, source);
    this.#shrink(source);
    return source;
  }

  #shrink(current: FrameSource): void {
    let others = [...this.#sources.values()].reduce((sum, { bytes }) => sum + bytes, -current.bytes);
    for (const [oldest, old] of this.#sources) {
      const tooMany = this.#sources.size > this.#most;
      // The one before the current is still on the screen.
      const tooMuch = this.#sources.size > 2 && others > this.#bytes;
      if (!tooMany && !tooMuch) return;
      others -= old.bytes;
      old.dispose();
      this.#sources.delete(oldest);
    }
  }

  dispose(): void {
    for (const source of this.#sources.values()) source.dispose();
    this.#sources.clear();
  }
}
