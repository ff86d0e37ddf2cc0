import { LIMITS } from './limits.ts';
import { component, type Hl7Message, placeOf, repetitions, value } from './message.ts';
import { refusedAt } from './place.ts';
import { stampOf } from './time.ts';

/** An identifier of the patient, and who gave it out. */
export interface PatientId {
  readonly field: 'PID-2' | 'PID-3' | 'PID-4';
  readonly value: string;
  /** Names and object identifiers of the assigning authority; none where it is not stated. */
  readonly authority: readonly string[];
}

export interface PatientName {
  readonly family: string;
  readonly given: string;
}

/** Whom a message is about. */
export interface MessagePatient {
  readonly ids: readonly PatientId[];
  readonly names: readonly PatientName[];
  /** YYYY-MM-DD, or less of it; empty where it is not stated, or is no date. */
  readonly birthDate: string;
  /** M, F, O … or empty. */
  readonly sex: string;
}

/**
 * Reads PID-2, -3, -4, -5, -7, -8 and -9.
 *
 * @throws Refused `hl7-no-patient` without a PID or an identifier, `hl7-several-patients`, `hl7-too-long`
 */
export function patientOf(message: Hl7Message): MessagePatient {
  const all = message.segments.filter(({ name }) => name === 'PID');
  const [pid, second] = all;
  if (second !== undefined) {
    throw refusedAt(
      'hl7-several-patients',
      placeOf(second, 3),
      'the message is about more than one patient. Have the sender write a message for each.',
    );
  }
  const ids = (['PID-3', 'PID-2', 'PID-4'] as const).flatMap((field) => idsOf(message, field));
  if (pid === undefined || ids.length === 0) {
    throw refusedAt(
      'hl7-no-patient',
      pid === undefined ? { segment: 'PID' } : placeOf(pid, 3),
      'the message names no patient by an identifier (PID-3, or PID-2 of old messages): whose it is cannot be told.',
    );
  }
  if (ids.length > LIMITS.identifiers) {
    throw refusedAt(
      'hl7-too-long',
      placeOf(pid, 3),
      `the patient has more than ${String(LIMITS.identifiers)} identifiers: each would be looked for.`,
    );
  }
  return {
    ids,
    names: [5, 9].flatMap((field) =>
      repetitions(message, pid, field).flatMap((one) => {
        const place = placeOf(pid, field);
        const name = { family: component(message, one, 1, place), given: component(message, one, 2, place) };
        return name.family === '' && name.given === '' ? [] : [name];
      }),
    ),
    birthDate: stampOf(value(message, pid, 7))?.date ?? '',
    sex: value(message, pid, 8).toUpperCase().slice(0, 1),
  };
}

function idsOf(message: Hl7Message, field: PatientId['field']): PatientId[] {
  const pid = message.segments.find(({ name }) => name === 'PID');
  const number = Number(field.slice(4));
  if (pid === undefined) return [];
  const place = placeOf(pid, number);
  return repetitions(message, pid, number).flatMap((one) => {
    const id = component(message, one, 1, place);
    if (id === '' || id === '""') return [];
    // CX-4 is a hierarchic designator: a name, and perhaps an object identifier or domain.
    const authority = [1, 2]
      .map((sub) => component(message, one, 4, place, sub))
      .filter((part) => part !== '');
    return [{ field, value: id, authority }];
  });
}
