import type { KeptNote, NoteRepository } from '../shared/note-ports.ts';
import type { Connection } from './connection.ts';

export class SqlNoteRepository implements NoteRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  of(studyInstanceUID: string, readerId: string): KeptNote[] {
    return this.#connection
      .prepare<[string, string], KeptNote>(
        `SELECT clinical_notes.id, title, text, added_at AS addedAt FROM clinical_notes JOIN studies ON studies.id = study_id
         WHERE uid = ? AND reader_id = ? ORDER BY added_at, clinical_notes.rowid`,
      )
      .all(studyInstanceUID, readerId);
  }

  add(studyInstanceUID: string, readerId: string, { id, title, text, addedAt }: KeptNote): void {
    this.#connection
      .prepare(
        `INSERT INTO clinical_notes (id, study_id, reader_id, title, text, added_at)
         SELECT ?, studies.id, ?, ?, ?, ? FROM studies WHERE uid = ?`,
      )
      .run(id, readerId, title, text, addedAt, studyInstanceUID);
  }

  remove(id: string, readerId: string): boolean {
    const { changes } = this.#connection
      .prepare('DELETE FROM clinical_notes WHERE id = ? AND reader_id = ?')
      .run(id, readerId);
    return changes > 0;
  }
}
