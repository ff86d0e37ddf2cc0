import { component, first, type Hl7Message, placeOf, repetitions, value } from './message.ts';
import { refusedAt } from './place.ts';
import { type Stamp, stampOf } from './time.ts';

/** What the header of a message says of it. */
export interface Header {
  /** 'ORU^R01'; without its event where the sender states none. */
  readonly type: string;
  readonly kind: 'order' | 'report';
  readonly controlId: string;
  readonly application: string;
  readonly facility: string;
  readonly sent: Stamp | null;
  readonly notes: readonly string[];
}

const KINDS: Readonly<Record<string, Header['kind']>> = {
  'ORM^O01': 'order',
  ORM: 'order',
  'OMG^O19': 'order',
  'OMI^O23': 'order',
  'ORU^R01': 'report',
  ORU: 'report',
  'MDM^T02': 'report',
  'MDM^T04': 'report',
  'MDM^T06': 'report',
  'MDM^T08': 'report',
  'MDM^T10': 'report',
};

/**
 * Reads MSH-3, -4, -7, -9, -10 and -11.
 *
 * @throws Refused `hl7-type` for a message that is neither order nor report
 */
export function headerOf(message: Hl7Message): Header {
  const segment = first(message, 'MSH');
  const named = (field: number): string => value(message, segment, field);
  const [kindOf] = repetitions(message, segment, 9);
  const place = segment === undefined ? {} : placeOf(segment, 9);
  const part = (at: number): string =>
    kindOf === undefined ? '' : component(message, kindOf, at, place).toUpperCase();
  const type = part(2) === '' ? part(1) : `${part(1)}^${part(2)}`;
  const kind = KINDS[type];
  if (kind === undefined) {
    const known = /^[A-Z0-9^]{1,12}$/.test(type) ? type : type === '' ? 'empty' : 'unknown';
    throw refusedAt(
      'hl7-type',
      place,
      `the message type is ${known}: orders (ORM^O01, OMG^O19, OMI^O23) and reports (ORU^R01, MDM^T02, T04, T06, T08, T10) are read.`,
    );
  }
  const notes: string[] = [];
  const processing = named(11).toUpperCase();
  if (processing === 'T' || processing === 'D')
    notes.push(`MSH-11 calls it a message for ${processing === 'T' ? 'training' : 'debugging'}.`);
  const sent = stampOf(named(7));
  if (sent === null && named(7) !== '') notes.push('MSH-7 is no date.');
  return {
    type,
    kind,
    controlId: named(10).slice(0, 199),
    application: named(3).slice(0, 199),
    facility: named(4).slice(0, 199),
    sent,
    notes,
  };
}
