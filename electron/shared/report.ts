import * as z from 'zod';
import { readableText } from './read.ts';
import { reportWarningSchema, warningKindSchema } from './report-check.ts';
import { uidSchema } from './study.ts';

/** What a part of a report is for; the order is that of the page. `ai` says what a model found and what became of it. */
export const reportSectionKeys = [
  'indication',
  'technique',
  'comparison',
  'findings',
  'impression',
  'recommendation',
  'communication',
  'ai',
] as const;
export const reportSectionKeySchema = z.enum(reportSectionKeys);
export type ReportSectionKey = z.infer<typeof reportSectionKeySchema>;

/** A template: one file, with a version; its texts may hold `{placeholders}` (docs/reports.md). */
export const reportTemplateSchema = z.strictObject({
  schema: z.literal('overread.report-template/1'),
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  name: z.string().min(1).max(80),
  /** DICOM Modality values that it is for; empty: any. */
  modalities: z.array(z.string().max(16)),
  /** DICOM Body Part Examined values that it is for; empty: any. */
  bodyParts: z.array(z.string().max(16)),
  sections: z
    .array(
      z.strictObject({
        key: reportSectionKeySchema,
        heading: z.string().min(1).max(60),
        text: z.string().max(4000),
      }),
    )
    .min(2)
    .refine((sections) => new Set(sections.map(({ key }) => key)).size === sections.length, {
      error: 'a section occurs twice',
    })
    .refine(
      (sections) => ['findings', 'impression'].every((key) => sections.some((one) => one.key === key)),
      {
        error: 'findings and impression must be there',
      },
    ),
});
export type ReportTemplate = z.infer<typeof reportTemplateSchema>;

const text = readableText(20_000);

/** What a reader writes: the report for colleagues, and the one for the patient. */
export const reportContentSchema = z.object({
  template: z.object({ id: z.string().max(40), version: z.string().max(20) }),
  sections: z
    .array(z.object({ key: reportSectionKeySchema, heading: z.string().min(1).max(60), text }))
    .min(1)
    .max(reportSectionKeys.length),
  patient: z.object({
    text,
    /** The reader has read the words for the patient and stands by them: without it they are not exported. */
    reviewed: z.boolean(),
  }),
});
export type ReportContent = z.infer<typeof reportContentSchema>;

/** A warning that the reader saw and signed over, with the words that it was about. */
export const acknowledgedWarningSchema = z.object({
  kind: warningKindSchema,
  words: z.string().max(400),
  message: z.string().max(1000),
});
export type AcknowledgedWarning = z.infer<typeof acknowledgedWarningSchema>;

export const reportAddendumSchema = z.object({
  id: z.string(),
  /** 1 for the first of a report. */
  number: z.int().positive(),
  text: z.string(),
  signedAt: z.string(),
  sha256: z.string(),
  signature: z.string(),
});
export type ReportAddendum = z.infer<typeof reportAddendumSchema>;

/** A report that is signed; it never changes, addenda follow it. */
export const signedReportSchema = z.object({
  id: z.string(),
  studyInstanceUID: uidSchema,
  readId: z.string(),
  readSha256: z.string(),
  readerId: z.string(),
  readerName: z.string(),
  content: reportContentSchema,
  acknowledged: z.array(acknowledgedWarningSchema),
  /** SHA-256 of the canonical form of the read as it stood, the judgements included. */
  basedOn: z.string(),
  signedAt: z.string(),
  /** SHA-256 of the canonical form, and its Ed25519 signature by the reader's key (base64). */
  sha256: z.string(),
  signature: z.string(),
});
export type SignedReport = z.infer<typeof signedReportSchema>;

/** All that the report screen needs. */
export const reportViewSchema = z.object({
  /** What is being written; once it is signed, what was signed. */
  content: reportContentSchema,
  /** The sections as one text, with headings: what the check reads, and what the places of warnings count in. */
  text: z.string(),
  warnings: z.array(reportWarningSchema),
  templates: z.array(z.object({ id: z.string(), version: z.string(), name: z.string() })),
  signed: signedReportSchema.nullable(),
  intact: z.boolean(),
  addenda: z.array(reportAddendumSchema),
  /** Why it cannot be signed yet; null where it can. */
  cannotSign: z.string().nullable(),
  /** The read or a judgement changed since the draft was begun or the report was signed. */
  outdated: z.boolean(),
});
export type ReportView = z.infer<typeof reportViewSchema>;

/** A save, with what the window believes was saved last. */
export const saveReportSchema = z.object({
  content: reportContentSchema,
  before: reportContentSchema.nullable(),
});
export type SaveReport = z.infer<typeof saveReportSchema>;

export const signReportSchema = z.object({
  content: reportContentSchema,
  /** The warnings that the reader saw and signs over; what the check says beyond them refuses the signature. */
  acknowledged: z.array(acknowledgedWarningSchema).max(200),
});
export type SignReport = z.infer<typeof signReportSchema>;

export const beginReportSchema = z.object({ templateId: z.string().max(40) });

/** The text of a content: headings in capitals, an empty section left out. */
export function reportText({ sections }: Pick<ReportContent, 'sections'>): string {
  return sections
    .filter((section) => section.text.trim() !== '')
    .map((section) => `${section.heading.toUpperCase()}: ${section.text.trim()}`)
    .join('\n\n');
}

/** Where the trimmed text of each section begins in `reportText`, in UTF-16 code units. */
export function sectionStarts({
  sections,
}: Pick<ReportContent, 'sections'>): ReadonlyMap<ReportSectionKey, number> {
  const starts = new Map<ReportSectionKey, number>();
  let at = 0;
  for (const { key, heading, text: words } of sections) {
    if (words.trim() === '') continue;
    const head = `${heading.toUpperCase()}: `;
    starts.set(key, at + head.length);
    at += head.length + words.trim().length + 2;
  }
  return starts;
}
