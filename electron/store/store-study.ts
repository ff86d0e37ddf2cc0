import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { Bug, Unavailable } from '../shared/errors.ts';
import type { Refusal } from '../shared/imports.ts';
import type { AuditTrail, InstanceHeader, StagedInstance, StoreStudyOutcome } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import { blobPath } from './blob-files.ts';
import type { Connection } from './connection.ts';
import type { DataFolder } from './data-folder.ts';
import { searchText } from './search-text.ts';
import { type StudyRow, statedOf } from './study-rows.ts';

export const DIFFERENT_PATIENTS =
  'Its files name different patients (the name or the ID differs). Check whose images these are before reading.';

interface Parts {
  readonly connection: Connection;
  readonly folder: DataFolder;
  readonly audit: AuditTrail;
}

interface Statements {
  study(uid: string): StudyRow | undefined;
  insertStudy(header: InstanceHeader): void;
  instance(uid: string): { sha256: string } | undefined;
  series(uid: string): { id: number; study_id: number } | undefined;
  insertSeries(header: InstanceHeader, studyId: number): number;
  insertInstance(staged: StagedInstance, studyId: number, seriesId: number): void;
}

function prepareStatements({ database, clock }: Connection): Statements {
  const study = database.prepare<[string], StudyRow>('SELECT * FROM studies WHERE uid = ?');
  const insertStudy = database.prepare(
    `INSERT INTO studies (uid, patient_name, patient_id, sex, age, birth_date, accession_number, modality, description,
       study_date, study_time, series_count, instance_count, received_at, stated, flags, search)
     VALUES (?, '', '', '', NULL, '', '', '', '', '', '', 0, 0, ?, '{}', '[]', '')`,
  );
  const instance = database.prepare<[string], { sha256: string }>(
    'SELECT sha256 FROM instances WHERE uid = ?',
  );
  const series = database.prepare<[string], { id: number; study_id: number }>(
    'SELECT id, study_id FROM series WHERE uid = ?',
  );
  const insertSeries = database.prepare(
    'INSERT INTO series (uid, study_id, number, modality, body_part, description) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertBlob = database.prepare(
    'INSERT INTO blobs (sha256, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const insertInstance = database.prepare(
    'INSERT INTO instances (uid, study_id, series_id, sha256, header) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    study: (uid) => study.get(uid),
    insertStudy: (header) => insertStudy.run(header.studyInstanceUID, clock.now()),
    instance: (uid) => instance.get(uid),
    series: (uid) => series.get(uid),
    insertSeries: (header, studyId) =>
      Number(
        insertSeries.run(
          header.seriesInstanceUID,
          studyId,
          header.seriesNumber,
          header.modality,
          header.bodyPart,
          header.seriesDescription,
        ).lastInsertRowid,
      ),
    insertInstance: ({ header, sha256, bytes }, studyId, seriesId) => {
      insertBlob.run(sha256, bytes);
      insertInstance.run(header.sopInstanceUID, studyId, seriesId, sha256, JSON.stringify(header));
    },
  };
}

/** The file must lie there whole before a row names it: somebody may have emptied the folder meanwhile. */
function requireBlob(folder: DataFolder, staged: StagedInstance): void {
  if (statSync(blobPath(folder, staged.sha256), { throwIfNoEntry: false })?.size === staged.bytes) return;
  throw new Unavailable(
    'blob-missing',
    'A copied file is no longer in the data folder. Nothing of this study was kept. Import it again.',
    { sha256: staged.sha256 },
  );
}

function sopConflict({ header, sourcePath }: StagedInstance): Refusal {
  return {
    path: sourcePath,
    code: 'sop-conflict',
    reason: `Another file with the same SOP Instance UID (${header.sopInstanceUID}) but different content is here already. It was kept, and this one was not taken. If this one is right, remove the study first, then import again.`,
  };
}

function seriesConflict({ header, sourcePath }: StagedInstance): Refusal {
  return {
    path: sourcePath,
    code: 'series-conflict',
    reason: `Its Series Instance UID (${header.seriesInstanceUID}) belongs to another study here. A series lies in one study alone (PS3.3 A.1.2.3): ask the sender which is right.`,
  };
}

function firstText(before: string, headers: readonly InstanceHeader[], of: (h: InstanceHeader) => string) {
  return before !== '' ? before : (headers.map(of).find((text) => text !== '') ?? '');
}

function patientsDiffer(row: StudyRow, headers: readonly InstanceHeader[]): boolean {
  const ids = new Set([row.patient_id, ...headers.map((h) => h.patientID.trim())].filter((id) => id !== ''));
  const names = new Set(
    [row.patient_name, ...headers.map((h) => h.patientName)].map((name) => searchText(name)).filter(Boolean),
  );
  return ids.size > 1 || names.size > 1;
}

/** The study's own row, from what it was and what came in; the first file that says something is believed. */
function refreshStudy({ database }: Connection, row: StudyRow, added: readonly InstanceHeader[]): void {
  const text = (before: string, of: (h: InstanceHeader) => string) => firstText(before, added, of);
  const patientName = text(row.patient_name, (h) => h.patientName);
  const patientID = text(row.patient_id, (h) => h.patientID.trim());
  const accession = text(row.accession_number, (h) => h.accessionNumber);
  const description = text(row.description, (h) => h.studyDescription);
  const modalities = database
    .prepare<[number], string>('SELECT DISTINCT modality FROM series WHERE study_id = ?')
    .pluck()
    .all(row.id);
  const flags = new Set(JSON.parse(row.flags) as string[]);
  if (patientsDiffer(row, added)) flags.add(DIFFERENT_PATIENTS);
  database
    .prepare(
      `UPDATE studies SET patient_name = ?, patient_id = ?, sex = ?, age = ?, birth_date = ?, accession_number = ?, modality = ?,
         description = ?, study_date = ?, study_time = ?, flags = ?, search = ?,
         series_count = (SELECT count(*) FROM series WHERE study_id = studies.id),
         instance_count = (SELECT count(*) FROM instances WHERE study_id = studies.id)
       WHERE id = ?`,
    )
    .run(
      patientName,
      patientID,
      text(row.sex, (h) => h.sex),
      row.age ?? added.find((h) => h.age !== null)?.age ?? null,
      text(row.birth_date, (h) => h.birthDate),
      accession,
      modalities
        .filter((m) => m !== '')
        .toSorted()
        .join('\\'),
      description,
      text(row.study_date, (h) => h.studyDate),
      text(row.study_time, (h) => h.studyTime),
      JSON.stringify([...flags]),
      searchText(patientName, patientID, accession, description),
      row.id,
    );
}

/** What was stated before stays: a person may have corrected it since. */
function mergeStated({ database }: Connection, row: StudyRow, stated: Stated | null): Stated | null {
  const before = statedOf(row);
  const merged = { ...stated, ...before };
  if (Object.keys(merged).length === Object.keys(before).length) return null;
  database.prepare('UPDATE studies SET stated = ? WHERE id = ?').run(JSON.stringify(merged), row.id);
  return merged;
}

/**
 * All instances of one study, with its audit entry, in one transaction: whole or not at all. Same UID and same content is a
 * duplicate; same UID and other content is refused, and nothing is replaced.
 *
 * @throws Unavailable `blob-missing`, `disk-full`, `data-busy`; then nothing was kept.
 */
export function storeStudy(
  parts: Parts,
  studyInstanceUID: string,
  instances: readonly StagedInstance[],
  stated: Stated | null,
  actor: string,
): StoreStudyOutcome {
  const { connection, folder, audit } = parts;
  return connection.relaxed(() => {
    const statements = prepareStatements(connection);
    const refused: Refusal[] = [];
    const added: StagedInstance[] = [];
    let duplicates = 0;
    for (const staged of instances) {
      const { header } = staged;
      if (header.studyInstanceUID !== studyInstanceUID) throw new Bug('An instance of another study.');
      const existing = statements.instance(header.sopInstanceUID);
      if (existing !== undefined) {
        if (existing.sha256 === staged.sha256) duplicates += 1;
        else refused.push(sopConflict(staged));
        continue;
      }
      const series = statements.series(header.seriesInstanceUID);
      const known = statements.study(studyInstanceUID);
      if (series !== undefined && series.study_id !== known?.id) {
        refused.push(seriesConflict(staged));
        continue;
      }
      requireBlob(folder, staged);
      if (known === undefined) statements.insertStudy(header);
      const studyId = known?.id ?? statements.study(studyInstanceUID)?.id;
      if (studyId === undefined) throw new Bug('The study just inserted is not there.');
      statements.insertInstance(staged, studyId, series?.id ?? statements.insertSeries(header, studyId));
      added.push(staged);
    }
    const row = statements.study(studyInstanceUID);
    if (row === undefined) return { imported: 0, duplicates, refused, series: 0, instances: 0 };
    if (added.length > 0)
      refreshStudy(
        connection,
        row,
        added.map(({ header }) => header),
      );
    const nowStated = mergeStated(connection, row, stated);
    if (added.length > 0 || nowStated !== null) {
      const files = added.map(({ sha256 }) => sha256).toSorted();
      audit.append({
        actor,
        action: 'import',
        studyInstanceUID,
        detail: {
          imported: added.length,
          duplicates,
          refused: refused.length,
          filesSha256: hash('sha256', files.join('\n')),
          ...(nowStated === null ? {} : { stated: nowStated }),
        },
      });
    }
    const now = statements.study(studyInstanceUID);
    return {
      imported: added.length,
      duplicates,
      refused,
      series: now?.series_count ?? 0,
      instances: now?.instance_count ?? 0,
    };
  });
}
