import * as z from 'zod';

/** What a consistency check can object to. */
export const warningKinds = [
  'laterality',
  'unmentioned',
  'unmarked',
  'negation',
  'sex',
  'bodyPart',
  'measurement',
  'impression',
  'critical',
] as const;
export const warningKindSchema = z.enum(warningKinds);
export type WarningKind = z.infer<typeof warningKindSchema>;

/** One marked finding, as far as words can be compared with it. */
export const checkedFindingSchema = z.object({
  label: z.string().min(1).max(200),
  laterality: z.enum(['left', 'right', 'bilateral']).nullish(),
  /** Where it lies, in words ('distal radius', 'left upper lobe'). */
  site: z.string().max(200).nullish(),
  /** Its longest extent in millimetres. */
  sizeMm: z.number().positive().max(2000).nullish(),
});
export type CheckedFinding = z.infer<typeof checkedFindingSchema>;

/** The longest text that is checked, in characters; a two-page report has some 6,000. */
export const REPORT_TEXT_LIMIT = 50_000;

/** What `check-report` reads: the study, what was marked on it and the text. */
export const checkReportInputSchema = z.object({
  study: z
    .object({
      modality: z.string().max(16).nullish(),
      /** A Body Part Examined as in DICOM ('CHEST'), or in words. */
      bodyPart: z.string().max(64).nullish(),
      sex: z.string().max(16).nullish(),
      /** In years, or as DICOM writes it ('054Y'). */
      age: z.union([z.number(), z.string().max(16)]).nullish(),
    })
    .prefault({}),
  findings: z.array(checkedFindingSchema).max(200).prefault([]),
  text: z.string().max(REPORT_TEXT_LIMIT),
});
export type CheckReportInput = z.infer<typeof checkReportInputSchema>;

/** A warning points at `text.slice(start, end)`, in UTF-16 code units; what is missing points at where it was looked for. */
export const reportWarningSchema = z.object({
  kind: warningKindSchema,
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  message: z.string().min(1),
});
export type ReportWarning = z.infer<typeof reportWarningSchema>;

/** `check-report --json`. */
export const checkReportOutputSchema = z.array(reportWarningSchema);
