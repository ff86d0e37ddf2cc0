import type { Decode } from './character-set.ts';
import type { Delimiters } from './delimiters.ts';
import { type Place, refusedAt } from './place.ts';

/** What unescaping a text needs of its message. */
export interface Escaping {
  readonly delimiters: Delimiters;
  readonly label: string;
  readonly decode: Decode;
}

/** Lines or spaces that one command may ask for. */
const MOST = 100;

/**
 * A text with its escape sequences resolved (chapter 2, use of escape sequences in text fields): delimiters, hexadecimal bytes in the message's
 * character set, and formatting commands as line breaks and spaces; highlighting is left out. A sign that begins no sequence stands for itself.
 *
 * @throws Refused `hl7-escape` where a sequence changes the character set, or bytes are not of it: letters would be wrong
 */
export function unescapeText(text: string, { delimiters, label, decode }: Escaping, place: Place): string {
  const { escape } = delimiters;
  let at = text.indexOf(escape);
  if (at < 0) return text;
  let out = text.slice(0, at);
  while (at >= 0) {
    const end = text.indexOf(escape, at + 1);
    if (end < 0) return out + text.slice(at);
    const means = meaningOf(text.slice(at + 1, end), delimiters);
    let next = end + 1;
    if (means === null) {
      // 'C:\temp\scan': the sign itself, and the one that follows may begin a sequence.
      out += escape;
      next = at + 1;
    } else if (typeof means === 'string') out += means;
    else if (means.bytes === null) {
      throw refusedAt(
        'hl7-escape',
        place,
        'an escape sequence (\\C…\\ or \\M…\\) changes the character set, which is not read here. Have the sender write UNICODE UTF-8.',
      );
    } else {
      const decoded = decode(label === 'ascii' ? 'utf-8' : label, means.bytes);
      if (decoded === null) {
        throw refusedAt(
          'hl7-escape',
          place,
          "the bytes of a \\X…\\ sequence are not of the message's character set (MSH-18).",
        );
      }
      out += decoded;
    }
    at = text.indexOf(escape, next);
    out += text.slice(next, at < 0 ? undefined : at);
  }
  return out;
}

/** Null where the letters between two escape signs are no sequence. */
function meaningOf(inner: string, delimiters: Delimiters): string | { bytes: string | null } | null {
  switch (inner) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component;
    case 'T':
      return delimiters.subcomponent;
    case 'R':
      return delimiters.repetition;
    case 'E':
      return delimiters.escape;
    case 'P':
      return delimiters.truncation ?? null;
    case 'H':
    case 'N':
      return '';
  }
  const hex = /^[Xx]((?:[0-9A-Fa-f]{2})+)$/.exec(inner)?.[1];
  if (hex !== undefined) {
    let bytes = '';
    for (let at = 0; at < hex.length; at += 2)
      bytes += String.fromCharCode(Number.parseInt(hex.slice(at, at + 2), 16));
    return { bytes };
  }
  if (/^[CM](?:[0-9A-Fa-f]{2}){2,3}$/.test(inner)) return { bytes: null };
  const command = /^\.(br|ce|sp|sk|in|ti|fi|nf)([+-]?\d{1,4})?$/i.exec(inner);
  return command === null ? null : formatting(command[1]?.toLowerCase() ?? '', command[2]);
}

/** Commands of formatted text: as plain text has them. Indents and filling change only how it looks. */
function formatting(command: string, given: string | undefined): string {
  const count = Math.min(Math.max(Number(given ?? 1), 1), MOST);
  if (command === 'br' || command === 'ce') return '\n';
  if (command === 'sp') return '\n'.repeat(count);
  return command === 'sk' ? ' '.repeat(count) : '';
}
