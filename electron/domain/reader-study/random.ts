/** Numbers that only look random: the same seed gives the same ones on every machine. */
export interface Random {
  /** In [0, 1), in steps of 2⁻³². */
  next(): number;
  /** A whole number in [0, n). */
  below(n: number): number;
  /** Of mean 0 and deviation 1 (Box and Muller; one of the pair). */
  normal(): number;
}

/** FNV-1a of the text's UTF-16 code units, 32 bits: spreads a text over a word of state. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

/** Numbers that are thrown away first: neighbouring seeds begin alike. */
const WARM_UP = 16;

/**
 * Marsaglia's xorshift128 (2003), its four words FNV-1a of `seed#0` … `seed#3`, its first 16 numbers thrown away. Written down so that
 * another program can draw the same samples.
 */
export function randomOf(seed: string): Random {
  let [x, y, z, w] = [0, 1, 2, 3].map((word) => fnv(`${seed}#${word}`)) as [number, number, number, number];
  // The one state that xorshift never leaves.
  if ((x | y | z | w) === 0) w = 1;
  const word = (): number => {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return w;
  };
  for (let at = 0; at < WARM_UP; at += 1) word();
  const next = (): number => word() / 2 ** 32;
  return {
    next,
    below: (n) => Math.floor(next() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** A new array in an order that the seed gives (Fisher and Yates, from the end). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    const [here, there] = [order[at] as T, order[other] as T];
    order[at] = there;
    order[other] = here;
  }
  return order;
}
