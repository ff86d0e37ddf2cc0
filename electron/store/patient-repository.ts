import { Refused } from '../shared/errors.ts';
import type { PatientRepository, StudyOfPatient } from '../shared/prior-ports.ts';
import type { Connection } from './connection.ts';
import { isoDate, type StudyRow } from './study-rows.ts';

type Row = StudyRow & { issuer: string | null };

/** Of the first object of known origin: what an algorithm wrote tells nothing. */
const SELECT = `
  SELECT studies.*, (SELECT json_extract(header, '$.patientIDIssuer') FROM instances
    WHERE instances.study_id = studies.id AND origin = 'known' ORDER BY id LIMIT 1) AS issuer FROM studies`;

/** Studies by their patient. It reads files' own words alone: never a read, never a result. */
export class SqlPatientRepository implements PatientRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  candidates(studyInstanceUID: string): { own: StudyOfPatient; others: StudyOfPatient[] } {
    const own = this.#connection.prepare<[string], Row>(`${SELECT} WHERE uid = ?`).get(studyInstanceUID);
    if (own === undefined) {
      throw new Refused(
        'study-unknown',
        `There is no study ${studyInstanceUID} here (any more). 'overread studies' lists what there is.`,
        { studyInstanceUID },
      );
    }
    // Two questions, each with its index: an OR of both would look through every study.
    const byId =
      own.patient_id === ''
        ? []
        : this.#connection
            .prepare<[string, number], Row>(
              `${SELECT} WHERE patient_id = ? AND patient_id <> '' AND id <> ? ORDER BY id LIMIT 500`,
            )
            .all(own.patient_id, own.id);
    const byName =
      own.patient_name === '' || own.birth_date === ''
        ? []
        : this.#connection
            .prepare<[string, string, number], Row>(
              `${SELECT} WHERE birth_date = ? AND birth_date <> '' AND patient_name = ? COLLATE NOCASE AND id <> ? ORDER BY id LIMIT 500`,
            )
            .all(own.birth_date, own.patient_name, own.id);
    const others = new Map([...byId, ...byName].map((row) => [row.id, row]));
    return { own: studyOf(own), others: [...others.values()].map(studyOf) };
  }
}

function studyOf(row: Row): StudyOfPatient {
  return {
    patientID: row.patient_id,
    issuer: row.issuer ?? '',
    patientName: row.patient_name,
    birthDate: row.birth_date,
    time: row.study_time,
    summary: {
      studyInstanceUID: row.uid,
      date: isoDate(row.study_date),
      modality: row.modality,
      description: row.description,
      // Of what nobody is kept from seeing.
      series: row.series_count,
      instances: row.instance_count,
    },
  };
}
