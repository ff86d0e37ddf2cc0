import type { IndexedHeader, Origin, StagedInstance } from '../shared/ports.ts';
import type { Connection } from './connection.ts';
import type { StudyRow } from './study-rows.ts';

export interface Existing {
  readonly sha256: string;
  readonly study_id: number;
  readonly origin: Origin;
}

interface SeriesKey {
  readonly id: number;
  readonly study_id: number;
}

/** What indexing asks and writes, prepared once an import of a study. */
export interface StudyStatements {
  study(uid: string): StudyRow | undefined;
  /** Asked once a study: an import asks it for each file. */
  studyId(uid: string): number | undefined;
  insertStudy(header: IndexedHeader): number;
  instance(uid: string): Existing | undefined;
  /** Whether this study has the file as the copy of another with its UID, though that other may be gone by now. */
  hasCopy(studyUid: string, uid: string, sha256: string): boolean;
  /** Asked once a series. */
  series(uid: string): SeriesKey | undefined;
  insertSeries(header: IndexedHeader, studyId: number): number;
  insertInstance(staged: StagedInstance, studyId: number, seriesId: number): void;
}

/** Good for one transaction. */
export function prepareStudyStatements(connection: Connection): StudyStatements {
  const { clock } = connection;
  const study = connection.prepare<[string], StudyRow>('SELECT * FROM studies WHERE uid = ?');
  const insertStudy = connection.prepare(
    `INSERT INTO studies (uid, patient_name, patient_id, sex, age, birth_date, accession_number, modality, description,
       study_date, study_time, series_count, instance_count, received_at, stated, flags, search)
     VALUES (?, '', '', '', NULL, '', '', '', '', '', '', 0, 0, ?, '{}', '[]', '')`,
  );
  const instance = connection.prepare<[string], Existing>(
    'SELECT sha256, study_id, origin FROM instances WHERE uid = ?',
  );
  const copy = connection.prepare<[string, string, string], 1>(
    `SELECT 1 FROM instances WHERE conflict_of = ? AND sha256 = ? AND study_id = (SELECT id FROM studies WHERE uid = ?)`,
  );
  const anyCopy = connection.prepare<[], 1>('SELECT 1 FROM instances WHERE conflict_of IS NOT NULL LIMIT 1');
  const series = connection.prepare<[string], SeriesKey>('SELECT id, study_id FROM series WHERE uid = ?');
  const insertSeries = connection.prepare(
    'INSERT INTO series (uid, study_id, number, modality, body_part, description) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertBlob = connection.prepare(
    'INSERT INTO blobs (sha256, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const insertInstance = connection.prepare(
    'INSERT INTO instances (uid, study_id, series_id, sha256, header, origin, conflict_of) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  // What the transaction saw or wrote itself: under its lock nobody else changes it.
  const studies = new Map<string, number>();
  const seriesSeen = new Map<string, SeriesKey>();
  let copies = anyCopy.get() !== undefined;
  return {
    study: (uid) => study.get(uid),
    studyId: (uid) => {
      const id = studies.get(uid) ?? study.get(uid)?.id;
      if (id !== undefined) studies.set(uid, id);
      return id;
    },
    insertStudy: ({ studyInstanceUID }) => {
      const id = Number(insertStudy.run(studyInstanceUID, clock.now()).lastInsertRowid);
      studies.set(studyInstanceUID, id);
      return id;
    },
    instance: (uid) => instance.get(uid),
    hasCopy: (studyUid, uid, sha256) => copies && copy.get(uid, sha256, studyUid) !== undefined,
    series: (uid) => {
      const found = seriesSeen.get(uid) ?? series.get(uid);
      if (found !== undefined) seriesSeen.set(uid, found);
      return found;
    },
    insertSeries: (header, studyId) => {
      const { lastInsertRowid } = insertSeries.run(
        header.seriesInstanceUID,
        studyId,
        header.seriesNumber,
        header.modality,
        header.bodyPart,
        header.seriesDescription,
      );
      const id = Number(lastInsertRowid);
      seriesSeen.set(header.seriesInstanceUID, { id, study_id: studyId });
      return id;
    },
    insertInstance: ({ header, headerText, sha256, bytes }, studyId, seriesId) => {
      copies ||= header.conflictOf !== undefined;
      insertBlob.run(sha256, bytes);
      insertInstance.run(
        header.sopInstanceUID,
        studyId,
        seriesId,
        sha256,
        headerText ?? JSON.stringify(header),
        header.origin ?? 'known',
        header.conflictOf ?? null,
      );
    },
  };
}
