import { Refused } from '../shared/errors.ts';
import { type FiledMessage, filedContentSchema, type StudyFacts } from '../shared/hl7.ts';
import type { MessageRepository } from '../shared/hl7-ports.ts';
import type { Connection } from './connection.ts';
import { digestOfWritten, FILED_MESSAGES } from './row-digests.ts';
import { isoDate, type StudyRow } from './study-rows.ts';

type FactsRow = StudyRow & { issuer: string | null };
type MessageRow = Omit<FiledMessage, 'content'> & { content: string };

/** The issuer is of the first object of known origin: what an algorithm wrote tells nothing. */
const FACTS = `
  SELECT studies.*, (SELECT json_extract(header, '$.patientIDIssuer') FROM instances
    WHERE instances.study_id = studies.id AND origin = 'known' ORDER BY id LIMIT 1) AS issuer FROM studies`;

/** Each with its index. */
const BY = {
  uid: 'uid = ?',
  accession: `accession_number = ? AND accession_number <> ''`,
  patient: `patient_id = ? AND patient_id <> ''`,
} as const;

const MESSAGES = `
  SELECT filed_messages.id, uid AS studyInstanceUID, reader_id AS readerId, control_id AS controlId, sha256, part, content, filed_at AS filedAt
  FROM filed_messages JOIN studies ON studies.id = study_id`;

/** Orders and reports with their studies. Triggers keep those for every reader as they were written. */
export class SqlMessageRepository implements MessageRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  facts(studyInstanceUID: string): StudyFacts {
    const [facts] = this.studiesBy('uid', studyInstanceUID);
    if (facts !== undefined) return facts;
    throw new Refused(
      'study-unknown',
      `There is no study ${studyInstanceUID} here (any more). 'overread studies' lists what there is.`,
      { studyInstanceUID },
    );
  }

  studiesBy(what: keyof typeof BY, value: string): StudyFacts[] {
    return this.#connection
      .prepare<[string], FactsRow>(`${FACTS} WHERE ${BY[what]} ORDER BY id LIMIT 500`)
      .all(value)
      .map(factsOf);
  }

  of(studyInstanceUID: string, readerId: string | null): FiledMessage[] {
    return this.#connection
      .prepare<[{ uid: string; reader: string | null }], MessageRow>(
        `${MESSAGES} WHERE uid = @uid AND (@reader IS NULL OR reader_id IS NULL OR reader_id = @reader) ORDER BY number`,
      )
      .all({ uid: studyInstanceUID, reader: readerId })
      .map(messageOf);
  }

  ownStudies({ sha256, part }: Pick<FiledMessage, 'sha256' | 'part'>): string[] {
    return this.#connection
      .prepare<[string, number], string>(
        `SELECT DISTINCT uid FROM filed_messages JOIN studies ON studies.id = study_id
         WHERE sha256 = ? AND part = ? AND content ->> '$.own' ORDER BY uid`,
      )
      .pluck()
      .all(sha256, part);
  }

  has({
    studyInstanceUID,
    readerId,
    controlId,
    sha256,
    part,
  }: Pick<FiledMessage, 'studyInstanceUID' | 'readerId' | 'controlId' | 'sha256' | 'part'>): boolean {
    return (
      this.#connection
        .prepare<[string, string, string, string, number]>(
          `SELECT 1 FROM filed_messages JOIN studies ON studies.id = study_id
           WHERE uid = ? AND coalesce(reader_id, '') = ? AND control_id = ? AND sha256 = ? AND part = ?`,
        )
        .get(studyInstanceUID, readerId ?? '', controlId, sha256, part) !== undefined
    );
  }

  add(message: FiledMessage): string {
    const written = this.#connection
      .prepare(
        `INSERT INTO filed_messages (id, study_id, reader_id, control_id, sha256, part, content, filed_at)
         SELECT ?, studies.id, ?, ?, ?, ?, ?, ? FROM studies WHERE uid = ?`,
      )
      .run(
        message.id,
        message.readerId,
        message.controlId,
        message.sha256,
        message.part,
        JSON.stringify(message.content),
        message.filedAt,
        message.studyInstanceUID,
      );
    return digestOfWritten(this.#connection, FILED_MESSAGES, written);
  }

  removePasted(id: string, readerId: string): boolean {
    const { changes } = this.#connection
      .prepare('DELETE FROM filed_messages WHERE id = ? AND reader_id = ?')
      .run(id, readerId);
    return changes > 0;
  }
}

function factsOf(row: FactsRow): StudyFacts {
  return {
    studyInstanceUID: row.uid,
    patientID: row.patient_id,
    issuer: row.issuer ?? '',
    names: [...new Set([row.patient_name, row.name_ideographic, row.name_phonetic])].filter(
      (name) => name !== '',
    ),
    birthDate: row.birth_date,
    sex: row.sex,
    accessionNumber: row.accession_number,
    date: isoDate(row.study_date),
  };
}

function messageOf(row: MessageRow): FiledMessage {
  return { ...row, content: filedContentSchema.parse(JSON.parse(row.content)) };
}
