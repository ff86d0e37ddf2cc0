import { stacksOfStored } from '../domain/series/stacks-of-stored.ts';
import { orderSeries } from '../domain/series-order.ts';
import { withheldSeries } from '../domain/withheld.ts';
import type { ByteLocation } from '../shared/byte-source.ts';
import { Refused } from '../shared/errors.ts';
import type {
  AuditTrail,
  BlobStore,
  InstanceHeader,
  Origin,
  StagedInstance,
  StoreStudyOutcome,
  StudyPage,
  StudyQuery,
  StudyRepository,
} from '../shared/ports.ts';
import {
  PRIORITIES,
  type Priority,
  type SeriesDetail,
  type Stated,
  type StudyDetail,
  type StudyStatus,
} from '../shared/study.ts';
import type { Connection } from './connection.ts';
import type { DataFolder } from './data-folder.ts';
import { listModalities, listStudies } from './list-studies.ts';
import { removeStudy } from './remove-study.ts';
import { SeriesCache } from './series-cache.ts';
import type { Staging } from './staging.ts';
import { storeStudy } from './store-study.ts';
import { refreshShown, withheldFrom } from './withheld.ts';
import { namesOther } from './study-flags.ts';
import { instanceDetailOf, STATUS_SQL, statedOf, type StudyRow, summaryOf } from './study-rows.ts';

interface InstanceRow {
  header: string;
  origin: Origin;
  sha256: string;
}

interface StoredInstance {
  header: InstanceHeader;
  sha256: string;
  location: ByteLocation;
}

interface SeriesRow {
  id: number;
  uid: string;
  number: number | null;
  modality: string;
  body_part: string;
  description: string;
}

export interface StudyRepositoryParts {
  readonly connection: Connection;
  readonly folder: DataFolder;
  readonly blobs: BlobStore;
  readonly staging: Staging;
  readonly audit: AuditTrail;
}

export class SqlStudyRepository implements StudyRepository {
  readonly #parts: StudyRepositoryParts;
  readonly #series = new SeriesCache<StoredInstance>();

  constructor(parts: StudyRepositoryParts) {
    this.#parts = parts;
  }

  list(query: StudyQuery): StudyPage {
    return listStudies(this.#parts.connection, query);
  }

  /** Whether this reader may see the object whose UID the file of a copy has; it may lie in another study. */
  #isCopyTold({ conflictOf }: InstanceHeader, readerId: string | null): boolean {
    if (conflictOf === undefined) return true;
    const original = this.#database
      .prepare<[string], Pick<StudyRow, 'id' | 'stated'>>(
        'SELECT studies.id, stated FROM studies JOIN instances ON study_id = studies.id WHERE instances.uid = ?',
      )
      .get(conflictOf);
    return (
      original === undefined || !withheldFrom(this.#parts.connection, original, readerId).has(conflictOf)
    );
  }

  detail(studyInstanceUID: string, readerId: string | null): StudyDetail {
    const row = this.#database
      .prepare<[{ uid: string; reader: string | null; anyReader: 0 }], StudyRow & { status: StudyStatus }>(
        `SELECT studies.*, ${STATUS_SQL} AS status FROM studies WHERE uid = @uid`,
      )
      .get({ uid: studyInstanceUID, reader: readerId, anyReader: 0 });
    if (row === undefined) throw studyUnknown(studyInstanceUID);
    const series = this.#database
      .prepare<[number], SeriesRow>(
        'SELECT id, uid, number, modality, body_part, description FROM series WHERE study_id = ? ORDER BY number IS NULL, number, uid',
      )
      .all(row.id);
    const hidden = withheldFrom(this.#parts.connection, row, readerId);
    const seriesList = series.flatMap((one): SeriesDetail[] => {
      const stored = this.#kept(one.uid, one.id);
      // The very array where nothing of it is withheld: its stacks are known then.
      const shown =
        hidden.size === 0 ? stored : stored.filter(({ header }) => !hidden.has(header.sopInstanceUID));
      const [first] = shown;
      if (first === undefined) return [];
      // Where something of it is withheld, the series is called as what is shown calls it.
      const named = shown.length === stored.length ? facts(one) : factsOf(first.header);
      const instances = shown.map(({ header }) =>
        instanceDetailOf(header, namesOther(row, header), this.#isCopyTold(header, readerId)),
      );
      // Of what is shown alone: a stack of what is withheld would tell of it.
      return [{ seriesInstanceUID: one.uid, ...named, instances, stacks: stacksOfStored(shown) }];
    });
    if (hidden.size > 0) seriesList.push(withheldSeries(row.uid));
    return { ...summaryOf(row), seriesList, stated: statedOf(row) };
  }

  has(studyInstanceUID: string): boolean {
    return this.#database.prepare('SELECT 1 FROM studies WHERE uid = ?').get(studyInstanceUID) !== undefined;
  }

  storeStudy(
    studyInstanceUID: string,
    instances: readonly StagedInstance[],
    stated: Stated | null,
    actor: string,
  ): StoreStudyOutcome {
    return storeStudy(this.#parts, studyInstanceUID, instances, stated, actor);
  }

  instance(sopInstanceUID: string): StoredInstance & { bytes: number } {
    const row = this.#database
      .prepare<[string], InstanceRow & { bytes: number }>(
        'SELECT header, origin, instances.sha256, bytes FROM instances JOIN blobs ON blobs.sha256 = instances.sha256 WHERE uid = ?',
      )
      .get(sopInstanceUID);
    if (row === undefined) {
      throw new Refused('instance-unknown', 'This object is not here (any more).', { sopInstanceUID });
    }
    return { ...this.#stored(row), bytes: row.bytes };
  }

  instancesOf(studyInstanceUID: string): StoredInstance[] {
    const { id } = this.#require(studyInstanceUID);
    const series = this.#database
      .prepare<[number], number>(
        'SELECT id FROM series WHERE study_id = ? ORDER BY number IS NULL, number, uid',
      )
      .pluck()
      .all(id);
    return series.flatMap((one) => this.#inDisplayOrder(one));
  }

  instancesOfSeries(seriesInstanceUID: string): readonly StoredInstance[] {
    const id = this.#database
      .prepare<[string], number>('SELECT id FROM series WHERE uid = ?')
      .pluck()
      .get(seriesInstanceUID);
    if (id === undefined) {
      throw new Refused('series-unknown', 'This series is not here (any more).', { seriesInstanceUID });
    }
    return this.#kept(seriesInstanceUID, id);
  }

  withheld(studyInstanceUID: string, readerId: string | null): ReadonlySet<string> {
    return withheldFrom(this.#parts.connection, this.#require(studyInstanceUID), readerId);
  }

  /** Replaces what was stated before: a fact that is left out is no longer stated. */
  state(studyInstanceUID: string, stated: Stated, actor: string): void {
    this.#parts.connection.transaction(() => {
      const row = this.#require(studyInstanceUID);
      this.#database
        .prepare('UPDATE studies SET stated = ? WHERE id = ?')
        .run(JSON.stringify(stated), row.id);
      refreshShown(this.#parts.connection, { id: row.id, stated: JSON.stringify(stated) });
      this.#parts.audit.append({
        actor,
        action: 'state-facts',
        studyInstanceUID,
        detail: { before: statedOf(row), stated },
      });
    });
  }

  modalities(): string[] {
    return listModalities(this.#parts.connection);
  }

  setPriority(studyInstanceUID: string, priority: Priority, actor: string): Priority {
    return this.#parts.connection.transaction(() => {
      const row = this.#require(studyInstanceUID);
      const before = PRIORITIES[row.priority];
      if (before === priority) return before;
      this.#database
        .prepare('UPDATE studies SET priority = ? WHERE id = ?')
        .run(PRIORITIES.indexOf(priority), row.id);
      this.#parts.audit.append({
        actor,
        action: 'set-priority',
        studyInstanceUID,
        detail: { before, priority },
      });
      return before;
    });
  }

  newestInstance(): number {
    return (
      this.#database.prepare<[], number>('SELECT coalesce(max(id), 0) FROM instances').pluck().get() ?? 0
    );
  }

  gainedSince(newestInstance: number): string[] {
    return this.#database
      .prepare<[number], string>(
        'SELECT DISTINCT studies.uid FROM instances JOIN studies ON studies.id = instances.study_id WHERE instances.id > ? ORDER BY instances.id',
      )
      .pluck()
      .all(newestInstance);
  }

  flag(studyInstanceUID: string, words: string): void {
    this.#parts.connection.transaction(() => {
      const row = this.#require(studyInstanceUID);
      const flags = new Set(JSON.parse(row.flags) as string[]).add(words);
      this.#database
        .prepare('UPDATE studies SET flags = ? WHERE id = ?')
        .run(JSON.stringify([...flags]), row.id);
    });
  }

  remove(studyInstanceUID: string, actor: string): void {
    const { connection, staging, audit } = this.#parts;
    // Row ids of what is removed may be used again; and nothing of it is to stay here.
    this.#series.clear();
    removeStudy(connection, staging, audit, this.#require(studyInstanceUID), actor);
  }

  get #database() {
    return this.#parts.connection.database;
  }

  #require(studyInstanceUID: string): StudyRow {
    const row = this.#database
      .prepare<[string], StudyRow>('SELECT * FROM studies WHERE uid = ?')
      .get(studyInstanceUID);
    if (row === undefined) throw studyUnknown(studyInstanceUID);
    return row;
  }

  #stored(row: InstanceRow): StoredInstance {
    return {
      header: { ...(JSON.parse(row.header) as InstanceHeader), origin: row.origin },
      sha256: row.sha256,
      location: this.#parts.blobs.locate(row.sha256),
    };
  }

  #kept(seriesInstanceUID: string, id: number): readonly StoredInstance[] {
    return this.#series.get(seriesInstanceUID, this.#versionOf(id), () => this.#inDisplayOrder(id));
  }

  /**
   * Another one whenever the instances of a series may be others. A row of one never changes; this connection adds rows, and removes
   * them in `remove` alone; whatever another process writes changes `data_version`.
   */
  #versionOf(seriesId: number): string {
    const rows = this.#database
      .prepare<[number], string>(
        `SELECT series_id || '/' || count(*) || '/' || max(id) FROM instances WHERE series_id = ?`,
      )
      .pluck()
      .get(seriesId);
    return `${rows}/${String(this.#database.pragma('data_version', { simple: true }))}`;
  }

  #inDisplayOrder(seriesId: number): StoredInstance[] {
    const stored = this.#database
      .prepare<[number], InstanceRow>('SELECT header, origin, sha256 FROM instances WHERE series_id = ?')
      .all(seriesId)
      .map((row) => this.#stored(row));
    const bySop = new Map(stored.map((one) => [one.header.sopInstanceUID, one]));
    return orderSeries(stored.map(({ header }) => header)).flatMap(
      (header) => bySop.get(header.sopInstanceUID) ?? [],
    );
  }
}

type SeriesFacts = Omit<SeriesDetail, 'seriesInstanceUID' | 'instances' | 'stacks'>;

function facts({ number, modality, body_part, description }: SeriesRow): SeriesFacts {
  return { seriesNumber: number, modality, bodyPart: body_part, description };
}

function factsOf({ seriesNumber, modality, bodyPart, seriesDescription }: InstanceHeader): SeriesFacts {
  return { seriesNumber, modality, bodyPart, description: seriesDescription };
}

function studyUnknown(studyInstanceUID: string): Refused {
  return new Refused(
    'study-unknown',
    `There is no study ${studyInstanceUID} here (any more). 'overread studies' lists what there is.`,
    { studyInstanceUID },
  );
}
