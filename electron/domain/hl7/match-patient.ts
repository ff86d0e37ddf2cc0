import type { StudyFacts } from '../../shared/hl7.ts';
import type { MessagePatient, PatientId } from './patient.ts';
import { type Compared, compareNames } from './same-name.ts';

export type PatientVerdict =
  | { readonly same: true; readonly notes: readonly string[] }
  | { readonly same: false; readonly code: string; readonly reason: string };

/**
 * Whether a message is about the patient of a study. An identifier counts within its assigning authority alone (PS3.3 C.2.2, Issuer of Patient
 * ID): where one of the two is not stated, name, birth date or the examination must agree too. A name or birth date that contradicts is
 * refused, whatever the identifier says. The words name fields, never what stands in them.
 *
 * @param sameExam whether the message names the study itself, by its UID or accession number
 */
export function matchPatient(patient: MessagePatient, study: StudyFacts, sameExam: boolean): PatientVerdict {
  const ownId = fold(study.patientID);
  if (ownId === '') {
    return no(
      'hl7-patient-uncertain',
      'The study has no Patient ID (0010,0020) that PID-3 could be compared with.',
    );
  }
  const names = namesOf(patient, study);
  const birth = compareDates(patient.birthDate, study.birthDate);
  const equal = patient.ids.filter(({ value }) => fold(value) === ownId);
  if (equal.length === 0) {
    const alike =
      names === 'same' && birth === 'same' ? ', though PID-5 (name) and PID-7 (birth date) are its own' : '';
    return no(
      'hl7-other-patient',
      `PID-3 (patient identifier)${patient.ids.some(({ field }) => field !== 'PID-3') ? ', PID-2 and PID-4' : ''} is not the study's Patient ID (0010,0020)${alike}. The message is of another patient, or under another identifier: it is not shown with this study.`,
    );
  }
  const authority = equal.map((id) => compareAuthority(id, study.issuer));
  if (authority.every((one) => one === 'different')) {
    return no(
      'hl7-other-patient',
      `${equal[0]?.field ?? 'PID-3'} is the study's Patient ID (0010,0020), but its assigning authority is not the study's Issuer of Patient ID (0010,0021): the same number of another house is another patient.`,
    );
  }
  const field = equal[authority.findIndex((one) => one !== 'different')]?.field ?? 'PID-3';
  const against = [
    ...(names === 'different' ? ["PID-5 (name) is not its Patient's Name (0010,0010)"] : []),
    ...(birth === 'different' ? ["PID-7 (birth date) is not its Patient's Birth Date (0010,0030)"] : []),
  ];
  if (against.length > 0) {
    return no(
      'hl7-patient-contradiction',
      `${field} is the study's Patient ID (0010,0020), but ${against.join(', and ')}. One of the two is wrong: have it put right at the sender or in the images, and import again.`,
    );
  }
  if (!authority.includes('same') && names !== 'same' && birth !== 'same' && !sameExam) {
    return no(
      'hl7-patient-uncertain',
      `${field} is the study's Patient ID (0010,0020), but no assigning authority, name (PID-5), birth date (PID-7) or examination confirms that it is the same patient.`,
    );
  }
  const sexes = [patient.sex, study.sex.toUpperCase()];
  const notes = sexes.every((sex) => sex === 'M' || sex === 'F') && sexes[0] !== sexes[1];
  return { same: true, notes: notes ? ["PID-8 (sex) is not the study's Patient's Sex (0010,0040)."] : [] };
}

function no(code: string, reason: string): PatientVerdict {
  return { same: false, code, reason };
}

function fold(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}

function namesOf(patient: MessagePatient, study: StudyFacts): Compared {
  const compared = patient.names.flatMap((name) => study.names.map((own) => compareNames(own, name)));
  if (compared.includes('same')) return 'same';
  return compared.includes('unknown') || compared.length === 0 ? 'unknown' : 'different';
}

/** Of partial dates what both say. */
function compareDates(a: string, b: string): Compared {
  if (a === '' || !/^\d{4}(-\d{2}){0,2}$/.test(b)) return 'unknown';
  const length = Math.min(a.length, b.length);
  if (a.slice(0, length) !== b.slice(0, length)) return 'different';
  return length === 10 ? 'same' : 'unknown';
}

/** A name is compared with a name and an object identifier with one: 'HOSPITAL' and 1.2.3 may be the same house. */
function compareAuthority({ authority }: PatientId, issuer: string): Compared {
  const own = fold(issuer);
  if (own === '') return 'unknown';
  const alike = authority.map(fold).filter((one) => isOid(one) === isOid(own));
  if (alike.length === 0) return 'unknown';
  return alike.includes(own) ? 'same' : 'different';
}

function isOid(text: string): boolean {
  return /^\d+(\.\d+)+$/.test(text);
}
