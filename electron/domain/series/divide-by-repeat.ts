import { alike, byKey, divide, type Group, type Part } from './group.ts';
import { extremes } from './measure-stack.ts';
import { most, placesOf } from './places.ts';
import { isPlaced, type PlacedSlice, type Slice } from './slice.ts';

/** A number that tells slices of one place apart, and the words for one of its values. */
interface Dimension {
  readonly of: (slice: Slice) => number | undefined;
  /** The value's name, for slices that have none. */
  readonly name: string;
  readonly words: (value: number, index: number, count: number) => string;
}

const counted = (word: string) => (_value: number, index: number, count: number) =>
  `${word} ${index + 1} of ${count}`;

/** Values that make another kind of picture: they divide a stack even where no position is repeated. */
const B_VALUE: Dimension = {
  of: ({ geometry }) => geometry.bValue,
  name: 'b-value',
  words: (value) => `b ${value} s/mm²`,
};
const ECHO_NUMBER: Dimension = {
  of: ({ geometry }) => geometry.echoNumber,
  name: 'echo number',
  words: (value) => `echo ${value}`,
};

/** Values that divide a stack only where they explain why positions are repeated: many devices count them up slice by slice. */
const EXPLANATIONS: readonly Dimension[] = [
  {
    of: ({ geometry }) => geometry.sliceThickness,
    name: 'slice thickness',
    words: (value) => `slices of ${value} mm`,
  },
  {
    of: ({ geometry }) => geometry.echoTime,
    name: 'echo time',
    words: (value, index, count) => `echo ${index + 1} of ${count} (TE ${value} ms)`,
  },
  { of: ({ geometry }) => geometry.temporalPosition, name: 'phase', words: counted('phase') },
  {
    of: ({ geometry }) => geometry.frameReferenceTime,
    name: 'frame reference time',
    words: counted('phase'),
  },
  {
    of: ({ geometry }) => geometry.cardiacPhase,
    name: 'phase',
    words: (value) => `phase at ${value} % of the heart’s cycle`,
  },
  { of: ({ geometry }) => geometry.triggerTime, name: 'trigger time', words: counted('phase') },
];

const ACQUISITION: Dimension = {
  of: ({ geometry }) => geometry.acquisitionNumber,
  name: 'acquisition number',
  words: counted('acquisition'),
};

const placesIn = (slices: readonly Slice[]) => placesOf(slices.filter(isPlaced));

/**
 * Divides slices of one orientation into stacks with one image a position: by b-value and echo always; by slice thickness,
 * phase, diffusion direction, kind of image, kernel, dimension of an enhanced object or acquisition where that explains repeated positions; at last by the
 * order of the instance numbers, where they run through all positions the same number of times. What still repeats a position after
 * that stays as it is: nothing says which image belongs to which stack.
 *
 * A run of images of one single position (a cine, a dynamic series of one slice) is not divided.
 */
export function divideByRepeat(groups: readonly Group[]): Group[] {
  const contrasts = [B_VALUE, ECHO_NUMBER].map(
    (dimension) => (slices: readonly Slice[]) =>
      placesIn(slices).length < 2 ? [{ slices, label: '' }] : byValue(slices, dimension),
  );
  const divided = contrasts.reduce<readonly Group[]>(divide, groups);
  return divided.flatMap((group) => explained(group, WAYS));
}

/** One acquisition, reconstructed for soft tissue and for bone. */
function byKernel(slices: readonly Slice[]): Part[] {
  const kernels = [...byKey(slices, ({ geometry }) => geometry.kernel ?? '')];
  return kernels
    .map(([kernel, some]) => ({
      slices: some,
      label: kernel === '' ? 'no kernel stated' : `kernel ${kernel}`,
    }))
    .toSorted((a, b) => (a.label < b.label ? -1 : 1));
}

/** How many dimensions of an enhanced object are looked at. */
const MAX_DIMENSIONS = 8;

type Way = (slices: readonly Slice[]) => readonly Part[];

/** In this order; the first that explains the repeats is taken, and the others are tried on its parts. */
const WAYS: readonly Way[] = [
  byField,
  ...EXPLANATIONS.map(
    (dimension): Way =>
      (slices) =>
        byValue(slices, dimension),
  ),
  byTriggerRank,
  byDirection,
  byImageType,
  byKernel,
  ...Array.from(
    { length: MAX_DIMENSIONS },
    (_, i): Way =>
      (slices) =>
        byIndex(slices, i),
  ),
  (slices) => byValue(slices, ACQUISITION),
  byPass,
];

/**
 * Divides a group until no position is repeated, or nothing explains it. A way explains the repeats if it gives no more parts than the
 * most images at one position, and fewer images at one position in each part.
 */
function explained(group: Group, ways: readonly Way[]): Group[] {
  const places = placesIn(group.slices);
  const before = most(places);
  if (before < 2 || places.length < 2) return [group];
  for (const [i, way] of ways.entries()) {
    const parts = way(group.slices);
    const explains =
      parts.length > 1 &&
      parts.length <= before &&
      parts.every((part) => most(placesIn(part.slices)) < before);
    if (explains) return divide([group], () => parts).flatMap((part) => explained(part, ways.slice(i + 1)));
  }
  return [group];
}

/** Parts by value, growing; those without one last. */
function byValue(slices: readonly Slice[], { of, name, words }: Dimension): Part[] {
  const parts = [...byKey(slices, (slice) => of(slice) ?? null)].toSorted(
    ([a], [b]) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY),
  );
  return parts.map(([value, some], i) => ({
    slices: some,
    label: value === null ? `no ${name} stated` : words(value, i, parts.length),
  }));
}

/** In the plane, images of one field of view lie within this of each other, millimetres: less than a pixel of those that have several. */
const SAME_FIELD = 0.1;

/** Images at one height and beside each other, such as both hands or the stations of a whole body: not repeats of each other. */
function byField(slices: readonly Slice[]): Part[] {
  const across = new Map(
    placesIn(slices).flatMap((place) => place.map((one) => [one.slice as Slice, one.across] as const)),
  );
  const fields = alike(slices, (slice) => across.get(slice) ?? [], SAME_FIELD);
  return fields.map((some, i) => ({ slices: some, label: `field of view ${i + 1} of ${fields.length}` }));
}

/** Cine of several slices: each position has its own trigger times, and the n-th of each make phase n. */
function byTriggerRank(slices: readonly Slice[]): Part[] {
  return byRank(slices, 'phase', (place) => {
    const times = place.map(({ geometry }) => geometry.triggerTime);
    if (times.includes(undefined) || new Set(times).size < times.length) return null;
    return place.toSorted((a, b) => (a.geometry.triggerTime ?? 0) - (b.geometry.triggerTime ?? 0));
  });
}

/** The n-th slice of each position, where every position has the same number and `order` puts each in an order. */
function byRank(
  slices: readonly Slice[],
  word: string,
  order: (place: readonly PlacedSlice[]) => readonly Slice[] | null,
): Part[] {
  const places = placesIn(slices).map((place) => place.map(({ slice }) => slice));
  const count = most(places);
  if (places.some((place) => place.length !== count)) return [];
  const ranked = places.map(order);
  if (ranked.includes(null)) return [];
  return Array.from({ length: count }, (_, i) => ({
    slices: ranked.flatMap((place) => place?.[i] ?? []),
    label: `${word} ${i + 1} of ${count}`,
  }));
}

/** Diffusion gradient directions, to hundredths: no two directions of a scheme are closer. */
function byDirection(slices: readonly Slice[]): Part[] {
  const keyOf = ({ geometry }: Slice) =>
    geometry.gradientDirection?.map((share) => share.toFixed(2).replace('-0.00', '0.00')).join() ?? '';
  const parts = [...byKey(slices, keyOf).values()];
  return parts.map((some, i) => ({ slices: some, label: `direction ${i + 1} of ${parts.length}` }));
}

/** Magnitude and phase, water and fat, original and derived: the values of Image Type that are not common to all. */
function byImageType(slices: readonly Slice[]): Part[] {
  const types = [...byKey(slices, ({ geometry }) => geometry.imageType?.join('\\') ?? '')];
  const values = types.map(([type]) => type.split('\\'));
  return types
    .map(([type, some]) => {
      const own = type.split('\\').filter((value) => !values.every((others) => others.includes(value)));
      return {
        slices: some,
        label: `image type ${own.length === 0 ? type.replaceAll('\\', ' ') : own.join(' ')}`,
      };
    })
    .toSorted((a, b) => (a.label < b.label ? -1 : 1));
}

/** Dimension pointers by name (PS3.3 C.7.6.17); those of a place explain no repeat of it. */
const DIMENSION_WORDS: Readonly<Record<string, string>> = {
  '00180082': 'inversion time',
  '00189079': 'inversion time',
  '00189075': 'diffusion kind',
  '00189087': 'b-value',
  '00189089': 'direction',
  '00209128': 'phase',
  '00209153': 'phase',
  '00209241': 'phase',
  '00189082': 'echo',
  '00209156': 'acquisition',
};

function byIndex(slices: readonly Slice[], index: number): Part[] {
  const pointer = slices[0]?.dimensions[index];
  if (pointer === undefined || pointer === '') return [];
  if (slices.some(({ dimensions }) => dimensions[index] !== pointer)) return [];
  const word = DIMENSION_WORDS[pointer] ?? `dimension (${pointer.slice(0, 4)},${pointer.slice(4)})`;
  return byValue(slices, {
    of: ({ geometry }) => geometry.dimensionIndices?.[index],
    name: word,
    words: counted(word),
  });
}

/**
 * Nothing but the instance numbers tells the images of a position apart. They are believed where every position has the same number of
 * images and the numbers run either through all positions, then again through all, or through the images of one position, then of the next.
 */
function byPass(slices: readonly Slice[]): Part[] {
  const numbers = slices.map(({ instanceNumber }) => instanceNumber);
  if (numbers.includes(null) || new Set(numbers).size < numbers.length) return [];
  const passes = byRank(slices, 'pass', (place) => place.toSorted(byInstanceNumber));
  const inBlocks = passes.every((pass, i) => {
    const next = passes[i + 1];
    return next === undefined || numbersOf(pass).max < numbersOf(next).min;
  });
  if (!inBlocks && !runsPlaceByPlace(slices)) return [];
  return passes.map((pass) => ({ ...pass, label: `${pass.label}, by instance number` }));
}

const numbersOf = ({ slices }: Part) => extremes(slices.map(numberOf));
const numberOf = ({ instanceNumber }: Slice): number => instanceNumber ?? 0;
const byInstanceNumber = (a: Slice, b: Slice): number => numberOf(a) - numberOf(b);

function runsPlaceByPlace(slices: readonly Slice[]): boolean {
  const placeOf = new Map(
    placesIn(slices).flatMap((place, i) => place.map(({ slice }) => [slice as Slice, i] as const)),
  );
  const inOrder = slices.toSorted(byInstanceNumber).map((slice) => placeOf.get(slice));
  const changes = inOrder.filter((place, i) => i > 0 && place !== inOrder[i - 1]).length;
  return changes === new Set(inOrder).size - 1;
}
