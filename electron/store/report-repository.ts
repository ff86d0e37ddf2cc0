import type { ReportAddendum, ReportContent, SignedReport } from '../shared/report.ts';
import type { ReportDraft, ReportRepository } from '../shared/report-ports.ts';
import type { Connection } from './connection.ts';

interface Row {
  id: string;
  study_uid: string;
  read_id: string;
  read_sha256: string;
  reader_id: string;
  reader_name: string;
  content: string;
  acknowledged: string;
  based_on: string;
  signed_at: string;
  sha256: string;
  signature: string;
}

const SELECT =
  'SELECT reports.*, studies.uid AS study_uid FROM reports JOIN studies ON studies.id = reports.study_id';

function reportOf(row: Row): SignedReport {
  return {
    id: row.id,
    studyInstanceUID: row.study_uid,
    readId: row.read_id,
    readSha256: row.read_sha256,
    readerId: row.reader_id,
    readerName: row.reader_name,
    content: JSON.parse(row.content) as ReportContent,
    acknowledged: JSON.parse(row.acknowledged) as SignedReport['acknowledged'],
    basedOn: row.based_on,
    signedAt: row.signed_at,
    sha256: row.sha256,
    signature: row.signature,
  };
}

/** Reports. Triggers keep what is signed as it was signed. */
export class SqlReportRepository implements ReportRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  draft(readId: string): ReportDraft | undefined {
    const row = this.#connection
      .prepare<[string], { content: string; based_on: string }>(
        'SELECT content, based_on FROM report_drafts WHERE read_id = ?',
      )
      .get(readId);
    return row === undefined
      ? undefined
      : { content: JSON.parse(row.content) as ReportContent, basedOn: row.based_on };
  }

  saveDraft(readId: string, { content, basedOn }: ReportDraft, at: string): void {
    this.#connection
      .prepare(
        `INSERT INTO report_drafts (read_id, content, based_on, updated_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (read_id) DO UPDATE SET content = excluded.content, based_on = excluded.based_on, updated_at = excluded.updated_at`,
      )
      .run(readId, JSON.stringify(content), basedOn, at);
  }

  signed(readId: string): SignedReport | undefined {
    const row = this.#connection.prepare<[string], Row>(`${SELECT} WHERE read_id = ?`).get(readId);
    return row === undefined ? undefined : reportOf(row);
  }

  *every(): Iterable<SignedReport> {
    const rows = this.#connection
      .prepare<[], Row>(`${SELECT} ORDER BY reports.signed_at, reports.rowid`)
      .all();
    for (const row of rows) yield reportOf(row);
  }

  sign(report: SignedReport): void {
    this.#connection.transaction(() => {
      this.#connection
        .prepare(
          `INSERT INTO reports (id, study_id, read_id, read_sha256, reader_id, reader_name, content, acknowledged, based_on, signed_at, sha256, signature)
           SELECT ?, studies.id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM studies WHERE uid = ?`,
        )
        .run(
          report.id,
          report.readId,
          report.readSha256,
          report.readerId,
          report.readerName,
          JSON.stringify(report.content),
          JSON.stringify(report.acknowledged),
          report.basedOn,
          report.signedAt,
          report.sha256,
          report.signature,
          report.studyInstanceUID,
        );
      this.#connection.prepare('DELETE FROM report_drafts WHERE read_id = ?').run(report.readId);
    });
  }

  addenda(reportId: string): ReportAddendum[] {
    return this.#connection
      .prepare<[string], Omit<ReportAddendum, 'signedAt'> & { signed_at: string }>(
        'SELECT id, number, text, signed_at, sha256, signature FROM report_addenda WHERE report_id = ? ORDER BY number',
      )
      .all(reportId)
      .map(({ signed_at, ...rest }) => ({ ...rest, signedAt: signed_at }));
  }

  addAddendum(reportId: string, { id, number, text, signedAt, sha256, signature }: ReportAddendum): void {
    this.#connection
      .prepare(
        'INSERT INTO report_addenda (id, report_id, number, text, signed_at, sha256, signature) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(id, reportId, number, text, signedAt, sha256, signature);
  }
}
