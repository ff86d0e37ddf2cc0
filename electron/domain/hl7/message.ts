import { characterSetOf, type Decode, type StatedSet } from './character-set.ts';
import { type Delimiters, delimitersOf } from './delimiters.ts';
import { type Escaping, unescapeText } from './escapes.ts';
import { LIMITS } from './limits.ts';
import { type Place, refusedAt } from './place.ts';
import type { RawSegment } from './split-file.ts';

/** One segment; its fields as they are written, decoded, and found under the numbers of the standard. */
export interface Segment {
  readonly name: string;
  /** Which of this name in its message, from 1. */
  readonly number: number;
  readonly line: number;
  /** `[n]` is field n: of MSH, 1 is the separator itself. */
  readonly fields: readonly string[];
}

export interface Hl7Message extends Escaping {
  readonly segments: readonly Segment[];
  /** What is to be told of how it was read. */
  readonly notes: readonly string[];
}

/**
 * Parses one message.
 *
 * @param stated what a person said of the character set; null where nobody did
 * @throws Refused `hl7-delimiters`, `hl7-character-set`, `hl7-control-character`, `hl7-segment`, `hl7-continued`, `hl7-too-long`
 */
export function parseMessage(
  raw: readonly RawSegment[],
  decode: Decode,
  stated: StatedSet | null,
): Hl7Message {
  const header = raw[0]?.bytes ?? '';
  const line = raw[0]?.line ?? 1;
  let length = 0;
  for (const { bytes } of raw) length += bytes.length + 1;
  if (length > LIMITS.message) {
    throw refusedAt(
      'hl7-too-long',
      { line },
      `the message has more than ${String(LIMITS.message / 1024 / 1024)} MiB. Have the sender leave out what is no text (pictures, PDF).`,
    );
  }
  const delimiters = delimitersOf(header);
  const named = (header.split(delimiters.field)[17] ?? '').split(delimiters.repetition).map(trimmed);
  const set = characterSetOf(
    named.filter((name, at) => name !== '' || (at === 0 && named.length > 1)),
    raw.map(({ bytes }) => bytes).join('\r'),
    decode,
    stated,
  );
  const counts = new Map<string, number>();
  const segments: Segment[] = [];
  for (const one of raw) {
    const name = one.bytes.slice(0, 3);
    if (name === 'ADD') {
      goOn(segments, one, set.label, decode, delimiters);
      continue;
    }
    if (name === 'DSC') throw continued({ line: one.line, segment: 'DSC' });
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    segments.push(segmentOf(one, name, number, delimiters, set.label, decode));
  }
  const notes = set.note === '' ? [] : [set.note];
  const message: Hl7Message = { delimiters, label: set.label, decode, segments, notes };
  if (isThere(first(message, 'MSH'), 14)) throw continued({ line, segment: 'MSH', field: 'MSH-14' });
  return message;
}

function continued(place: Place): Error {
  return refusedAt(
    'hl7-continued',
    place,
    'the message goes on in another one, and parts of a report are not put together here. Have the sender send it whole.',
  );
}

function trimmed(text: string): string {
  return text.trim();
}

function segmentOf(
  { bytes, line }: RawSegment,
  name: string,
  number: number,
  delimiters: Delimiters,
  label: string,
  decode: Decode,
): Segment {
  const place = { line, segment: `${name} ${String(number)}` };
  const rest = bytes.slice(3).trimEnd();
  if (rest !== '' && !rest.startsWith(delimiters.field)) {
    throw refusedAt(
      'hl7-segment',
      place,
      'after the name of the segment stands another sign than the field separator of MSH-1: the message is not of one piece.',
    );
  }
  const text = decoded(bytes, place, label, decode);
  const fields = text.split(delimiters.field);
  if (fields.length > LIMITS.fields)
    throw refusedAt('hl7-too-long', place, `it has more than ${String(LIMITS.fields)} fields.`);
  // What MSH-1 declares is itself the first separator.
  if (name === 'MSH') fields.splice(1, 0, delimiters.field);
  fields.forEach((field, at) => {
    if (isControlled(field)) throw controlled({ ...place, field: `${name}-${String(at)}` });
  });
  return { name, number, line, fields };
}

/** What no text holds: control characters, tabs, line breaks and form feeds apart. */
const CONTROL = /(?![\t\n\r\f])\p{Cc}/u;

export function isControlled(text: string): boolean {
  return CONTROL.test(text);
}

export function controlled(place: Place): Error {
  return refusedAt(
    'hl7-control-character',
    place,
    'it holds a control character (such as NUL), which no text has: the message is damaged, or no text.',
  );
}

function decoded(bytes: string, place: Place, label: string, decode: Decode): string {
  if (label === 'ascii') return bytes;
  const text = decode(label, bytes);
  if (text !== null) return text;
  throw refusedAt(
    'hl7-character-set',
    place,
    `it holds bytes that are not of the character set by which it is read (${label}): letters would be wrong. Have the sender name the set that is written, in MSH-18.`,
  );
}

/** ADD: the last field of the segment before goes on. */
function goOn(
  segments: Segment[],
  one: RawSegment,
  label: string,
  decode: Decode,
  { field }: Delimiters,
): void {
  const last = segments.at(-1);
  const place = { line: one.line, segment: 'ADD' };
  if (last === undefined || last.name === 'MSH')
    throw refusedAt('hl7-segment', place, 'it goes on with a segment that is not there.');
  const more = decoded(one.bytes, place, label, decode).slice(4).split(field);
  if (more.some(isControlled)) throw controlled(place);
  const [begin = '', ...others] = more;
  const fields = [...last.fields.slice(0, -1), `${last.fields.at(-1) ?? ''}${begin}`, ...others];
  if (fields.length > LIMITS.fields)
    throw refusedAt('hl7-too-long', place, `more than ${String(LIMITS.fields)} fields come together.`);
  segments[segments.length - 1] = { ...last, fields };
}

export function first(message: Hl7Message, name: string): Segment | undefined {
  return message.segments.find((segment) => segment.name === name);
}

export function placeOf({ name, number, line }: Segment, field: number): Place {
  return { line, segment: `${name} ${String(number)}`, field: `${name}-${String(field)}` };
}

/** Whether a field holds something; `""` is how HL7 says that there is nothing (any more). */
export function isThere(segment: Segment | undefined, field: number): boolean {
  const text = segment?.fields[field]?.trim() ?? '';
  return text !== '' && text !== '""';
}

/**
 * The repetitions of a field, as written; none where it is empty.
 *
 * @throws Refused `hl7-too-long`
 */
export function repetitions(
  { delimiters }: Hl7Message,
  segment: Segment | undefined,
  field: number,
): string[] {
  if (segment === undefined || !isThere(segment, field)) return [];
  return parts(
    segment.fields[field] ?? '',
    delimiters.repetition,
    LIMITS.repetitions,
    placeOf(segment, field),
  );
}

function parts(text: string, by: string, most: number, place: Place): string[] {
  const all = text.split(by);
  if (all.length > most)
    throw refusedAt(
      'hl7-too-long',
      place,
      `it has more than ${String(most)} parts. A text would escape the sign.`,
    );
  return all;
}

/**
 * Component `at` (from 1) of a repetition, or its subcomponent, unescaped and trimmed; empty where there is none.
 *
 * @throws Refused `hl7-too-long`, `hl7-escape`, `hl7-control-character`
 */
export function component(
  message: Hl7Message,
  repetition: string,
  at: number,
  place: Place,
  sub: number | null = 1,
): string {
  const { delimiters } = message;
  const whole = parts(repetition, delimiters.component, LIMITS.components, place)[at - 1] ?? '';
  const text =
    sub === null ? whole : (parts(whole, delimiters.subcomponent, LIMITS.components, place)[sub - 1] ?? '');
  return oneLine(plain(message, text, place));
}

/** The first component of a field's first repetition. */
export function value(message: Hl7Message, segment: Segment | undefined, field: number): string {
  const [repetition] = repetitions(message, segment, field);
  if (repetition === undefined || segment === undefined) return '';
  return component(message, repetition, 1, placeOf(segment, field));
}

/**
 * A text as it is to be read: unescaped, line ends as LF, without characters that cannot be seen. Delimiters in it that the sender did not
 * escape stay as they are: a component separator in a text is text.
 *
 * @throws Refused `hl7-escape`, `hl7-control-character`
 */
export function plain(message: Hl7Message, text: string, place: Place): string {
  const whole = unescapeText(text, message, place).replaceAll(/\r\n|[\r\f]/g, '\n');
  if (isControlled(whole)) throw controlled(place);
  return whole.trim() === '""' ? '' : whole.replaceAll(UNSEEN, '');
}

/** Marks of direction and width that could turn a line round, and code points that are no character. Joiners stay: words need them. */
const UNSEEN = /(?!\u200c|\u200d|\n|\t)[\p{Cf}\p{Cc}\p{Co}\p{Cn}\p{Cs}]/gu;

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
