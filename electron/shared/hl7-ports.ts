import type { FiledMessage, StudyFacts } from './hl7.ts';

/** Filed messages, as the services ask the store for them. */
export interface MessageRepository {
  /** Throws `Refused('study-unknown')`. */
  facts(studyInstanceUID: string): StudyFacts;
  /** Studies with that UID, accession number or Patient ID, as written; at most 500. Reads nothing that is withheld, and nothing of any model or read. */
  studiesBy(what: 'uid' | 'accession' | 'patient', value: string): StudyFacts[];
  /** Every one with the study that is for all readers or for this one, in the order in which they were filed; null: every one there is. */
  of(studyInstanceUID: string, readerId: string | null): FiledMessage[];
  /** Studies whose own report this message is. */
  ownStudies(message: Pick<FiledMessage, 'sha256' | 'part'>): string[];
  has(
    message: Pick<FiledMessage, 'studyInstanceUID' | 'readerId' | 'controlId' | 'sha256' | 'part'>,
  ): boolean;
  /** Append-only where it is for all readers. Gives the digest of the row for the trail. */
  add(message: FiledMessage): string;
  /** Whether there was such a one that this reader pasted. */
  removePasted(id: string, readerId: string): boolean;
}
