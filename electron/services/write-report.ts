import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from '../domain/canonical-json.ts';
import { Refused } from '../shared/errors.ts';
import type { Comparison, Read } from '../shared/read.ts';
import type {
  AcknowledgedWarning,
  ReportAddendum,
  ReportContent,
  ReportView,
  SaveReport,
  SignedReport,
  SignReport,
} from '../shared/report.ts';
import type { ReportWarning } from '../shared/report-check.ts';
import { isSignedBy, sha256Of } from './canonical-read.ts';
import { requireCommitted } from './read-guard.ts';
import {
  basisOf,
  canonicalReport,
  checkedText,
  draftFacts,
  newContent,
  type ReportParts,
  warningsOf,
} from './report-parts.ts';
import { buildComparison, isSettled } from './reveal-comparison-build.ts';

/** The report of this reader's committed read: what is being written or was signed, and what the check says of it. Writes nothing. */
export function viewReport(parts: ReportParts, studyInstanceUID: string, readerId: string): ReportView {
  const { read, comparison } = standing(parts, studyInstanceUID, readerId);
  return viewOf(parts, read, comparison);
}

/** Begins the draft anew by another template; what was written so far goes. Throws as `saveReport`, and `template-unknown`. */
export function beginReport(
  parts: ReportParts,
  studyInstanceUID: string,
  readerId: string,
  templateId: string,
): ReportView {
  const { store, clock } = parts;
  return store.transaction(() => {
    const { read, comparison } = standing(parts, studyInstanceUID, readerId);
    requireUnsigned(parts, read);
    const facts = draftFacts(parts, read, comparison);
    const content = newContent(parts, facts, templateId);
    store.reports.saveDraft(read.id, { content, basedOn: basisOf(facts) }, clock.now());
    return viewOf(parts, read, comparison);
  });
}

/**
 * Keeps what is written. Words for the patient that change are no longer reviewed.
 *
 * @throws Refused `study-unknown`, `read-not-committed`, `report-signed`, `report-changed` where another window saved since.
 */
export function saveReport(
  parts: ReportParts,
  studyInstanceUID: string,
  readerId: string,
  request: SaveReport,
): ReportView {
  const { store, clock } = parts;
  return store.transaction(() => {
    const { read, comparison } = standing(parts, studyInstanceUID, readerId);
    requireUnsigned(parts, read);
    const kept = store.reports.draft(read.id);
    if (kept !== undefined && request.before !== null && !isDeepStrictEqual(kept.content, request.before)) {
      throw new Refused(
        'report-changed',
        'This report was changed in another window of this workstation. Load it again.',
      );
    }
    store.reports.saveDraft(
      read.id,
      { content: request.content, basedOn: kept?.basedOn ?? basisOf(draftFacts(parts, read, comparison)) },
      clock.now(),
    );
    return viewOf(parts, read, comparison);
  });
}

/**
 * Signs the report: hashed in its canonical form, signed with the reader's key, time-stamped, audited, never changed again.
 *
 * @throws Refused `report-signed`, `report-not-settled` while a difference is open, `report-empty`, `report-warnings` where the check says
 *   what the reader did not acknowledge (`detail.warnings`), and as `saveReport`.
 */
export function signReport(
  parts: ReportParts,
  studyInstanceUID: string,
  readerId: string,
  request: SignReport,
): ReportView {
  const { store, clock } = parts;
  return store.transaction(() => {
    const { read, comparison } = standing(parts, studyInstanceUID, readerId);
    requireUnsigned(parts, read);
    const why = cannotSign(comparison);
    if (why !== null) throw new Refused('report-not-settled', why);
    requireWords(request.content);
    const facts = draftFacts(parts, read, comparison);
    const warnings = warningsOf(parts, facts, request.content);
    const unseen = warnings.filter(
      (one) => !request.acknowledged.some((seen) => isSame(seen, one, request.content)),
    );
    if (unseen.length > 0) {
      throw new Refused(
        'report-warnings',
        `The check objects to ${String(unseen.length)} place(s) that were not acknowledged. Correct them, or sign over them by name.`,
        {
          warnings: unseen.map(({ kind, start, end }) => ({ kind, start, end })),
        },
      );
    }
    const report = {
      id: randomUUID(),
      studyInstanceUID,
      readId: read.id,
      readSha256: read.sha256 ?? '',
      readerId,
      readerName: read.readerName,
      content: request.content,
      acknowledged: warnings.map((one) => acknowledgedOf(one, request.content)),
      basedOn: basisOf(facts),
      signedAt: clock.now(),
    };
    const bytes = canonicalReport(report);
    const sha256 = sha256Of(bytes);
    store.reports.sign({ ...report, sha256, signature: store.readers.sign(readerId, bytes) });
    store.audit.append({
      actor: readerId,
      action: 'sign-report',
      studyInstanceUID,
      detail: {
        reportId: report.id,
        readId: read.id,
        sha256,
        signedOver: report.acknowledged.map(({ kind }) => kind),
      },
    });
    return viewOf(parts, read, comparison);
  });
}

/** Adds signed words to a signed report. The same id again adds nothing. Throws `report-not-signed`. */
export function addReportAddendum(
  parts: ReportParts,
  studyInstanceUID: string,
  readerId: string,
  text: string,
  id: string = randomUUID(),
): ReportView {
  const { store, clock } = parts;
  return store.transaction(() => {
    const { read, comparison } = standing(parts, studyInstanceUID, readerId);
    const report = store.reports.signed(read.id);
    if (report === undefined)
      throw new Refused(
        'report-not-signed',
        'An addendum follows a signed report. This one is still a draft: change it.',
      );
    const addenda = store.reports.addenda(report.id);
    if (addenda.some((one) => one.id === id)) return viewOf(parts, read, comparison);
    const previous = addenda.at(-1);
    const draft = { id, number: (previous?.number ?? 0) + 1, text: text.trim(), signedAt: clock.now() };
    const bytes = canonicalReportAddendum(report, draft, previous?.sha256 ?? null);
    const sha256 = sha256Of(bytes);
    store.reports.addAddendum(report.id, {
      ...draft,
      sha256,
      signature: store.readers.sign(readerId, bytes),
    });
    store.audit.append({
      actor: readerId,
      action: 'report-addendum',
      studyInstanceUID,
      detail: { reportId: report.id, number: draft.number, sha256 },
    });
    return viewOf(parts, read, comparison);
  });
}

/** Whether a signed report and each addendum is what its reader signed. */
export function isReportIntact({ store }: Pick<ReportParts, 'store'>, report: SignedReport): boolean {
  const reader = store.readers.find(report.readerId);
  if (reader === undefined) return false;
  const { sha256, signature, ...fixed } = report;
  const bytes = canonicalReport(fixed);
  if (sha256Of(bytes) !== sha256 || !isSignedBy(reader.publicKey, bytes, signature)) return false;
  let previous: string | null = null;
  for (const [index, addendum] of store.reports.addenda(report.id).entries()) {
    const signed = canonicalReportAddendum(report, addendum, previous);
    if (addendum.number !== index + 1 || sha256Of(signed) !== addendum.sha256) return false;
    if (!isSignedBy(reader.publicKey, signed, addendum.signature)) return false;
    previous = addendum.sha256;
  }
  return true;
}

function canonicalReportAddendum(
  report: Pick<SignedReport, 'id' | 'sha256'>,
  { id, number, text, signedAt }: Pick<ReportAddendum, 'id' | 'number' | 'text' | 'signedAt'>,
  previousSha256: string | null,
): Uint8Array {
  return new TextEncoder().encode(
    canonicalJson({
      schema: 'overread.report-addendum/1',
      id,
      reportId: report.id,
      reportSha256: report.sha256,
      number,
      text,
      signedAt,
      previousSha256,
    }),
  );
}

function standing(
  parts: ReportParts,
  studyInstanceUID: string,
  readerId: string,
): { read: Read; comparison: Comparison } {
  const read = requireCommitted(parts.store, studyInstanceUID, readerId);
  return { read, comparison: buildComparison(parts, read) };
}

function viewOf(parts: ReportParts, read: Read, comparison: Comparison): ReportView {
  const { store, templates } = parts;
  const facts = draftFacts(parts, read, comparison);
  const signed = store.reports.signed(read.id) ?? null;
  const draft = signed === null ? store.reports.draft(read.id) : undefined;
  const content = signed?.content ?? draft?.content ?? newContent(parts, facts);
  const basedOn = signed?.basedOn ?? draft?.basedOn ?? null;
  return {
    content,
    text: checkedText(content),
    warnings: signed === null ? warningsOf(parts, facts, content) : [],
    templates: templates.all().map(({ id, version, name }) => ({ id, version, name })),
    signed,
    intact: signed === null || isReportIntact(parts, signed),
    addenda: signed === null ? [] : store.reports.addenda(signed.id),
    cannotSign: signed === null ? cannotSign(comparison) : null,
    outdated: basedOn !== null && basedOn !== basisOf(facts),
  };
}

function cannotSign(comparison: Comparison): string | null {
  if (isSettled(comparison)) return null;
  return comparison.aiState === 'waiting'
    ? 'A model has not finished yet. The report can be signed once every difference is settled.'
    : 'A difference is still open. Settle every line of the comparison, then sign.';
}

function requireUnsigned({ store }: ReportParts, read: Read): void {
  if (store.reports.signed(read.id) !== undefined)
    throw new Refused('report-signed', 'This report is signed and never changes again. Write an addendum.');
}

function requireWords({ sections }: ReportContent): void {
  const empty = sections.filter(
    ({ key, text }) => (key === 'findings' || key === 'impression') && text.trim() === '',
  );
  if (empty.length === 0) return;
  throw new Refused(
    'report-empty',
    `${empty.map(({ heading }) => heading).join(' and ')} ${empty.length === 1 ? 'is' : 'are'} empty. Write what was found, then sign.`,
  );
}

function wordsOf({ start, end }: ReportWarning, content: ReportContent): string {
  return checkedText(content).slice(start, end).slice(0, 400);
}

function acknowledgedOf(warning: ReportWarning, content: ReportContent): AcknowledgedWarning {
  return { kind: warning.kind, words: wordsOf(warning, content), message: warning.message.slice(0, 1000) };
}

function isSame(seen: AcknowledgedWarning, warning: ReportWarning, content: ReportContent): boolean {
  const one = acknowledgedOf(warning, content);
  return seen.kind === one.kind && seen.words === one.words && seen.message === one.message;
}
