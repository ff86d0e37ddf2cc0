import type { FiledWith, StudyFacts } from '../../shared/hl7.ts';
import { Refused } from '../../shared/errors.ts';
import { type Exam, foldNumber } from './exam.ts';
import type { Extracted } from './extract.ts';
import { matchPatient } from './match-patient.ts';
import type { MessagePatient } from './patient.ts';
import { firstDayOf } from './time.ts';

/** Studies among which those of a message are looked for. */
export interface Candidates {
  readonly byUid: readonly StudyFacts[];
  readonly byNumber: readonly StudyFacts[];
  readonly byPatient: readonly StudyFacts[];
  /** The one that a person named: no other comes into question. */
  readonly named: StudyFacts | null;
}

export interface Filing {
  readonly study: StudyFacts;
  readonly as: FiledWith['as'];
  readonly matchedBy: string;
  /** The message names its examination by a number, and the study has another. */
  readonly otherExam: boolean;
  /** Its accession number stands somewhere in the message, or written otherwise: it may be of the study itself. */
  readonly perhapsOwn: boolean;
  readonly notes: readonly string[];
}

/**
 * With which studies a message belongs. An order goes with the study that it asks for; a report with its own study and with the patient's later
 * ones, as a report of before.
 *
 * @throws Refused `hl7-other-patient`, `hl7-patient-contradiction`, `hl7-patient-uncertain`, `hl7-no-study`, `hl7-no-exam`,
 * `hl7-exam-contradiction`, `hl7-later`
 */
export function matchStudies(
  { exam, content }: Extracted,
  patient: MessagePatient,
  candidates: Candidates,
): Filing[] {
  const { named } = candidates;
  const own = ownStudies(exam, patient, candidates);
  if (content.kind === 'order') {
    if (own.length > 0) return own.map((one) => ({ ...one, as: 'indication' }));
    if (named !== null) return [statedOrder(exam, patient, named)];
    throw notFound(exam, patient, candidates);
  }
  const ownUids = new Set(own.map(({ study }) => study.studyInstanceUID));
  // Its own study says when it was, whatever the message says.
  const days = [content.examined ?? content.latest, ...own.map(({ study }) => study.date)];
  const day =
    days
      .filter((one): one is string => one !== null && /^\d{4}/.test(one))
      .toSorted((a, b) => (a < b ? -1 : 1))
      .at(-1) ?? null;
  let refusal: Refused | null = null;
  let later = 0;
  const priors = (named === null ? candidates.byPatient : [named]).flatMap((study): Filing[] => {
    if (ownUids.has(study.studyInstanceUID)) return [];
    const verdict = matchPatient(patient, study, false);
    if (!verdict.same) {
      refusal ??= new Refused(verdict.code, verdict.reason);
      return [];
    }
    if (day !== null && isDay(study.date) && firstDayOf(day) > study.date) {
      later += 1;
      return [];
    }
    return [
      {
        study,
        as: 'prior-report',
        matchedBy: idField(patient, study),
        otherExam: isOtherExam(exam, study),
        perhapsOwn: isPerhapsOwn(exam, study),
        notes: verdict.notes,
      },
    ];
  });
  const all = [...own, ...priors];
  if (all.length > 0) return all;
  if (refusal !== null) throw refusal as Refused;
  if (later > 0) {
    throw new Refused(
      'hl7-later',
      `The report is of an examination after ${named === null ? 'every study of the patient that is here' : 'the study'} (OBR-7, OBR-22 or TXA-4), and is not that study's own by UID or accession number: it is no report of before.`,
    );
  }
  throw notFound(exam, patient, candidates);
}

/** Numbers that mean the examination itself; a placer's or filler's own number may be another examination's by chance. */
const MEANS_EXAM = new Set(['OBR-18', 'IPC-1']);

/** Studies that the message itself names, by UID or number, whose patient is the message's. */
function ownStudies(
  exam: Exam,
  patient: MessagePatient,
  { byUid, byNumber, byPatient, named }: Candidates,
): Filing[] {
  const among = (all: readonly StudyFacts[]): readonly StudyFacts[] =>
    named === null ? all : all.filter((one) => one.studyInstanceUID === named.studyInstanceUID);
  // The store finds a number as it is written; capitals say nothing, and the patient's own studies are at hand.
  const alike = byPatient.filter((study) =>
    exam.numbers.some(({ value }) => sameNumber(value, study.accessionNumber)),
  );
  const once = new Map([...byNumber, ...alike].map((study) => [study.studyInstanceUID, study]));
  const [uids, numbers] = [among(byUid), among([...once.values()])];
  if (
    uids.length > 0 &&
    numbers.some((one) => isOf(patient, one) && !uids.some((other) => sameStudy(one, other)))
  ) {
    throw new Refused(
      'hl7-exam-contradiction',
      `${exam.studyUIDs[0]?.field ?? 'The UID'} (Study Instance UID) names one study and ${exam.numbers[0]?.field ?? 'the number'} (accession or order number) another. One is wrong: have it put right at the sender.`,
    );
  }
  const own: Filing[] = [];
  let weak: Refused | null = null;
  for (const study of uids.length > 0 ? uids : numbers) {
    const field = namedBy(exam, study);
    const verdict = matchPatient(patient, study, true);
    if (verdict.same) {
      const matchedBy = `${field}, ${idField(patient, study)}`;
      own.push({
        study,
        as: 'own-report',
        matchedBy,
        otherExam: false,
        perhapsOwn: false,
        notes: [...verdict.notes, ...uidNotes(exam, study)],
      });
      continue;
    }
    const refusal = new Refused(verdict.code, `${field} names a study that is here: ${verdict.reason}`);
    if (uids.length > 0 || MEANS_EXAM.has(field)) throw refusal;
    weak ??= refusal;
  }
  // Nothing else is the message's: the refusal says more than that nothing was found.
  if (own.length === 0 && weak !== null && named !== null) throw weak;
  return own;
}

function sameStudy(a: StudyFacts, b: StudyFacts): boolean {
  return a.studyInstanceUID === b.studyInstanceUID;
}

function isOf(patient: MessagePatient, study: StudyFacts): boolean {
  return matchPatient(patient, study, true).same;
}

/** The field by which a message names a study. */
function namedBy(exam: Exam, study: StudyFacts): string {
  const uid = exam.studyUIDs.find(({ value }) => value === study.studyInstanceUID);
  return (
    (uid ?? exam.numbers.find(({ value }) => sameNumber(value, study.accessionNumber)))?.field ?? 'OBR-18'
  );
}

export function sameNumber(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase() && a.trim() !== '';
}

function idField(patient: MessagePatient, { patientID }: StudyFacts): string {
  return patient.ids.find(({ value }) => sameNumber(value, patientID))?.field ?? 'PID-3';
}

function uidNotes(exam: Exam, study: StudyFacts): string[] {
  const [uid] = exam.studyUIDs;
  return uid === undefined || exam.studyUIDs.some(({ value }) => value === study.studyInstanceUID)
    ? []
    : [`${uid.field} is not the study's Study Instance UID; its accession number and patient are.`];
}

/** The study's accession number or UID anywhere in the segments of the order. One of a digit or two says nothing. */
function isPerhapsOwn({ mentioned }: Exam, { accessionNumber, studyInstanceUID }: StudyFacts): boolean {
  const number = foldNumber(accessionNumber);
  return mentioned.has(foldNumber(studyInstanceUID)) || (number.length > 2 && mentioned.has(number));
}

/** A message whose accession number (OBR-18, IPC-1) is not the study's. A UID tells nothing: machines make their own. */
function isOtherExam({ numbers }: Exam, { accessionNumber }: StudyFacts): boolean {
  return accessionNumber !== '' && numbers.some(({ field }) => MEANS_EXAM.has(field));
}

/** An order that names no study here, and of which a person says that it is of this one. */
function statedOrder(exam: Exam, patient: MessagePatient, study: StudyFacts): Filing {
  const verdict = matchPatient(patient, study, false);
  if (!verdict.same) throw new Refused(verdict.code, verdict.reason);
  const [uid] = exam.studyUIDs;
  const number = exam.numbers.find(({ field }) => MEANS_EXAM.has(field));
  const against = uid ?? (study.accessionNumber === '' ? undefined : number);
  if (against !== undefined) {
    throw new Refused(
      'hl7-other-exam',
      `${against.field} names another examination than this study (its ${uid === undefined ? 'Accession Number (0008,0050)' : 'Study Instance UID (0020,000D)'}): an order goes with the study that it asks for.`,
    );
  }
  return {
    study,
    as: 'indication',
    matchedBy: `${idField(patient, study)}, stated`,
    otherExam: false,
    perhapsOwn: false,
    notes: [
      ...verdict.notes,
      "That the order is of this study was stated by a person: no number of it is the study's.",
    ],
  };
}

/** Why a message goes with no study here. */
function notFound(exam: Exam, patient: MessagePatient, { byNumber, byPatient, named }: Candidates): Refused {
  const [study] = named === null ? byPatient : [named];
  if (study !== undefined) {
    const verdicts = (named === null ? byPatient : [named]).map((one) => matchPatient(patient, one, false));
    const [against] = verdicts;
    if (against !== undefined && !against.same && verdicts.every(({ same }) => !same))
      return new Refused(against.code, against.reason);
    const fields = exam.numbers.map(({ field }) => field).join(', ');
    return new Refused(
      'hl7-no-exam',
      `PID-3 is a patient who is here, but ${fields === '' ? 'the message has no number of the examination (OBR-18, IPC-1, OBR-3, OBR-2)' : `none of the patient's studies has the accession number in ${fields}`}. Import the study's images first, or name the study with --study.`,
    );
  }
  const [other] = byNumber;
  if (other !== undefined) {
    const verdict = matchPatient(patient, other, true);
    if (!verdict.same)
      return new Refused(
        verdict.code,
        `${namedBy(exam, other)} names a study that is here: ${verdict.reason}`,
      );
  }
  return new Refused(
    'hl7-no-study',
    'No study here has a Patient ID (0010,0020) of PID-3, nor the UID or accession number of the examination. Import the images first; then import this file again.',
  );
}

function isDay(date: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(date);
}
