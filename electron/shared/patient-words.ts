import * as z from 'zod';

/** `resources/terminology/patient-words.json`: finding terms and examinations in plain language, the project's own words. */
export const patientWordsSchema = z.strictObject({
  schema: z.literal('overread.patient-words/1'),
  version: z.string(),
  note: z.string(),
  /** By id of a finding term of findings.json. */
  terms: z.array(
    z.strictObject({
      id: z.string(),
      /** In a sentence: 'We saw …'. */
      plain: z.string().min(1),
      /** What it is, for the glossary; one or two sentences. */
      explain: z.string().min(1),
    }),
  ),
  /** By DICOM Modality: 'an X-ray picture'. */
  modalities: z.record(z.string(), z.string()),
  /** By DICOM Body Part Examined: 'your chest'. */
  bodyParts: z.record(z.string(), z.string()),
});
export type PatientWords = z.infer<typeof patientWordsSchema>;
