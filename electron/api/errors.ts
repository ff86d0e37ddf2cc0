import type { OverreadError, WireError } from '../shared/errors.ts';
import { missingCaseError, toOverreadError, toWire } from '../shared/errors.ts';

export type ErrorStatus = 403 | 404 | 413 | 422 | 499 | 500 | 501;

const FORBIDDEN: ReadonlySet<string> = new Set([
  'read-not-committed',
  'blind-first',
  'ai-not-shown',
  'independent-read',
  'triage-off',
  'origin-refused',
]);

/** The HTTP status of an error (docs/architecture.md). */
export function statusOf(error: OverreadError): ErrorStatus {
  switch (error.type) {
    case 'refused':
      if (FORBIDDEN.has(error.code)) return 403;
      if (error.code.endsWith('-unknown')) return 404;
      if (error.code === 'too-large') return 413;
      return 422;
    case 'unavailable':
      return 501;
    case 'cancelled':
      return 499;
    case 'bug':
      return 500;
    default:
      throw missingCaseError(error.type);
  }
}

/** What the window is told. Of a fault of ours it is told that there is one; the particulars go to the log. */
export function answerOf(thrown: unknown): { status: ErrorStatus; wire: WireError } {
  const error = toOverreadError(thrown);
  if (error.type === 'bug') {
    console.error(thrown);
    const message = 'Something went wrong inside Overread. The details are in its log; nothing was saved.';
    return { status: 500, wire: { type: 'bug', code: 'bug', message } };
  }
  return { status: statusOf(error), wire: toWire(error) };
}
