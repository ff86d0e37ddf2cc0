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

/** Groups of slices whose numbers differ by no more than `tolerance` from those of the group's first. */
export function alike(
  slices: readonly Slice[],
  numbersOf: (slice: Slice) => readonly number[],
  tolerance: number,
): Slice[][] {
  const groups: { numbers: readonly number[]; slices: Slice[] }[] = [];
  for (const slice of slices) {
    const numbers = numbersOf(slice);
    const group = groups.find(
      (one) =>
        one.numbers.length === numbers.length &&
        numbers.every((value, i) => Math.abs(value - (one.numbers[i] ?? 0)) <= tolerance),
    );
    if (group === undefined) groups.push({ numbers, slices: [slice] });
    else group.slices.push(slice);
  }
  return groups.map((group) => group.slices);
}
