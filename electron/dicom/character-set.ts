import { TextDecoder } from 'node:util';

/**
 * Text of LO, SH, PN, LT … by Specific Character Set (0008,0005): PS3.3 C.12.1.1.2, PS3.5 §6.1 and Annexes H–K.
 */

/** Defined terms without code extensions, as labels of the Encoding standard. */
const SINGLE: Readonly<Record<string, string>> = {
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Escape sequences (the bytes after ESC) and the set that they invoke, into G0 (below 0x80) or G1 (from 0x80). */
const ESCAPES: readonly (readonly [string, 'G0' | 'G1', string])[] = [
  ['$(D', 'G0', 'jis-x-0212'],
  ['$)C', 'G1', 'euc-kr'],
  ['$)A', 'G1', 'gbk'],
  ['$B', 'G0', 'jis-x-0208'],
  ['$@', 'G0', 'jis-x-0208'],
  ['(B', 'G0', 'ascii'],
  ['(J', 'G0', 'ascii'],
  [')I', 'G1', 'shift_jis'],
  ['-A', 'G1', 'latin1'],
  ['-B', 'G1', 'iso-8859-2'],
  ['-C', 'G1', 'iso-8859-3'],
  ['-D', 'G1', 'iso-8859-4'],
  ['-L', 'G1', 'iso-8859-5'],
  ['-G', 'G1', 'iso-8859-6'],
  ['-F', 'G1', 'iso-8859-7'],
  ['-H', 'G1', 'iso-8859-8'],
  ['-M', 'G1', 'iso-8859-9'],
  ['-b', 'G1', 'iso-8859-15'],
  ['-T', 'G1', 'windows-874'],
];

/** G1 at the start of a value by the first defined term. */
const INITIAL_G1: Readonly<Record<string, string>> = {
  'ISO 2022 IR 101': 'iso-8859-2',
  'ISO 2022 IR 109': 'iso-8859-3',
  'ISO 2022 IR 110': 'iso-8859-4',
  'ISO 2022 IR 144': 'iso-8859-5',
  'ISO 2022 IR 127': 'iso-8859-6',
  'ISO 2022 IR 126': 'iso-8859-7',
  'ISO 2022 IR 138': 'iso-8859-8',
  'ISO 2022 IR 148': 'iso-8859-9',
  'ISO 2022 IR 203': 'iso-8859-15',
  'ISO 2022 IR 13': 'shift_jis',
  'ISO 2022 IR 166': 'windows-874',
  'ISO 2022 IR 149': 'euc-kr',
  'ISO 2022 IR 58': 'gbk',
};

const decoders = new Map<string, TextDecoder>();

function decodeAs(label: string, bytes: Uint8Array): string {
  if (label === 'latin1' || label === 'ascii') {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return text;
  }
  let decoder = decoders.get(label);
  if (!decoder) {
    decoder = new TextDecoder(label, { ignoreBOM: true });
    decoders.set(label, decoder);
  }
  return decoder.decode(bytes);
}

/** Two-byte sets in G0 become EUC-JP, whose decoder knows both. */
function decodeG0(set: string, bytes: Uint8Array): string {
  if (set === 'ascii') return decodeAs('ascii', bytes);
  const euc: number[] = [];
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    if (set === 'jis-x-0212') euc.push(0x8f);
    euc.push((bytes[i] as number) | 0x80, (bytes[i + 1] as number) | 0x80);
  }
  return decodeAs('euc-jp', Uint8Array.from(euc));
}

/** Delimiters that bring back the initial state (PS3.5 §6.1.2.5.3): CR, LF, FF, TAB, and in names ^ and =, and the backslash. */
const RESETS = new Set([0x0a, 0x0c, 0x0d, 0x09, 0x5c, 0x5e, 0x3d]);

function decodeIso2022(bytes: Uint8Array, initialG1: string): string {
  let g0 = 'ascii';
  let g1 = initialG1;
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] as number;
    if (byte === 0x1b) {
      const next = decodeAs('ascii', bytes.subarray(at + 1, at + 4));
      const found = ESCAPES.find(([sequence]) => next.startsWith(sequence));
      if (found) {
        if (found[1] === 'G0') g0 = found[2];
        else g1 = found[2];
        at += 1 + found[0].length;
        continue;
      }
      text += '\ufffd';
      at++;
      continue;
    }
    if (g0 === 'ascii' && RESETS.has(byte)) {
      g1 = initialG1;
      text += String.fromCharCode(byte);
      at++;
      continue;
    }
    const high = byte >= 0x80;
    let end = at + 1;
    while (end < bytes.length) {
      const following = bytes[end] as number;
      if (following === 0x1b || following >= 0x80 !== high) break;
      if (!high && g0 === 'ascii' && RESETS.has(following)) break;
      end++;
    }
    const run = bytes.subarray(at, end);
    text += high ? decodeAs(g1, run) : decodeG0(g0, run);
    at = end;
  }
  return text;
}

/** Terms as some write them ('ISO-IR 100', 'utf8', 'ISO 2022 IR87') as the standard has them. */
function definedTerm(term: string): string {
  const upper = term.trim().toUpperCase();
  if (/^UTF[-_ ]?8$/.test(upper)) return 'ISO_IR 192';
  const single = /^ISO[-_ ]?IR[-_ ]?(\d+)$/.exec(upper);
  if (single) return `ISO_IR ${single[1]}`;
  const extended = /^ISO[-_ ]?2022[-_ ]?IR[-_ ]?(\d+)$/.exec(upper);
  if (extended) return `ISO 2022 IR ${extended[1]}`;
  if (/^(ISO[-_ ]?2022[-_ ])?GB[-_ ]?18030$/.test(upper)) return 'GB18030';
  return /^(ISO[-_ ]?2022[-_ ])?GBK$/.test(upper) ? 'GBK' : upper;
}

/** Multi-byte sets that stand alone, without code extensions (PS3.3 C.12.1.1.2): what follows them in the list is not used. */
const ALONE = new Set(['ISO_IR 192', 'GB18030', 'GBK']);

/** Text of seven bits without escapes, which every set but a few of Asia's writes alike; null for any other. */
function plainAscii(bytes: Uint8Array): string | null {
  let text = '';
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80 || byte === 0x1b) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

/**
 * Decodes text. A term that is not known reads as ISO 8859-1, so that nothing is lost, only strange.
 * @param terms the values of (0008,0005), as written
 */
export function decodeText(bytes: Uint8Array, terms: readonly string[]): string {
  const plain = plainAscii(bytes);
  if (plain !== null) return plain;
  const first = definedTerm(terms[0] ?? '');
  const single = SINGLE[first];
  if (single && (terms.length === 1 || ALONE.has(first))) return decodeAs(single, bytes);
  if (terms.length > 1 || first.startsWith('ISO 2022')) {
    return decodeIso2022(bytes, INITIAL_G1[first] ?? SINGLE[first] ?? 'latin1');
  }
  return decodeAs('latin1', bytes);
}

/** Strips padding (trailing spaces and NUL, leading spaces) of a decoded text value. */
export function trimText(text: string): string {
  const nul = text.indexOf('\0');
  return (nul < 0 ? text : text.slice(0, nul)).trim();
}

/** One group of a name as 'FAMILY, Given Middle'; empty where it has no part. */
function displayGroup(group: string): string {
  const [family = '', given = '', middle = ''] = group.split('^').map((part) => part.trim());
  const after = [given, middle].filter((part) => part !== '').join(' ');
  if (family === '') return after;
  return after === '' ? family : `${family}, ${after}`;
}

export interface PersonName {
  /** The first group that says something, in the order of the standard. */
  readonly name: string;
  readonly ideographic: string;
  readonly phonetic: string;
}

/**
 * A person's name for display, all three component groups: alphabetic, ideographic, phonetic (PS3.5 §6.2.1).
 */
export function personName(value: string): PersonName {
  const [alphabetic = '', ideographic = '', phonetic = ''] = value
    .split('=')
    .map((group) => displayGroup(trimText(group)));
  const name = [alphabetic, ideographic, phonetic].find((group) => group !== '') ?? '';
  return { name, ideographic, phonetic };
}
