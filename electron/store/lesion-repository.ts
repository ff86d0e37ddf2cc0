import type { LesionLink, LesionRepository } from '../shared/prior-ports.ts';
import type { Connection } from './connection.ts';
import { digestOfWritten, LESION_LINKS } from './row-digests.ts';

/** Links of findings over studies. Triggers keep them as they were written. */
export class SqlLesionRepository implements LesionRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  links(readerId: string): LesionLink[] {
    return this.#connection
      .prepare<[string], Omit<LesionLink, 'linked'>>(
        `SELECT links.id, later.uid AS studyInstanceUID, read_id AS readId, finding_id AS findingId, prior.uid AS priorStudyInstanceUID,
           prior_read_id AS priorReadId, prior_finding_id AS priorFindingId, reader_id AS readerId, at
         FROM lesion_links AS links JOIN studies AS later ON later.id = study_id JOIN studies AS prior ON prior.id = prior_study_id
         WHERE reader_id = ? AND linked = 1 AND NOT EXISTS (
           SELECT 1 FROM lesion_links AS newer WHERE newer.reader_id = links.reader_id AND newer.read_id = links.read_id
             AND newer.finding_id = links.finding_id AND newer.prior_read_id = links.prior_read_id
             AND newer.prior_finding_id = links.prior_finding_id AND newer.rowid > links.rowid)
         ORDER BY links.rowid`,
      )
      .all(readerId)
      .map((link) => ({ ...link, linked: true }));
  }

  add(link: LesionLink): string {
    const written = this.#connection
      .prepare(
        `INSERT INTO lesion_links (id, study_id, read_id, finding_id, prior_study_id, prior_read_id, prior_finding_id, reader_id, linked, at)
         SELECT ?, later.id, ?, ?, prior.id, ?, ?, ?, ?, ? FROM studies AS later, studies AS prior WHERE later.uid = ? AND prior.uid = ?`,
      )
      .run(
        link.id,
        link.readId,
        link.findingId,
        link.priorReadId,
        link.priorFindingId,
        link.readerId,
        link.linked ? 1 : 0,
        link.at,
        link.studyInstanceUID,
        link.priorStudyInstanceUID,
      );
    return digestOfWritten(this.#connection, LESION_LINKS, written);
  }
}
