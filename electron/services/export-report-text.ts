/** What of a text can be printed with a font, and whether that is all of it. */
export interface Printable {
  readonly text: string;
  /** False where a character was replaced. */
  readonly exact: boolean;
}

/** Letters that have no decomposition into a base letter and marks, as they are commonly written without them. */
const PLAIN: Readonly<Record<string, string>> = {
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
  ħ: 'h',
  Ħ: 'H',
  '≥': '>=',
  '≤': '<=',
  '≠': '/=',
  '→': '->',
  '−': '-',
  '\u2010': '-',
  '\u2011': '-',
  '\u00ad': '',
  '\u00a0': ' ',
  '\u202f': ' ',
  '\u2009': ' ',
};

/**
 * Text as it can be printed with the characters that a font has. A letter with a mark that the font lacks loses the mark
 * (č → c); what has no such form is named by its code, `[U+5C71 U+7530]`, so that nobody takes a gap for a name.
 * Line ends stay, other control characters become spaces.
 */
export function printable(text: string, has: (codePoint: number) => boolean): Printable {
  const parts: (string | { unprintable: string })[] = [];
  let exact = true;
  for (const character of text.normalize('NFC').replaceAll(/\r\n?/g, '\n')) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (character === '\n' || has(codePoint)) {
      parts.push(character);
      continue;
    }
    if (codePoint < 0x20 || codePoint === 0x7f) {
      parts.push(' ');
      continue;
    }
    const plain = plainForm(character, has);
    if (plain === null || /\p{L}/u.test(character)) exact = false;
    parts.push(plain ?? { unprintable: `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}` });
  }
  return { text: joined(parts), exact };
}

function plainForm(character: string, has: (codePoint: number) => boolean): string | null {
  const known = PLAIN[character];
  if (known !== undefined) return known;
  const base = character.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  const fits = base !== '' && Array.from(base).every((letter) => has(letter.codePointAt(0) ?? 0));
  return fits ? base : null;
}

/** Neighbouring unprintable characters share one bracket. */
function joined(parts: readonly (string | { unprintable: string })[]): string {
  let text = '';
  let open = false;
  for (const part of parts) {
    if (typeof part === 'string') {
      text += open ? `]${part}` : part;
      open = false;
    } else {
      text += open ? ` ${part.unprintable}` : `[${part.unprintable}`;
      open = true;
    }
  }
  return open ? `${text}]` : text;
}
