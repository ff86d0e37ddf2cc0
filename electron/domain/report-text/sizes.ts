import type { Mention, Size } from './mentions.ts';
import type { Cue } from './reach.ts';
import type { Word } from './tokens.ts';

/** Millimetres of one unit of length. */
const LENGTH: Readonly<Record<string, number>> = {
  mm: 1,
  millimeter: 1,
  cm: 10,
  centimeter: 10,
  m: 1000,
  meter: 1000,
  inch: 25.4,
  µm: 0.001,
};
const OTHER_UNITS = new Set([
  'mm2',
  'mm3',
  'cm2',
  'cm3',
  'ml',
  'cc',
  'hu',
  'cl',
  'kg',
  'g',
  'sqcm',
  'sqmm',
  '°',
  'degree',
  'cubic',
  'square',
]);
const NOT_MEASURES = new Set(
  'year day week month hour yo % percent st nd rd th view mg kv slice series image t f hu'.split(' '),
);
const ASKING = new Set([
  'measure',
  'measuring',
  'measured',
  'size',
  'sized',
  'diameter',
  'dimension',
  'axi',
  'axis',
]);

interface Found extends Size {
  readonly from: number;
  readonly to: number;
}

/** Gives each mention of a sentence its sizes of now: no earlier ones, no distances. */
export function placeSizes(words: readonly Word[], mentions: readonly Mention[], cues: readonly Cue[]): void {
  for (const size of sizesIn(words)) {
    if (isOfBefore(words, cues, size) || isDistance(words, cues, size)) continue;
    const owner = ownerOf(words, mentions, size);
    owner?.sizes.push(size);
  }
}

/** Every size in the words, whose it may be. */
export function sizesIn(words: readonly Word[]): Found[] {
  const found: Found[] = [];
  for (let index = 0; index < words.length; ) {
    const size = sizeAt(words, index);
    if (size === null) index += 1;
    else {
      found.push(size);
      index = size.to;
    }
  }
  return found;
}

function numberAt(words: readonly Word[], at: number): number | null {
  const raw = words[at]?.raw ?? '';
  return /^\d+(?:[.,]\d+)?$/.test(raw) ? Number(raw.replace(',', '.')) : null;
}

function sizeAt(words: readonly Word[], from: number): Found | null {
  if (numberAt(words, from) === null) return null;
  const values: { value: number; decimals: number; unit: number | null }[] = [];
  let at = from;
  let unit: string | null = null;
  for (;;) {
    const value = numberAt(words, at);
    if (value === null) break;
    const entry = {
      value,
      decimals: /[.,](\d+)$/.exec(words[at]?.raw ?? '')?.[1]?.length ?? 0,
      unit: null as number | null,
    };
    values.push(entry);
    at += 1;
    const here = unitAt(words, at);
    if (here !== null) {
      unit = here.name;
      entry.unit = LENGTH[here.name] ?? null;
      at = here.to;
    }
    const joiner = words[at]?.fold ?? '';
    if ((joiner === 'x' || joiner === '×' || joiner === 'by') && numberAt(words, at + 1) !== null) at += 1;
    else if (
      (joiner === 'to' || joiner === 'and') &&
      numberAt(words, at + 1) !== null &&
      entry.unit === null &&
      joiner === 'to'
    ) {
      // '8 to 12 mm' is a range, 'from 8 to 12 mm' a growth: its last value is of now.
      if (['from'].includes(words[from - 1]?.fold ?? '')) values.length = 0;
      at += 1;
    } else if (!(numberAt(words, at) !== null && words[at]?.gap === '' && entry.unit === null)) break;
  }
  return finish(words, from, at, values, unit);
}

function finish(
  words: readonly Word[],
  from: number,
  to: number,
  values: readonly { value: number; decimals: number; unit: number | null }[],
  unit: string | null,
): Found | null {
  const last = values.at(-1);
  if (last === undefined) return null;
  const place = { from, to, start: words[from]?.start ?? 0, end: words[to - 1]?.end ?? 0 };
  const bound = boundOf(words, from);
  if (unit !== null && LENGTH[unit] === undefined)
    return { ...place, mm: [], tolerance: 0, bound, problem: 'not-a-length', unit };
  if (unit === null) {
    const next = words[to]?.fold ?? '';
    const asked = words.slice(Math.max(0, from - 4), from).some(({ fold }) => ASKING.has(fold));
    if (
      !asked ||
      NOT_MEASURES.has(next) ||
      (/^(?:in|on)$/.test(next) && /^(?:number)$/.test(words[to + 1]?.fold ?? ''))
    )
      return null;
    return { ...place, mm: [], tolerance: 0, bound, problem: 'no-unit', unit };
  }
  const factor = LENGTH[unit] ?? 1;
  const mm = values.map(({ value, unit: own }) => value * (own ?? factor)).toSorted((a, b) => b - a);
  const step = Math.max(...values.map(({ decimals, unit: own }) => (own ?? factor) / 10 ** decimals));
  const tolerance = Math.max(step / 2, 1, (mm[0] ?? 0) * 0.05) + 1e-9;
  return { ...place, mm, tolerance, bound, problem: null, unit };
}

function unitAt(words: readonly Word[], at: number): { name: string; to: number } | null {
  const word = words[at];
  if (word === undefined || (word.gap !== '' && word.gap !== '-')) return null;
  const name = word.fold;
  const square = words[at + 1];
  if (
    LENGTH[name] !== undefined &&
    square !== undefined &&
    (square.fold === '²' || square.fold === '³' || square.fold === '2' || square.fold === '3') &&
    square.start === word.end
  )
    return {
      name: `${name}${square.fold === '²' ? '2' : square.fold === '³' ? '3' : square.fold}`,
      to: at + 2,
    };
  if (name === 'm' && word.raw !== 'm') return null;
  if (LENGTH[name] !== undefined || OTHER_UNITS.has(name)) return { name, to: at + 1 };
  return null;
}

function boundOf(words: readonly Word[], from: number): Size['bound'] {
  const before = words.slice(Math.max(0, from - 3), from).map(({ fold }) => fold);
  if (before.some((fold) => ['<', '≤', 'under', 'below', 'less', 'smaller', 'sub'].includes(fold)))
    return 'below';
  if (before.includes('up') && before.includes('to')) return 'exact';
  if (before.some((fold) => ['>', '≥', 'over', 'exceeding', 'greater', 'least'].includes(fold)))
    return 'above';
  return 'exact';
}

/** '(previously 8 mm)', 'from 8 mm', '8 mm on the prior'. */
function isOfBefore(words: readonly Word[], cues: readonly Cue[], size: Found): boolean {
  const prior = (from: number, to: number): boolean =>
    cues.some((cue) => cue.values.includes('priorValue') && cue.from >= from && cue.to <= to);
  const before = size.from - 4;
  const opening = words
    .slice(Math.max(0, before), size.from + 1)
    .findLastIndex(({ gap }) => gap === ',' || gap === '(');
  const start = opening === -1 ? before : Math.max(0, before) + opening;
  if (prior(start, size.from)) return true;
  const after = words.slice(size.to, size.to + 4);
  const stop = after.findIndex(({ gap }) => gap === ',' || gap === '(');
  return (
    cues.some(
      (cue) =>
        cue.from >= size.to &&
        cue.from < size.to + (stop === -1 ? 4 : stop) &&
        cue.values.includes('priorValue') &&
        !['compared', 'compared with', 'compared to', 'from', 'versus', 'against'].includes(
          words
            .slice(cue.from, cue.to)
            .map(({ fold }) => fold)
            .join(' '),
        ),
    ) || after.slice(0, stop === -1 ? 4 : stop).some(({ fold }) => fold === 'ago' || fold === 'earlier')
  );
}

/** '3 cm above the carina', 'displaced by 4 mm', 'wall thickness of 5 mm'. */
function isDistance(words: readonly Word[], cues: readonly Cue[], size: Found): boolean {
  if (words[size.from - 1]?.fold === 'by') return true;
  const before = words.slice(Math.max(0, size.from - 2), size.from).map(({ fold }) => fold);
  if (before.some((fold) => ['length', 'diameter', 'size', 'measuring', 'measure'].includes(fold)))
    return false;
  return cues.some(
    (cue) =>
      (cue.values.includes('distanceAfter') &&
        cue.from >= size.to &&
        cue.from < size.to + 3 &&
        noUnitBetween(words, size.to, cue.from + 1)) ||
      (cue.values.includes('distanceBefore') &&
        cue.to <= size.from &&
        cue.to > size.from - 5 &&
        words.slice(cue.to, size.from + 1).every(({ gap }) => gap === '')),
  );
}

function noUnitBetween(words: readonly Word[], from: number, to: number): boolean {
  return words.slice(from, to).every(({ gap, fold }) => gap === '' && fold !== 'in');
}

function ownerOf(words: readonly Word[], mentions: readonly Mention[], size: Found): Mention | undefined {
  const next = mentions.find(({ from }) => from >= size.to);
  const gapTo = (until: number): readonly Word[] => words.slice(size.to, until + 1);
  const adjacent =
    next !== undefined &&
    next.from - size.to <= 7 &&
    gapTo(next.from).every(
      ({ gap, fold }) =>
        gap === '' &&
        ![
          'and',
          'with',
          'is',
          'are',
          'but',
          'show',
          'ha',
          'contain',
          'no',
          'without',
          'from',
          'there',
        ].includes(fold),
    );
  const previous = mentions.findLast(({ to }) => to <= size.from);
  const asked = words.slice(Math.max(0, size.from - 4), size.from).some(({ fold }) => ASKING.has(fold));
  const bracket = words[size.from]?.gap === '(';
  if (previous !== undefined && (asked || bracket) && size.from - previous.to <= 14) return previous;
  if (adjacent) return next;
  return previous !== undefined && size.from - previous.to <= 10 ? previous : undefined;
}
