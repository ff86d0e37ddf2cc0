/**
 * The house's errors, named by who is at fault. Nothing fails as `null`.
 *
 * - `Refused`: the input's fault; carries a stable code and what a person can do.
 * - `Unavailable`: this machine lacks something; says how to mend it.
 * - `Cancelled`: somebody asked to stop. Not an error; never shown as one.
 * - `Bug`: ours. Everything that is none of the above becomes one at the border.
 */
export type ErrorType = 'refused' | 'unavailable' | 'cancelled' | 'bug';

/** The form in which an error crosses a process or a socket. `detail` holds facts, never patient text. */
export interface WireError {
  readonly type: ErrorType;
  readonly code: string;
  readonly message: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export type ErrorDetail = Readonly<Record<string, unknown>>;

export class OverreadError extends Error {
  readonly type: ErrorType;
  readonly code: string;
  readonly detail: ErrorDetail | undefined;

  constructor(type: ErrorType, code: string, message: string, detail?: ErrorDetail, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = type;
    this.type = type;
    this.code = code;
    this.detail = detail;
  }
}

/** The input cannot be taken as it is. `message` says what, where, why and what to do, in plain words. */
export class Refused extends OverreadError {
  constructor(code: string, message: string, detail?: ErrorDetail, cause?: unknown) {
    super('refused', code, message, detail, cause);
  }
}

/** This machine or installation lacks something. `message` says how to mend it. */
export class Unavailable extends OverreadError {
  constructor(code: string, message: string, detail?: ErrorDetail, cause?: unknown) {
    super('unavailable', code, message, detail, cause);
  }
}

/** Somebody asked to stop. */
export class Cancelled extends OverreadError {
  constructor(message = 'Cancelled.') {
    super('cancelled', 'cancelled', message);
  }
}

/** A fault of ours. */
export class Bug extends OverreadError {
  constructor(message: string, detail?: ErrorDetail, cause?: unknown) {
    super('bug', 'bug', message, detail, cause);
  }
}

/** Brings anything thrown into the taxonomy; what is unknown is a `Bug`. */
export function toOverreadError(thrown: unknown): OverreadError {
  if (thrown instanceof OverreadError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Bug(message, undefined, thrown);
}

export function toWire(thrown: unknown): WireError {
  const error = toOverreadError(thrown);
  return error.detail === undefined
    ? { type: error.type, code: error.code, message: error.message }
    : { type: error.type, code: error.code, message: error.message, detail: error.detail };
}

export function fromWire(wire: WireError): OverreadError {
  return new OverreadError(wire.type, wire.code, wire.message, wire.detail);
}

/** Ends an exhaustive switch: does not compile when a case is missing. */
export function missingCaseError(value: never): Bug {
  return new Bug(`Missing case for ${JSON.stringify(value)}`);
}
