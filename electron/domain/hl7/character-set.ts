import { refusedAt } from './place.ts';

/**
 * Decodes bytes strictly by a label of the Encoding standard; null where they are not of that set. This layer knows no decoder: who calls it
 * brings one.
 */
export type Decode = (label: string, bytes: string) => string | null;

/** A character set by which a message is read. */
export interface CharacterSet {
  readonly label: string;
  /** What is to be told of it; empty where the message says it itself. */
  readonly note: string;
}

/** What a person says of the character set of a file. */
export interface StatedSet {
  readonly label: string;
  /** The bytes are of this set, whatever the message names: of a text that was pasted. Else it is for messages that name none. */
  readonly always: boolean;
}

/** Of table 0211, without spaces and signs, and what else is often written for the same. */
const LABELS: Readonly<Record<string, string>> = {
  ASCII: 'ascii',
  USASCII: 'ascii',
  ISOIR6: 'ascii',
  // The Encoding standard reads both alike: what 8859/1 leaves free holds the quotes and dashes of Windows.
  '88591': 'windows-1252',
  ISOIR100: 'windows-1252',
  WINDOWS1252: 'windows-1252',
  CP1252: 'windows-1252',
  '88592': 'iso-8859-2',
  ISOIR101: 'iso-8859-2',
  '88593': 'iso-8859-3',
  '88594': 'iso-8859-4',
  '88595': 'iso-8859-5',
  '88596': 'iso-8859-6',
  '88597': 'iso-8859-7',
  '88598': 'iso-8859-8',
  '88599': 'windows-1254',
  '885915': 'iso-8859-15',
  UNICODEUTF8: 'utf-8',
  UTF8: 'utf-8',
  ISOIR192: 'utf-8',
  // Without a form it is sent as UTF-8, or the strict decoder refuses it.
  UNICODE: 'utf-8',
  GB180302000: 'gb18030',
  GB18030: 'gb18030',
  KSX1001: 'euc-kr',
  BIG5: 'big5',
};

const MEND =
  'Known are ASCII, 8859/1 to 8859/9, 8859/15, UNICODE UTF-8, GB 18030-2000, KS X 1001 and BIG-5. Have the sender write one of them, in MSH-18 as in the text.';

/** The label of a name of table 0211; null where it is not read here. */
export function labelOf(name: string): string | null {
  const plain = name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  return LABELS[plain] ?? LABELS[plain.replace(/^ISO(?=8859)/, '')] ?? null;
}

/**
 * The set by which a message is read: MSH-18, where it names one. Where it names none (or ASCII) and the bytes are not ASCII: the set that the
 * operator stated, else UTF-8 where every byte fits it, which no other set's text does by chance.
 *
 * @param stated what the operator, or the window, said of the file; null where nobody did
 * @throws Refused `hl7-character-set`
 */
export function characterSetOf(
  named: readonly string[],
  bytes: string,
  decode: Decode,
  stated: StatedSet | null,
): CharacterSet {
  const plain = /^\p{ASCII}*$/u.test(bytes);
  if (stated?.always === true) return { label: stated.label, note: '' };
  const place = { segment: 'MSH', field: 'MSH-18' };
  if (named.length > 1) {
    throw refusedAt(
      'hl7-character-set',
      place,
      `it names ${String(named.length)} character sets, between which the text changes by escape sequences: that is not read here. ${MEND}`,
    );
  }
  const name = named[0] ?? '';
  const label = name === '' ? 'ascii' : labelOf(name);
  if (label === null) {
    throw refusedAt(
      'hl7-character-set',
      place,
      `the character set '${name.slice(0, 40).replaceAll(/[^\w ./-]/g, '?')}' is not read here. ${MEND}`,
    );
  }
  if (label !== 'ascii') return { label, note: '' };
  // What escape sequences give as bytes is of the stated set too.
  if (plain) return { label: stated?.label ?? label, note: '' };
  if (stated !== null)
    return {
      label: stated.label,
      note: 'The message names no character set; it was read by the one that was stated.',
    };
  if (decode('utf-8', bytes) !== null)
    return { label: 'utf-8', note: 'The message names no character set; it was read as UTF-8.' };
  throw refusedAt(
    'hl7-character-set',
    place,
    'it names no character set, and the text is neither ASCII nor UTF-8: letters would be guessed. Have the sender name it in MSH-18, or import with --charset 8859/1 if that is what the sender writes.',
  );
}
