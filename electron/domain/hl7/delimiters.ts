import { refusedAt } from './place.ts';

/** The characters that divide a message, as its MSH-1 and MSH-2 declare them. */
export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
  /** Of HL7 v2.7 and later; null where none is declared. */
  readonly truncation: string | null;
}

/**
 * Reads MSH-1 and MSH-2 (`MSH|^~\&|`).
 *
 * @throws Refused `hl7-delimiters`
 */
export function delimitersOf(header: string): Delimiters {
  const field = header[3] ?? '';
  const end = header.indexOf(field, 4);
  const encoding = field === '' ? '' : header.slice(4, end < 0 ? undefined : end);
  const all = [field, ...Array.from(encoding)];
  const [, component = '', repetition = '', escape = '', subcomponent = '', truncation = null] = all;
  const good =
    all.length >= 5 &&
    all.length <= 6 &&
    new Set(all).size === all.length &&
    all.every((one) => /^[!-/:-@[-`{-~]$/.test(one) && one !== '"');
  if (!good) {
    throw refusedAt(
      'hl7-delimiters',
      { segment: 'MSH', field: field === '' || /\w/.test(field) ? 'MSH-1' : 'MSH-2' },
      'the message must begin with MSH, the field separator, and four or five different signs for component, repetition, escape and subcomponent (MSH|^~\\&|): without them its fields cannot be told apart.',
    );
  }
  return { field, component, repetition, escape, subcomponent, truncation };
}
