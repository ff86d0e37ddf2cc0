import type { PatientName } from './patient.ts';

export type Compared = 'same' | 'different' | 'unknown';

/**
 * A name of a message against one as this store shows it ('FAMILY, Given Middle'). Capitals, accents and how umlauts are written out say
 * nothing; middle names are not compared. An initial, or a part that is missing, decides nothing.
 */
export function compareNames(stored: string, { family, given }: PatientName): Compared {
  const comma = stored.indexOf(',');
  const own = {
    family: comma < 0 ? stored : stored.slice(0, comma),
    given: comma < 0 ? '' : stored.slice(comma + 1),
  };
  if (sameWords(`${own.family} ${own.given}`, `${family} ${given}`)) return 'same';
  const families = compareWords(own.family, family);
  if (families !== 'same') return families;
  return compareWords(firstOf(own.given), firstOf(given));
}

function firstOf(given: string): string {
  return given.trim().split(/[\s-]+/)[0] ?? '';
}

function compareWords(a: string, b: string): Compared {
  const [first, second] = [formsOf(a), formsOf(b)];
  if (first[0] === '' || second[0] === '') return 'unknown';
  if (first.some((form) => second.includes(form))) return 'same';
  const [short = '', long = ''] = [first[0] ?? '', second[0] ?? ''].toSorted((x, y) => x.length - y.length);
  return short.length === 1 && long.startsWith(short) ? 'unknown' : 'different';
}

/** The same words in whichever order. */
function sameWords(a: string, b: string): boolean {
  const words = (text: string): string[] =>
    text
      .split(/[\s,]+/)
      .map((word) => formsOf(word)[0] ?? '')
      .filter((word) => word !== '')
      .toSorted();
  const [first, second] = [words(a), words(b)];
  return first.length > 1 && first.join(' ') === second.join(' ');
}

const WRITTEN_OUT: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  å: 'aa',
  ø: 'oe',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  þ: 'th',
};
const WITHOUT: Readonly<Record<string, string>> = {
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ı: 'i',
  þ: 'th',
};

/** A word without accents, and with its umlauts written out. */
function formsOf(word: string): string[] {
  const low = word.normalize('NFC').toLowerCase();
  const fold = (by: Readonly<Record<string, string>>): string =>
    Array.from(low)
      .map((letter) => by[letter] ?? WITHOUT[letter] ?? letter)
      .join('')
      .normalize('NFD')
      .replaceAll(/[^\p{L}\p{N}]/gu, '');
  return [fold({}), fold(WRITTEN_OUT)];
}
