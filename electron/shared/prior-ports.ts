/** Priors and tracked lesions, as the services ask the store for them. */
import type { TargetChoice, TimePoint } from './response.ts';
import type { StudySummary } from './study.ts';

/** How a study says whose it is. Empty where it does not. */
export interface PatientIdentity {
  readonly patientID: string;
  /** Issuer of Patient ID, of the study's first object that no algorithm made. */
  readonly issuer: string;
  readonly patientName: string;
  /** As stored: YYYY-MM-DD. */
  readonly birthDate: string;
}

export interface StudyOfPatient extends PatientIdentity {
  readonly summary: Pick<
    StudySummary,
    'studyInstanceUID' | 'date' | 'modality' | 'description' | 'series' | 'instances'
  >;
  /** HH:MM:SS, or empty. */
  readonly time: string;
}

export interface PatientRepository {
  /**
   * The study itself, and every other one with the same Patient ID, or with the same name and birth date: candidates, of which the domain
   * says which are the same patient's. Reads nothing that is withheld, and nothing of any model or read. Throws `Refused('study-unknown')`.
   */
  candidates(studyInstanceUID: string): { own: StudyOfPatient; others: StudyOfPatient[] };
}

/** A finding of a study and one of a prior are the same lesion, as their reader says; or, `linked` false, no longer. */
export interface LesionLink {
  readonly id: string;
  readonly studyInstanceUID: string;
  readonly readId: string;
  readonly findingId: string;
  readonly priorStudyInstanceUID: string;
  readonly priorReadId: string;
  readonly priorFindingId: string;
  readonly readerId: string;
  readonly linked: boolean;
  readonly at: string;
}

export interface LesionRepository {
  /** The newest row of each pair of this reader, those that were undone left out, oldest first. */
  links(readerId: string): LesionLink[];
  /** Append-only. Gives the digest of the row for the trail. */
  add(link: LesionLink): string;
}

/** What a reader states for the response of lesions, in a study, on a baseline. */
export type ResponseStatement = {
  readonly id: string;
  readonly studyInstanceUID: string;
  readonly readId: string;
  readonly baselineStudyInstanceUID: string;
  readonly baselineReadId: string;
  readonly readerId: string;
  /** The read of the study was committed. */
  readonly afterCommit: boolean;
  readonly reason: string;
  readonly at: string;
} & (
  | { readonly kind: 'targets'; readonly content: TargetChoice; readonly undoes: null }
  | { readonly kind: 'time-point'; readonly content: TimePoint; readonly undoes: null }
  | { readonly kind: 'undo'; readonly content: null; readonly undoes: string }
);

export interface ResponseRepository {
  /** All of this reader's, those that were taken back included, oldest first. */
  statements(readerId: string): ResponseStatement[];
  /** Append-only. Gives the digest of the row for the trail. */
  add(statement: ResponseStatement): string;
}
