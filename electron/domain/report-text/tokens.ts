/** One word of a text, folded for comparison. Punctuation is kept only as a gap before the next word. */
export interface Word {
  /** Place in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly raw: string;
  /** Lower case, without accents, American spelling, singular. */
  readonly fold: string;
  /** What stands between the word before and this one: '' (space, hyphen or slash), ',' or another break. */
  readonly gap: '' | ',' | '(' | ':' | '-';
}

const PIECE = /\d+(?:[.,]\d+)?|[\p{L}][\p{L}\p{N}]*(?:['’](?=\p{L}))?(?:\p{L}*)|[#?<>≤≥%°²³×]|[^\s]/gu;

/** The words of `text`, whose places are counted from `offset`. */
export function wordsOf(text: string, offset = 0): Word[] {
  const words: Word[] = [];
  let gap: Word['gap'] = '';
  for (const match of text.matchAll(PIECE)) {
    const raw = match[0];
    const start = match.index;
    if (isWord(raw, text, start)) {
      const fold = folded(raw);
      words.push({ start: offset + start, end: offset + start + raw.length, raw, fold, gap });
      gap = '';
    } else gap = wider(gap, gapOf(raw, text, start));
  }
  return words;
}

/** The folded words of a phrase from a word list. */
export function foldPhrase(phrase: string): string[] {
  return wordsOf(phrase).map((word) => word.fold);
}

const SPELLING = new Map([
  ['centre', 'center'],
  ['fibre', 'fiber'],
  ['calibre', 'caliber'],
  ['goitre', 'goiter'],
  ['grey', 'gray'],
  ['litre', 'liter'],
  ['millimetre', 'millimeter'],
  ['centimetre', 'centimeter'],
  ['disk', 'disc'],
  ['cm', 'cm'],
  ['mm', 'mm'],
]);

const cache = new Map<string, string>();

/** A word without case, accents, possessive, plural and British spelling; the same for both sides of a comparison. */
export function folded(raw: string): string {
  const known = cache.get(raw);
  if (known !== undefined) return known;
  const plain = raw
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replace(/['’]s?$/, '')
    .replaceAll(/['’]/g, '');
  const fold = spelled(singular(plain));
  // Bounded, since texts are foreign: a report's own words are few, a hostile file's are not.
  if (cache.size < 50_000) cache.set(raw, fold);
  return fold;
}

function singular(word: string): string {
  if (word.length < 4) return word;
  if (word.length > 4 && word.endsWith('ae')) return word.slice(0, -1);
  if (word.endsWith('sses') || word.endsWith('xes')) return word.slice(0, -2);
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/[tneoyair]ses$/.test(word)) return `${word.slice(0, -2)}is`;
  if (word.length > 5 && /[lbcs]i$/.test(word)) return `${word.slice(0, -1)}us`;
  if (word.endsWith('s') && !/(?:ss|us|is)$/.test(word)) return word.slice(0, -1);
  return word;
}

function spelled(word: string): string {
  const exact = SPELLING.get(word);
  if (exact !== undefined) return exact;
  return word
    .replaceAll('oe', 'e')
    .replaceAll('ae', 'e')
    .replace(/our(s|ed|ing)?$/, 'or$1')
    .replace(/is(e|ed|es|ing|ation|ations)$/, 'iz$1')
    .replace(/ilation$/, 'ilatation');
}

function isWord(raw: string, text: string, start: number): boolean {
  if (/^[\p{L}\p{N}]/u.test(raw)) return true;
  // A word list names it alone.
  if (text === '?') return true;
  // '?fracture' is a doubt; 'fracture?' ends a sentence.
  if (raw === '?')
    return (
      (start === 0 || /[\s(]/.test(text[start - 1] ?? '')) && /^\??\s?\p{L}/u.test(text.slice(start + 1))
    );
  return /^[#<>≤≥×²³]$/.test(raw);
}

function gapOf(raw: string, text: string, start: number): Word['gap'] {
  if (raw === ',') return ',';
  if (raw === '(' || raw === ')' || raw === '[' || raw === ']') return '(';
  if (raw === ':') return ':';
  if (
    (raw === '-' || raw === '–' || raw === '—') &&
    /\s/.test(text[start - 1] ?? ' ') &&
    /\s/.test(text[start + 1] ?? ' ')
  )
    return '-';
  return '';
}

const WIDTH: Readonly<Record<Word['gap'], number>> = { '': 0, ',': 1, '(': 2, '-': 3, ':': 4 };

function wider(a: Word['gap'], b: Word['gap']): Word['gap'] {
  return WIDTH[b] > WIDTH[a] ? b : a;
}
