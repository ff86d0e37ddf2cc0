/** Instances of all kept series together, unless a single series has more: a header is a few kilobytes. */
const MOST_INSTANCES = 20_000;

/**
 * The series asked for last, each as it was when its `version` was: whoever scrolls asks for one series again and again. It holds what is
 * stored, whoever may see it: what a reader must not see is taken out of what it gives, each time.
 */
export class SeriesCache<T> {
  readonly #kept = new Map<string, { readonly version: string; readonly instances: readonly T[] }>();

  /** What was kept under this version, the very same array, else what `read` gives. */
  get(seriesInstanceUID: string, version: string, read: () => readonly T[]): readonly T[] {
    const kept = this.#kept.get(seriesInstanceUID);
    const entry = kept?.version === version ? kept : { version, instances: read() };
    // Last in the map: the first is the one that was not asked for the longest.
    this.#kept.delete(seriesInstanceUID);
    this.#kept.set(seriesInstanceUID, entry);
    this.#shrink();
    return entry.instances;
  }

  clear(): void {
    this.#kept.clear();
  }

  #shrink(): void {
    let total = [...this.#kept.values()].reduce((sum, { instances }) => sum + instances.length, 0);
    for (const [uid, { instances }] of this.#kept) {
      if (total <= MOST_INSTANCES || this.#kept.size === 1) return;
      this.#kept.delete(uid);
      total -= instances.length;
    }
  }
}
