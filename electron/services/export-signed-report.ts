import { Refused } from '../shared/errors.ts';
import type { ReportView, SignedReport } from '../shared/report.ts';
import { type StudyDetail } from '../shared/study.ts';
import { sha256Of } from './canonical-read.ts';
import { personWords, timeWords } from './export-report-facts.ts';
import { CONTENT_WIDTH, INK, PAGE, ReportFlow, type TextStyle } from './export-report-page.ts';
import { isReportIntact } from './write-report.ts';
import { requireCommitted } from './read-guard.ts';
import type { ReportParts } from './report-parts.ts';

export interface SignedReportRequest {
  readonly studyInstanceUID: string;
  readonly readerId: string;
  /** For colleagues, or the letter to the patient. */
  readonly kind: 'report' | 'patient';
  /** The build, as in `overread --version`. */
  readonly build: string;
}

const NOT_FOR_DIAGNOSIS = 'For research use, not for diagnosis';
const BODY: TextStyle = { size: 10 };
const LETTER: TextStyle = { size: 11.5 };
const FAINT: TextStyle = { size: 7.4, colour: INK.faint };

/**
 * A signed report, or its letter to the patient, as PDF. Audited.
 *
 * @throws Refused `study-unknown`, `read-not-committed`, `report-not-signed`, `patient-text-not-reviewed`, `report-broken` where the signature does not
 *   hold: what was changed from outside goes to nobody.
 */
export async function exportSignedReport(
  parts: ReportParts,
  request: SignedReportRequest,
): Promise<Uint8Array> {
  const { store, clock } = parts;
  const read = requireCommitted(store, request.studyInstanceUID, request.readerId);
  const report = store.reports.signed(read.id);
  if (report === undefined)
    throw new Refused('report-not-signed', 'The report is not signed yet: sign it, then it can be exported.');
  if (!isReportIntact(parts, report))
    throw new Refused(
      'report-broken',
      'This report is not as it was signed: its data were changed from outside. It is not exported; see "overread audit verify".',
    );
  if (request.kind === 'patient' && !report.content.patient.reviewed)
    throw new Refused(
      'patient-text-not-reviewed',
      'The words for the patient were not reviewed before the report was signed. They are not exported.',
    );
  const study = store.studies.detail(request.studyInstanceUID, request.readerId);
  const addenda = store.reports.addenda(report.id);
  const flow = await ReportFlow.begin();
  if (request.kind === 'patient') drawLetter(flow, study, report);
  else drawReport(flow, study, report, addenda);
  const pages = flow.document.getPages();
  for (const [index, page] of pages.entries()) {
    const words = `${NOT_FOR_DIAGNOSIS}. Overread ${request.build} · report ${report.id} · signed ${timeWords(report.signedAt)} · page ${String(index + 1)} of ${String(pages.length)}`;
    flow.draw(words, PAGE.margin, 26, FAINT, page);
    flow.draw(NOT_FOR_DIAGNOSIS, PAGE.margin, PAGE.height - 40, { size: 9, bold: true }, page);
  }
  const title = request.kind === 'patient' ? 'Letter to the patient' : 'Radiology report';
  flow.document.setTitle(`Overread: ${title}`);
  flow.document.setSubject(NOT_FOR_DIAGNOSIS);
  flow.document.setProducer(`Overread ${request.build}`);
  flow.document.setCreator(`Overread ${request.build}`);
  flow.document.setLanguage('en');
  flow.document.setCreationDate(new Date(report.signedAt));
  flow.document.setModificationDate(new Date(report.signedAt));
  const pdf = await flow.document.save();
  store.audit.append({
    actor: request.readerId,
    action: 'export',
    studyInstanceUID: request.studyInstanceUID,
    detail: {
      as: request.kind === 'patient' ? 'patient-pdf' : 'report-pdf',
      reportId: report.id,
      sha256: sha256Of(pdf),
      at: clock.now(),
    },
  });
  return pdf;
}

function drawPerson(flow: ReportFlow, study: StudyDetail): void {
  const born = study.birthDate === '' ? '' : ` · born ${study.birthDate}`;
  flow.text(`${personWords(study.patientName)} · ${study.patientID}${born}`, { size: 11, bold: true });
  flow.text(`${study.description === '' ? study.modality : study.description} · ${study.date}`, {
    size: 9,
    colour: INK.faint,
  });
  flow.text(`Study ${study.studyInstanceUID}`, FAINT);
  flow.gap(4);
}

function drawReport(
  flow: ReportFlow,
  study: StudyDetail,
  report: SignedReport,
  addenda: ReportView['addenda'],
): void {
  drawPerson(flow, study);
  for (const { heading, text } of report.content.sections) {
    if (text.trim() === '') continue;
    flow.section(heading);
    flow.text(text.trim(), BODY);
  }
  drawSignature(flow, report);
  if (report.acknowledged.length > 0) {
    flow.section('Signed over these remarks of the consistency check');
    for (const { message, words } of report.acknowledged)
      flow.text(`- ${message}${words === '' ? '' : ` ("${oneLine(words)}")`}`, { size: 8.4 });
  }
  for (const { number, text, signedAt, sha256 } of addenda) {
    flow.section(`Addendum ${String(number)} of ${timeWords(signedAt)}`);
    flow.text(text, BODY);
    flow.text(`SHA-256 ${sha256}`, FAINT);
  }
}

function oneLine(words: string): string {
  const line = words.replaceAll(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

function drawLetter(flow: ReportFlow, study: StudyDetail, report: SignedReport): void {
  drawPerson(flow, study);
  flow.section('Letter about your examination');
  for (const paragraph of report.content.patient.text.trim().split(/\n{2,}/)) {
    flow.text(paragraph, LETTER);
    flow.gap(7);
  }
  drawSignature(flow, report);
}

function drawSignature(flow: ReportFlow, { readerName, signedAt, sha256 }: SignedReport): void {
  flow.gap(10);
  flow.ensure(40);
  flow.text(
    `Signed by ${readerName}, ${timeWords(signedAt)}`,
    { size: 10, bold: true },
    PAGE.margin,
    CONTENT_WIDTH,
  );
  flow.text(`SHA-256 ${sha256}`, FAINT);
}
