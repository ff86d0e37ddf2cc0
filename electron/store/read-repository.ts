import { randomUUID } from 'node:crypto';
import { Bug, Refused } from '../shared/errors.ts';
import type { PeerReview } from '../shared/peer-review.ts';
import type { ReadRepository } from '../shared/ports.ts';
import type { Addendum, Assessment, Read, ReadContent } from '../shared/read.ts';
import type { Connection } from './connection.ts';

interface Row {
  id: string;
  study_uid: string;
  reader_id: string;
  reader_name: string;
  status: Read['status'];
  content: string;
  created_at: string;
  updated_at: string;
  committed_at: string | null;
  frames_displayed: string;
  frames_not_seen: string;
  active_seconds: number | null;
  ai_mode: Read['aiMode'];
  ai_shown_at: string | null;
  sha256: string | null;
  signature: string | null;
}

const SELECT = `
  SELECT reads.*, studies.uid AS study_uid, readers.name AS reader_name FROM reads
  JOIN studies ON studies.id = reads.study_id JOIN readers ON readers.id = reads.reader_id`;

const EMPTY: ReadContent = { findings: [], noAbnormalFinding: false, impression: '' };

function readOf(row: Row): Read {
  return {
    id: row.id,
    studyInstanceUID: row.study_uid,
    readerId: row.reader_id,
    readerName: row.reader_name,
    status: row.status,
    content: JSON.parse(row.content) as ReadContent,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    committedAt: row.committed_at,
    framesDisplayed: JSON.parse(row.frames_displayed) as Read['framesDisplayed'],
    framesNotSeen: JSON.parse(row.frames_not_seen) as Read['framesNotSeen'],
    activeSeconds: row.active_seconds,
    aiMode: row.ai_mode,
    aiShownAt: row.ai_shown_at,
    sha256: row.sha256,
    signature: row.signature,
  };
}

type AssessmentRow = Omit<Assessment, 'verdict' | 'finding'> & {
  readonly verdict: Assessment['verdict'] | 'agree' | 'disagree';
  readonly finding: string | null;
};

/** Builds before this one knew two verdicts. */
const EARLIER_WORDS = { agree: 'accept', disagree: 'reject' } as const;

function assessmentOf({ verdict, finding, ...rest }: AssessmentRow): Assessment {
  return {
    ...rest,
    verdict: verdict === 'agree' || verdict === 'disagree' ? EARLIER_WORDS[verdict] : verdict,
    ...(finding === null ? {} : { finding: JSON.parse(finding) as NonNullable<Assessment['finding']> }),
  };
}

/** Reads and what is said of the AI after them. Triggers keep a committed read as it is, beneath everything here. */
export class SqlReadRepository implements ReadRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  find(studyInstanceUID: string, readerId: string): Read | undefined {
    const row = this.#connection.database
      .prepare<[string, string], Row>(
        `${SELECT} WHERE studies.uid = ? AND reads.reader_id = ? ORDER BY reads.created_at DESC, reads.rowid DESC LIMIT 1`,
      )
      .get(studyInstanceUID, readerId);
    return row && readOf(row);
  }

  begin(studyInstanceUID: string, readerId: string): Read {
    return this.#connection.transaction(() => {
      const { database } = this.#connection;
      const existing = this.find(studyInstanceUID, readerId);
      if (existing !== undefined) return existing;
      const study = database
        .prepare<[string], number>('SELECT id FROM studies WHERE uid = ?')
        .pluck()
        .get(studyInstanceUID);
      if (study === undefined) {
        throw new Refused('study-unknown', 'This study is not here (any more).', { studyInstanceUID });
      }
      if (database.prepare('SELECT 1 FROM readers WHERE id = ?').get(readerId) === undefined) {
        throw new Refused('reader-unknown', 'There is no such reader here. Choose a reader profile.', {
          readerId,
        });
      }
      const id = randomUUID();
      const now = this.#connection.clock.now();
      database
        .prepare(
          `INSERT INTO reads (id, study_id, reader_id, status, content, created_at, updated_at, frames_displayed, frames_not_seen)
           VALUES (?, ?, ?, 'draft', ?, ?, ?, '[]', '[]')`,
        )
        .run(id, study, readerId, JSON.stringify(EMPTY), now, now);
      return this.#byId(id);
    });
  }

  save(readId: string, content: ReadContent): Read {
    return this.#connection.relaxed(() => {
      this.#requireDraft(readId);
      this.#connection.database
        .prepare('UPDATE reads SET content = ?, updated_at = ? WHERE id = ?')
        .run(JSON.stringify(content), this.#connection.clock.now(), readId);
      return this.#byId(readId);
    });
  }

  commit(
    readId: string,
    committed: Pick<Read, 'framesDisplayed' | 'framesNotSeen' | 'sha256' | 'signature' | 'committedAt'> &
      Partial<Pick<Read, 'activeSeconds' | 'aiMode'>>,
  ): Read {
    return this.#connection.transaction(() => {
      this.#requireDraft(readId);
      if (committed.sha256 === null || committed.signature === null || committed.committedAt === null) {
        throw new Bug('A read is committed with its hash, its signature and its time.');
      }
      this.#connection.database
        .prepare(
          `UPDATE reads SET status = 'committed', committed_at = ?, updated_at = ?, frames_displayed = ?, frames_not_seen = ?,
             active_seconds = ?, ai_mode = ?, sha256 = ?, signature = ? WHERE id = ?`,
        )
        .run(
          committed.committedAt,
          committed.committedAt,
          JSON.stringify(committed.framesDisplayed),
          JSON.stringify(committed.framesNotSeen),
          committed.activeSeconds ?? null,
          committed.aiMode ?? null,
          committed.sha256,
          committed.signature,
          readId,
        );
      return this.#byId(readId);
    });
  }

  committedBy(readerId: string, limit: number): string[] {
    return this.#connection.database
      .prepare<[string, number], string>(
        `SELECT studies.uid FROM reads JOIN studies ON studies.id = reads.study_id
         WHERE reads.reader_id = ? AND reads.status = 'committed'
         GROUP BY studies.id ORDER BY max(reads.committed_at) DESC LIMIT ?`,
      )
      .pluck()
      .all(readerId, limit);
  }

  showAi(readId: string, at: string): boolean {
    this.#requireDraft(readId);
    const { changes } = this.#connection.database
      .prepare('UPDATE reads SET ai_shown_at = ? WHERE id = ? AND ai_shown_at IS NULL')
      .run(at, readId);
    return changes === 1;
  }

  committed(studyInstanceUID: string): Read[] {
    return this.#connection.database
      .prepare<[string], Row>(
        `${SELECT} WHERE studies.uid = ? AND reads.status = 'committed' ORDER BY reads.committed_at DESC, reads.rowid DESC`,
      )
      .all(studyInstanceUID)
      .map(readOf);
  }

  *everyCommitted(): Generator<Read> {
    // By page and not by one statement: whoever asks may ask for other things in between.
    const page = this.#connection.database.prepare<[number], Row & { row: number }>(
      `SELECT reads.rowid AS row, ${SELECT.trim().slice('SELECT '.length)}
       WHERE reads.status = 'committed' AND reads.rowid > ? ORDER BY reads.rowid LIMIT 200`,
    );
    for (let after = 0; ; ) {
      const rows = page.all(after);
      for (const row of rows) {
        after = row.row;
        yield readOf(row);
      }
      if (rows.length < 200) return;
    }
  }

  assessments(readId: string): Assessment[] {
    return this.#connection.database
      .prepare<[string], AssessmentRow>(
        `SELECT item_id AS itemId, verdict, reason, comment, finding, assessed_at AS assessedAt FROM assessments
         WHERE id IN (SELECT max(id) FROM assessments WHERE read_id = ? GROUP BY item_id) ORDER BY id`,
      )
      .all(readId)
      .map(assessmentOf);
  }

  assess(readId: string, assessment: Assessment): void {
    const { itemId, verdict, reason, comment, finding, assessedAt } = assessment;
    this.#connection.transaction(() => {
      this.#requireCommitted(readId);
      this.#connection.database
        .prepare(
          'INSERT INTO assessments (read_id, item_id, verdict, reason, comment, finding, assessed_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          readId,
          itemId,
          verdict,
          reason,
          comment,
          finding === undefined ? null : JSON.stringify(finding),
          assessedAt,
        );
    });
  }

  addenda(readId: string): Addendum[] {
    return this.#connection.database
      .prepare<[string], Addendum>(
        'SELECT id, number, text, created_at AS createdAt, sha256, signature FROM addenda WHERE read_id = ? ORDER BY number',
      )
      .all(readId);
  }

  addAddendum(readId: string, { id, number, text, createdAt, sha256, signature }: Addendum): void {
    this.#connection.transaction(() => {
      this.#requireCommitted(readId);
      this.#connection.database
        .prepare(
          'INSERT INTO addenda (id, read_id, number, text, created_at, sha256, signature) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(id, readId, number, text, createdAt, sha256, signature);
    });
  }

  addendumDraft(readId: string): string {
    return (
      this.#connection.database
        .prepare<[string], string>('SELECT text FROM addendum_drafts WHERE read_id = ?')
        .pluck()
        .get(readId) ?? ''
    );
  }

  saveAddendumDraft(readId: string, text: string): void {
    this.#connection.relaxed(() => {
      this.#requireCommitted(readId);
      const { database } = this.#connection;
      if (text === '') database.prepare('DELETE FROM addendum_drafts WHERE read_id = ?').run(readId);
      else
        database
          .prepare(
            'INSERT INTO addendum_drafts (read_id, text) VALUES (?, ?) ON CONFLICT DO UPDATE SET text = excluded.text',
          )
          .run(readId, text);
    });
  }

  review(readId: string, reviewerId: string): PeerReview | undefined {
    return this.#connection.database
      .prepare<[string, string], PeerReview>(
        `SELECT score, significance, comment, reviewed_at AS reviewedAt FROM peer_reviews
         WHERE read_id = ? AND reviewer_id = ? ORDER BY id DESC LIMIT 1`,
      )
      .get(readId, reviewerId);
  }

  addReview(
    readId: string,
    reviewerId: string,
    { score, significance, comment, reviewedAt }: PeerReview,
  ): void {
    this.#connection.transaction(() => {
      this.#requireCommitted(readId);
      this.#connection.database
        .prepare(
          'INSERT INTO peer_reviews (read_id, reviewer_id, score, significance, comment, reviewed_at) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(readId, reviewerId, score, significance, comment, reviewedAt);
    });
  }

  markRevealed(readId: string, at: string): boolean {
    return this.#mark('reveals', readId, at);
  }

  markFinal(readId: string, at: string): boolean {
    return this.#mark('finals', readId, at);
  }

  unmarkFinal(readId: string): boolean {
    return (
      this.#connection.database.prepare('DELETE FROM finals WHERE read_id = ?').run(readId).changes === 1
    );
  }

  reopen(studyInstanceUID: string): string[] {
    return this.#connection.database
      .prepare<[string], string>(
        `DELETE FROM finals WHERE read_id IN (
           SELECT reads.id FROM reads JOIN studies ON studies.id = reads.study_id WHERE studies.uid = ?
         ) RETURNING read_id`,
      )
      .pluck()
      .all(studyInstanceUID);
  }

  #mark(table: 'reveals' | 'finals', readId: string, at: string): boolean {
    return this.#connection.transaction(() => {
      this.#requireCommitted(readId);
      const { changes } = this.#connection.database
        .prepare(`INSERT INTO ${table} (read_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING`)
        .run(readId, at);
      return changes === 1;
    });
  }

  #byId(readId: string): Read {
    const row = this.#connection.database.prepare<[string], Row>(`${SELECT} WHERE reads.id = ?`).get(readId);
    if (row === undefined) throw new Refused('read-unknown', 'This read is not here (any more).', { readId });
    return readOf(row);
  }

  #requireDraft(readId: string): void {
    if (this.#byId(readId).status === 'draft') return;
    throw new Refused('read-committed', 'This read is committed and never changes again.', { readId });
  }

  #requireCommitted(readId: string): void {
    if (this.#byId(readId).status === 'committed') return;
    throw new Refused('read-not-committed', 'This read is not committed yet. Commit it first.', { readId });
  }
}
