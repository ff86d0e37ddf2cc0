/** A small repeatable source of numbers in [0, 1) (xorshift32), so that every machine makes the same samples. */
export function repeatable(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
