import { component, type Hl7Message, placeOf, plain, repetitions, type Segment, value } from './message.ts';
import type { Place } from './place.ts';

/** The words of a coded value (CE, CWE, CNE): its text, the sender's original words, those of the other code, or the code itself. */
export function codedText(message: Hl7Message, repetition: string, place: Place): string {
  for (const at of [9, 2, 5, 1, 4]) {
    const text = component(message, repetition, at, place);
    if (text !== '') return text;
  }
  return '';
}

/** What an observation says, and how it is to be told. */
export interface ObservationText {
  /** Words of OBX-3. */
  readonly name: string;
  readonly text: string;
  /** What it holds that is no text here; null where nothing. */
  readonly note: string | null;
  /** It is a document or picture within the message, or an address of one. */
  readonly encapsulated: boolean;
}

const FREE = new Set(['TX', 'FT', 'ST', '']);
/** No word is as long: a document that is sent as if it were text. */
const DATA = /[A-Za-z0-9+/]{200}/;
const CODED = new Set(['CE', 'CWE', 'CNE', 'CF', 'IS', 'ID']);
/** Numbers, dates and times: one value with its unit. */
const PLAIN = new Set(['NM', 'DT', 'TM', 'TS', 'DTM', 'SI']);

/**
 * Reads one OBX: all repetitions of OBX-5, each a line. Documents (ED) and addresses of them (RP) are named and not read.
 */
export function observationText(message: Hl7Message, obx: Segment): ObservationText {
  const type = value(message, obx, 2).toUpperCase();
  const place = placeOf(obx, 5);
  const [named] = repetitions(message, obx, 3);
  const name = named === undefined ? '' : codedText(message, named, placeOf(obx, 3));
  const all = repetitions(message, obx, 5);
  const said = (text: string, note: string | null = null, encapsulated = false): ObservationText => ({
    name,
    text,
    note,
    encapsulated,
  });
  if (all.length === 0) return said('');
  if (FREE.has(type)) {
    const text = all.map((one) => plain(message, one, place).trimEnd()).join('\n');
    const data = /^\s*\{\\rtf/.test(text) ? 'formatted text (RTF)' : DATA.test(text) ? 'data (Base64)' : null;
    return data === null
      ? said(text)
      : said(
          '',
          `${place.segment ?? 'OBX'} holds an encapsulated document, ${data}, which is not read: only text is.`,
          true,
        );
  }
  if (CODED.has(type)) return said(all.map((one) => codedText(message, one, place)).join('\n'));
  if (PLAIN.has(type)) {
    const unit = value(message, obx, 6);
    const values = all.map((one) => component(message, one, 1, place)).join(', ');
    return said(unit === '' ? values : `${values} ${unit}`);
  }
  if (type === 'SN') {
    const parts = (one: string): string =>
      [1, 2, 3, 4].map((at) => component(message, one, at, place)).join('');
    const unit = value(message, obx, 6);
    return said(`${all.map(parts).join(', ')}${unit === '' ? '' : ` ${unit}`}`);
  }
  const segment = place.segment ?? 'OBX';
  if (type === 'ED' || type === 'RP') {
    const kind =
      type === 'ED'
        ? encapsulatedKind(message, all[0] ?? '', place)
        : 'a pointer to a document elsewhere (RP)';
    return said('', `${segment} holds ${kind}, which is not read: only text is.`, true);
  }
  const known = /^[A-Z0-9]{2,3}$/.test(type) ? type : 'unknown';
  return said('', `${segment} holds a value of type ${known}, which is not shown.`);
}

/** ED: source, type of data, subtype, encoding, data. */
function encapsulatedKind(message: Hl7Message, one: string, place: Place): string {
  const part = (at: number): string => {
    const text = component(message, one.slice(0, 4096), at, place);
    return /^[\w .+/-]{1,24}$/.test(text) ? text : '';
  };
  const what = [part(3) || part(2), part(4)].filter((text) => text !== '').join(', ');
  return `an encapsulated document (ED${what === '' ? '' : `: ${what}`})`;
}
