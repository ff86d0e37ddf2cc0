import type { Hl7Message, Segment } from './message.ts';

/** The parts of a message that speak of one order each. */
export interface Groups {
  /** What stands before the first order: of the patient. */
  readonly before: readonly Segment[];
  readonly orders: readonly (readonly Segment[])[];
  /** A study's UID that is stated once for all. */
  readonly beside: readonly Segment[];
}

/** An ORC begins an order, and so does an OBR that has none of its own. A document (MDM) is one, with every order that it names. */
export function groupsOf(message: Hl7Message, isDocument: boolean): Groups {
  const before: Segment[] = [];
  const orders: Segment[][] = [];
  let hasRequest = false;
  for (const segment of message.segments) {
    const { name } = segment;
    const begins = name === 'ORC' || name === 'OBR' || name === 'TXA';
    const current = orders.at(-1);
    if (!begins) {
      (current ?? before).push(segment);
      continue;
    }
    const goesOn: boolean = isDocument || name === 'TXA' || (name === 'OBR' && !hasRequest);
    if (current !== undefined && goesOn) {
      current.push(segment);
      hasRequest ||= name === 'OBR';
    } else {
      orders.push([segment]);
      hasRequest = name === 'OBR';
    }
  }
  const uids = message.segments.filter(({ name }) => name === 'ZDS');
  return { before, orders, beside: uids.length === 1 ? uids : [] };
}
