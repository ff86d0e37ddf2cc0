import {
  type AcknowledgedWarning,
  type ReportContent,
  type ReportSectionKey,
  type ReportView,
  sectionStarts,
} from '../../../electron/shared/report.ts';
import type { ReportWarning, WarningKind } from '../../../electron/shared/report-check.ts';

export const KIND_WORDS: Readonly<Record<WarningKind, string>> = {
  laterality: 'Side',
  unmentioned: 'Not mentioned',
  unmarked: 'Not marked',
  negation: 'Denied',
  sex: 'Sex',
  bodyPart: 'Body part',
  measurement: 'Measurement',
  impression: 'Impression',
  critical: 'Critical result',
};

/** Where a warning points, in the words of one section as they stand in its field. */
export interface Place {
  readonly key: ReportSectionKey;
  readonly start: number;
  readonly end: number;
}

/** Null where a warning points at nothing that can be shown. */
export function placeOf(content: ReportContent, { start, end }: ReportWarning): Place | null {
  const checked = { sections: content.sections.filter(({ key }) => key !== 'ai') };
  const starts = sectionStarts(checked);
  for (const { key, text } of checked.sections) {
    const from = starts.get(key);
    if (from === undefined) continue;
    const lead = text.length - text.trimStart().length;
    const length = text.trim().length;
    if (start < from || start > from + length) continue;
    return { key, start: start - from + lead, end: Math.min(end - from, length) + lead };
  }
  return null;
}

/** A warning as it is signed over: by its kind, words and message, so that another one is not covered by it. */
export function acknowledgement(
  view: ReportView,
  { kind, start, end, message }: ReportWarning,
): AcknowledgedWarning {
  return { kind, words: view.text.slice(start, end).slice(0, 400), message: message.slice(0, 1000) };
}

export function sameAcknowledgement(a: AcknowledgedWarning, b: AcknowledgedWarning): boolean {
  return a.kind === b.kind && a.words === b.words && a.message === b.message;
}
