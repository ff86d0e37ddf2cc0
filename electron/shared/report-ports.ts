/** Reports, as the services ask the store for them. */
import type { ReportAddendum, ReportContent, SignedReport } from './report.ts';

export interface ReportDraft {
  readonly content: ReportContent;
  /** As `SignedReport.basedOn`, of when the draft was begun. */
  readonly basedOn: string;
}

export interface ReportRepository {
  /** The draft of the report of a read; undefined where none was begun or it was signed. */
  draft(readId: string): ReportDraft | undefined;
  saveDraft(readId: string, draft: ReportDraft, at: string): void;
  /** The signed report of a read. */
  signed(readId: string): SignedReport | undefined;
  /** Every signed report, oldest first. */
  every(): Iterable<SignedReport>;
  /** Ends the draft. */
  sign(report: SignedReport): void;
  addenda(reportId: string): ReportAddendum[];
  /** Append-only. */
  addAddendum(reportId: string, addendum: ReportAddendum): void;
}
