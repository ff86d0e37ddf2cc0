/** Numbers that are the same for the same seed on every machine: xorshift128, seeded through a mixing function. */
export class Random {
  readonly #state = new Uint32Array(4);

  constructor(seed: number, index = 0) {
    let mixed = (Math.imul(seed, 0x9e37_79b1) ^ Math.imul(index + 1, 0x85eb_ca6b)) >>> 0;
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x6d2b_79f5) >>> 0;
      let word = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
      word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
      this.#state[i] = (word ^ (word >>> 14)) >>> 0 || 1;
    }
  }

  /** 0 … 2³² − 1. */
  word(): number {
    const [x = 0, , , w = 0] = this.#state;
    const t = x ^ (x << 11);
    this.#state.copyWithin(0, 1);
    this.#state[3] = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return this.#state[3] ?? 0;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return limit <= 0 ? 0 : Math.floor((this.word() / 2 ** 32) * limit);
  }

  chance(probability: number): boolean {
    return this.word() / 2 ** 32 < probability;
  }

  /** One of a list that is not empty. */
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
