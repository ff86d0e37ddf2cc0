import type { FrameSource } from './frame-source.ts';

/**
 * The frame sources of the stacks that were looked at last. More than `most` are not kept, since a series of many phases would fill the
 * memory: the one that was not looked at for longest is disposed of.
 *
 * @param most At least two: one is leaving the screen as the next comes.
 */
export class KeptSources<K> {
  readonly #most: number;
  readonly #sources = new Map<K, FrameSource>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The source under this key; made where there is none, or it was disposed of. */
  get(key: K, make: () => FrameSource): FrameSource {
    const kept = this.#sources.get(key);
    const source = kept === undefined || kept.disposed ? make() : kept;
    // The one looked at last stands last.
    this.#sources.delete(key);
    this.#sources.set(key, source);
    for (const [oldest, old] of this.#sources) {
      if (this.#sources.size <= this.#most) break;
      old.dispose();
      this.#sources.delete(oldest);
    }
    return source;
  }

  dispose(): void {
    for (const source of this.#sources.values()) source.dispose();
    this.#sources.clear();
  }
}
