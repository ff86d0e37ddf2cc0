import { canonicalJson } from '../domain/canonical-json.ts';
import { draftReport, type DraftFacts, standingFindings } from '../domain/report-draft/draft.ts';
import { patientText } from '../domain/report-draft/patient.ts';
import { checkReport } from '../domain/report-check/check-report.ts';
import type { Lexicon } from '../domain/report-text/lexicon.ts';
import { Terms } from '../domain/terms.ts';
import { checklistFor } from '../shared/checklist.ts';
import type { PatientWords } from '../shared/patient-words.ts';
import type { Comparison, ModifiedFinding, Read } from '../shared/read.ts';
import { type ReportContent, reportText, type SignedReport } from '../shared/report.ts';
import type { CheckedFinding, ReportWarning } from '../shared/report-check.ts';
import type { StudyDetail } from '../shared/study.ts';
import { sha256Of } from './canonical-read.ts';
import type { ReadingPartsWithPixels } from './reading-parts.ts';
import { reportLines } from './response-view.ts';
import type { ReportTemplates } from './report-templates.ts';

/** What the use cases of the report are given by the host. */
export interface ReportParts extends ReadingPartsWithPixels {
  readonly words: () => Lexicon;
  readonly templates: ReportTemplates;
  readonly patientWords: PatientWords;
}

/** What a report is made from, of a committed read. */
export function draftFacts(
  { store }: Pick<ReportParts, 'store'>,
  read: Read,
  comparison: Comparison,
): DraftFacts {
  const study = store.studies.detail(read.studyInstanceUID, read.readerId);
  const bodyPart = bodyPartOf(store, study);
  const modality = study.stated.modality ?? mainModality(study);
  return {
    study: { modality, bodyPart, description: study.description, date: study.date },
    comparison,
    checklist: checklistFor([modality], bodyPart === '' ? [] : [bodyPart]),
    response: reportLines({ store }, read.studyInstanceUID, read.readerId),
  };
}

/** A new draft by a template, or by the one that fits the study. */
export function newContent(parts: ReportParts, facts: DraftFacts, templateId?: string): ReportContent {
  const { templates, patientWords, terminology } = parts;
  const template =
    templateId === undefined
      ? templates.fitting(facts.study.modality, facts.study.bodyPart)
      : templates.find(templateId);
  return {
    ...draftReport(template, facts),
    patient: { text: patientText(facts, patientWords, new Terms(terminology)), reviewed: false },
  };
}

/** What the check objects to in the sections for colleagues; the section on the AI is made by us and not checked. */
export function warningsOf(parts: ReportParts, facts: DraftFacts, content: ReportContent): ReportWarning[] {
  const { sex, age } = parts.store.studies.detail(
    facts.comparison.read.studyInstanceUID,
    facts.comparison.read.readerId,
  );
  return checkReport(
    {
      study: { modality: facts.study.modality, bodyPart: facts.study.bodyPart, sex, age },
      findings: standingFindings(facts.comparison.reconciled).map(checkedFinding),
      text: checkedText(content),
    },
    parts.words(),
  );
}

/** The text that is checked, and in which the places of warnings count. */
export function checkedText(content: Pick<ReportContent, 'sections'>): string {
  return reportText({ sections: content.sections.filter(({ key }) => key !== 'ai') });
}

function checkedFinding({ label, laterality, comment, size }: ModifiedFinding): CheckedFinding {
  const side =
    laterality === 'left' || laterality === 'right' || laterality === 'bilateral' ? laterality : null;
  // The extent of a mark on the screen is no measurement; what the reader states as a size, and wrote of the place, is.
  return { label, laterality: side, site: comment.slice(0, 200), sizeMm: size?.longMm ?? null };
}

/** SHA-256 of what a report is made from: the read's hash, the judgements, what they make of it, and the response where one is followed. */
export function basisOf({ comparison, response }: Pick<DraftFacts, 'comparison' | 'response'>): string {
  const { read, reconciled, assessments } = comparison;
  return sha256Of(
    new TextEncoder().encode(
      canonicalJson({
        schema: 'overread.report-basis/1',
        readSha256: read.sha256,
        reconciled,
        assessments,
        ...(response.length === 0 ? {} : { response }),
      }),
    ),
  );
}

/** The very bytes that are hashed and signed. */
export function canonicalReport(report: Omit<SignedReport, 'sha256' | 'signature'>): Uint8Array {
  return new TextEncoder().encode(canonicalJson({ schema: 'overread.report/1', ...report }));
}

function mainModality({ modality }: StudyDetail): string {
  return modality.split(/[\\/, ]+/)[0] ?? '';
}

function bodyPartOf(store: ReportParts['store'], study: StudyDetail): string {
  if (study.stated.bodyPart !== undefined) return study.stated.bodyPart;
  for (const { header } of store.studies.instancesOf(study.studyInstanceUID)) {
    if (header.bodyPart.trim() !== '') return header.bodyPart.trim();
  }
  return '';
}
