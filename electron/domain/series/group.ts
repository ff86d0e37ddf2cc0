import type { Slice } from './slice.ts';

/** Slices on their way to a stack, with the words that tell them from the rest of the series. */
export interface Group {
  readonly slices: readonly Slice[];
  readonly labels: readonly string[];
}

export interface Part {
  readonly slices: readonly Slice[];
  readonly label: string;
}

/** Divides every group; where a division gives one part, nothing is added to its label. */
export function divide(
  groups: readonly Group[],
  into: (slices: readonly Slice[]) => readonly Part[],
): Group[] {
  return groups.flatMap(({ slices, labels }) => {
    const parts = into(slices);
    if (parts.length === 1) return [{ slices, labels }];
    return parts.map((part) => ({
      slices: part.slices,
      labels: part.label === '' ? labels : [...labels, part.label],
    }));
  });
}

/** Slices by a key, keys in the order in which they first come. */
export function byKey<K>(slices: readonly Slice[], keyOf: (slice: Slice) => K): Map<K, Slice[]> {
  const groups = new Map<K, Slice[]>();
  for (const slice of slices) {
    const key = keyOf(slice);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [slice]);
    else group.push(slice);
  }
  return groups;
}
