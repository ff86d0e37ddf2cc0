import { reportStateSchema } from '../../shared/hl7.ts';
import { refusedAt, type Place } from './place.ts';

/** How far a report has come, in the order in which less is certain. */
const REPORT_STATES = reportStateSchema.exclude(['withdrawn']).options;
export type ReportState = (typeof REPORT_STATES)[number];

/** What a status says: a state, that the sender takes it back, or that there is no result. */
export type Status = ReportState | 'withdrawn' | 'no-result';

/** Table 0123, of OBR-25. */
const OF_ORDER: Readonly<Record<string, Status>> = {
  F: 'final',
  C: 'corrected',
  P: 'preliminary',
  R: 'not-verified',
  A: 'partial',
  M: 'preliminary',
  X: 'withdrawn',
  O: 'no-result',
  S: 'no-result',
  I: 'no-result',
  N: 'no-result',
  Y: 'no-result',
  Z: 'no-result',
};

/** Table 0085, of OBX-11. A line of U comes with a report that was sent before. */
const OF_LINE: Readonly<Record<string, Status>> = {
  F: 'final',
  U: 'final',
  V: 'final',
  C: 'corrected',
  A: 'corrected',
  B: 'corrected',
  P: 'preliminary',
  S: 'partial',
  R: 'not-verified',
  D: 'withdrawn',
  W: 'withdrawn',
  X: 'no-result',
  N: 'no-result',
  I: 'no-result',
  O: 'no-result',
};

/** Table 0271, of TXA-17. */
const OF_DOCUMENT: Readonly<Record<string, Status>> = {
  AU: 'final',
  LA: 'final',
  DO: 'not-verified',
  PA: 'not-verified',
  DI: 'preliminary',
  IP: 'preliminary',
  IN: 'partial',
};

/** Table 0273, of TXA-19: what is deleted, obsolete or not for use. */
const GONE = new Set(['CA', 'OB', 'UN']);

const TABLES = { 'OBR-25': OF_ORDER, 'OBX-11': OF_LINE, 'TXA-17': OF_DOCUMENT } as const;

/**
 * The state behind a code; 'not-stated' where there is none.
 *
 * @throws Refused `hl7-status` for a code that the table does not have
 */
export function statusOf(field: keyof typeof TABLES, code: string, place: Place): Status {
  if (code === '') return 'not-stated';
  const status = TABLES[field][code.toUpperCase()];
  if (status !== undefined) return status;
  throw refusedAt(
    'hl7-status',
    place,
    'the status is none that HL7 has: whether the report counts cannot be told. Have the sender state P, F or C.',
  );
}

export function isGone(availability: string): boolean {
  return GONE.has(availability.toUpperCase());
}

/** The less certain of two states; one that is not stated says nothing. */
export function lessCertain(a: ReportState, b: ReportState): ReportState {
  if (a === 'not-stated') return b;
  if (b === 'not-stated') return a;
  // 'Corrected' and 'final' are equally certain: that something was corrected is what is to be told.
  if (REPORT_STATES.indexOf(a) <= 1 && REPORT_STATES.indexOf(b) <= 1)
    return a === 'corrected' || b === 'corrected' ? 'corrected' : 'final';
  return REPORT_STATES.indexOf(a) > REPORT_STATES.indexOf(b) ? a : b;
}
