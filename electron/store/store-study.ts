import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Bug, Unavailable } from '../shared/errors.ts';
import type { Refusal, SameUidConflict } from '../shared/imports.ts';
import type { AuditTrail, IndexedHeader, StagedInstance, StoreStudyOutcome } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import { blobPath } from './blob-files.ts';
import type { Connection } from './connection.ts';
import type { DataFolder } from './data-folder.ts';
import { asCopy } from './conflicting-copy.ts';
import { flagsAfter, isKnown, SAME_UID } from './study-flags.ts';
import { type StudyRow, statedOf } from './study-rows.ts';
import { prepareStudyStatements } from './study-statements.ts';
import { isReleased, refreshShown } from './withheld.ts';

interface Parts {
  readonly connection: Connection;
  readonly folder: DataFolder;
  readonly audit: AuditTrail;
}

/** So long a look into a folder of blobs counts for. */
const LOOKED_MS = 1000;
/** When each folder was looked into (ms, monotonic), of each data folder. */
const looked = new Map<string, Map<string, number>>();

/**
 * Files must lie there before a row names them: somebody may have emptied the folder since they were copied. Asked once a second in
 * each of the 256 folders that blobs lie in, since asking for each file is a tenth of an import; what is missing alone is found when it is read.
 */
function blobsAreThere(folder: DataFolder): (staged: StagedInstance) => void {
  const asked = looked.get(folder.blobs) ?? new Map<string, number>();
  looked.set(folder.blobs, asked);
  const now = performance.now();
  return ({ sha256 }) => {
    const inside = sha256.slice(0, 2);
    if (now - (asked.get(inside) ?? Number.NEGATIVE_INFINITY) < LOOKED_MS) return;
    if (!existsSync(blobPath(folder, sha256))) {
      asked.clear();
      throw new Unavailable(
        'blob-missing',
        'A copied file is no longer in the data folder. Nothing of this study was kept. Import it again.',
        { sha256 },
      );
    }
    asked.set(inside, now);
  };
}

/** The pixels of a plain image make its UIDs: under them lies the same image, with what was stated at its first import. */
function knownPlainImage({ sourcePath }: StagedInstance): Refusal {
  return {
    path: sourcePath,
    code: 'sop-conflict',
    reason:
      'This image is here already, with other facts stated. It was left as it is. To change its facts, open the study and state them there (State …, Change …); to begin anew, remove the study first, then import the image again.',
  };
}

function seriesConflict({ header, sourcePath }: StagedInstance): Refusal {
  return {
    path: sourcePath,
    code: 'series-conflict',
    reason: `Its Series Instance UID (${header.seriesInstanceUID}) belongs to another study here. A series lies in one study alone (PS3.3 A.1.2.3): ask the sender which is right.`,
  };
}

function firstText(before: string, headers: readonly IndexedHeader[], of: (h: IndexedHeader) => string) {
  return before !== '' ? before : (headers.map(of).find((text) => text !== '') ?? '');
}

/** The study's own row, from what it was and what came in; the first file that says something is believed. */
function refreshStudy(connection: Connection, row: StudyRow, added: readonly IndexedHeader[]): void {
  // What an algorithm may have made says whose it is, and nothing else: the worklist is for every reader.
  const known = added.filter(isKnown);
  const text = (before: string, of: (h: IndexedHeader) => string) => firstText(before, known, of);
  const patient = (before: string, of: (h: IndexedHeader) => string) => firstText(before, added, of);
  const patientName = patient(row.patient_name, (h) => h.patientName);
  const ideographic = patient(row.name_ideographic, (h) => h.otherNames?.ideographic ?? '');
  const phonetic = patient(row.name_phonetic, (h) => h.otherNames?.phonetic ?? '');
  const patientID = patient(row.patient_id, (h) => h.patientID.trim());
  const accession = patient(row.accession_number, (h) => h.accessionNumber);
  const description = text(row.description, (h) => h.studyDescription);
  connection
    .prepare(
      `UPDATE studies SET patient_name = ?, name_ideographic = ?, name_phonetic = ?, patient_id = ?, sex = ?, age = ?, birth_date = ?,
         accession_number = ?, description = ?, study_date = ?, study_time = ?, flags = ?
       WHERE id = ?`,
    )
    .run(
      patientName,
      ideographic,
      phonetic,
      patientID,
      patient(row.sex, (h) => h.sex),
      row.age ?? added.find((h) => h.age !== null)?.age ?? null,
      patient(row.birth_date, (h) => h.birthDate),
      accession,
      description,
      patient(row.study_date, (h) => h.studyDate),
      patient(row.study_time, (h) => h.studyTime),
      JSON.stringify(flagsAfter(row, added)),
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
 * A result made before an image came says nothing of the study as it now is. Said here, with the images, so that no crash between the import
 * and the models' next run leaves the old one standing.
 */
function outdateResults(connection: Connection, studyId: number): void {
  connection
    .prepare(
      `INSERT INTO outdated_results (study_id, through_result)
       SELECT study_id, max(id) FROM results WHERE study_id = ? GROUP BY study_id
       ON CONFLICT (study_id) DO UPDATE SET through_result = excluded.through_result`,
    )
    .run(studyId);
}

function addFlag({ database }: Connection, studyId: number, flag: string): void {
  const flags = database
    .prepare<[number], string>('SELECT flags FROM studies WHERE id = ?')
    .pluck()
    .get(studyId);
  const all = new Set(JSON.parse(flags ?? '[]') as string[]).add(flag);
  database.prepare('UPDATE studies SET flags = ? WHERE id = ?').run(JSON.stringify([...all]), studyId);
}

/** What of a study every reader may see: reports of imports are read before the commit too. */
function totals(connection: Connection, studyId: number): { series: number; instances: number } {
  const row = connection
    .prepare<[number], { series: number; instances: number }>(
      'SELECT series_count AS series, instance_count AS instances FROM studies WHERE id = ?',
    )
    .get(studyId);
  return row ?? { series: 0, instances: 0 };
}

/** How many of these are withheld from every reader who has not committed, as the study stands. */
function countWithheld(row: StudyRow | undefined, added: readonly StagedInstance[]): number {
  const released = row !== undefined && isReleased(row);
  return added.filter(({ header }) => !isKnown(header) && !(released && header.origin === 'unknown')).length;
}

/**
 * All instances of one study, with its audit entry, in one transaction: whole or not at all. Same UID and same content is a
 * duplicate. Same UID and other content is kept beside it, under an identity of its own, and both studies are flagged; nothing is
 * replaced.
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
    const statements = prepareStudyStatements(connection);
    const requireBlob = blobsAreThere(folder);
    const refused: Refusal[] = [];
    const added: StagedInstance[] = [];
    const inConflict = new Set<number>();
    const conflicts: SameUidConflict[] = [];
    let duplicates = 0;
    for (const given of instances) {
      if (given.header.studyInstanceUID !== studyInstanceUID) throw new Bug('An instance of another study.');
      const existing = statements.instance(given.header.sopInstanceUID);
      if (
        existing?.sha256 === given.sha256 ||
        statements.hasCopy(studyInstanceUID, given.header.sopInstanceUID, given.sha256)
      ) {
        duplicates += 1;
        continue;
      }
      if (existing !== undefined && given.plain === true) {
        refused.push(knownPlainImage(given));
        continue;
      }
      const staged = existing === undefined ? given : asCopy(given);
      const { header } = staged;
      if (existing !== undefined && statements.instance(header.sopInstanceUID) !== undefined) {
        duplicates += 1;
        continue;
      }
      const series = statements.series(header.seriesInstanceUID);
      const known = statements.studyId(studyInstanceUID);
      if (series !== undefined && series.study_id !== known) {
        refused.push(seriesConflict(staged));
        continue;
      }
      requireBlob(staged);
      const studyId = known ?? statements.insertStudy(header);
      statements.insertInstance(staged, studyId, series?.id ?? statements.insertSeries(header, studyId));
      added.push(staged);
      // The flag and the report are for every reader: of two that are withheld, or of one, they would tell.
      if (existing !== undefined && isKnown(existing) && isKnown(header)) {
        inConflict.add(existing.study_id).add(studyId);
        conflicts.push(...copiesOf([staged]));
      }
    }
    const row = statements.study(studyInstanceUID);
    if (row === undefined)
      return { imported: 0, duplicates, refused, conflicts: [], series: 0, instances: 0 };
    const copies = copiesOf(added);
    if (added.length > 0)
      refreshStudy(
        connection,
        row,
        added.map(({ header }) => header),
      );
    if (added.some(({ header }) => header.image !== null)) outdateResults(connection, row.id);
    const nowStated = mergeStated(connection, row, stated);
    for (const study of inConflict) addFlag(connection, study, SAME_UID);
    const stored = statements.study(studyInstanceUID);
    if (stored !== undefined && (added.length > 0 || nowStated !== null)) refreshShown(connection, stored);
    if (added.length > 0 || nowStated !== null) {
      const files = added.map(({ sha256 }) => sha256).toSorted();
      const withheld = countWithheld(stored, added);
      audit.append({
        actor,
        action: 'import',
        studyInstanceUID,
        detail: {
          imported: added.length,
          duplicates,
          refused: refused.length,
          ...(withheld === 0 ? {} : { withheld }),
          ...(copies.length === 0
            ? {}
            : {
                sameUidOtherContent: copies.map(({ sopInstanceUID, keptAs }) => ({
                  sopInstanceUID,
                  keptAs,
                })),
              }),
          filesSha256: hash('sha256', files.join('\n')),
          ...(nowStated === null ? {} : { stated: nowStated }),
        },
      });
    }
    return { imported: added.length, duplicates, refused, conflicts, ...totals(connection, row.id) };
  });
}

/** Which copies came in under which UID. */
function copiesOf(added: readonly StagedInstance[]): SameUidConflict[] {
  return added.flatMap(({ header: { sopInstanceUID, conflictOf }, sourcePath }) =>
    conflictOf === undefined
      ? []
      : [{ path: sourcePath, sopInstanceUID: conflictOf, keptAs: sopInstanceUID }],
  );
}
