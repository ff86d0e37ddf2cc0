import * as z from 'zod';
import { lesionKindSchema } from './priors.ts';
import { readableText } from './read.ts';
import { uidSchema } from './study.ts';

/** Response by RECIST 1.1 over own reads of one patient's studies: what a reader states, and what is worked out from it. */

/** A finding of the reader's read of the baseline study. */
export const baselineLesionSchema = z.object({
  findingId: z.string().min(1).max(64),
  kind: lesionKindSchema,
  /** The reader's word; nodes of any station count as one organ whatever stands here. */
  organ: readableText(60).trim(),
});
export type StatedLesion = z.infer<typeof baselineLesionSchema>;

/** Which study is the baseline, which of its findings are targets, and which are followed without being measured. */
export const targetChoiceSchema = z.object({
  baseline: uidSchema,
  // More than the rules allow, so that the refusal can say which rule.
  targets: z.array(baselineLesionSchema).max(50),
  nonTargets: z.array(baselineLesionSchema).max(50),
});
export type TargetChoice = z.infer<typeof targetChoiceSchema>;

export const lesionStateSchema = z.enum(['gone', 'too-small', 'present', 'not-assessed']);
export type LesionState = z.infer<typeof lesionStateSchema>;
export const newLesionsSchema = z.enum(['none', 'equivocal', 'unequivocal']);
export type NewLesions = z.infer<typeof newLesionsSchema>;

/** What a reader states of one study after baseline, beyond what was measured. */
export const timePointSchema = z.object({
  /** Of lesions of the baseline, by their finding there. 'present' is for non-target lesions, 'too-small' for targets. */
  lesions: z.array(z.object({ findingId: z.string().max(64), state: lesionStateSchema })).max(100),
  /** Unequivocal progression of the non-target lesions as a whole: a judgement, never measured. */
  progression: z.boolean(),
  /** Lesions that were not there at baseline; null: not stated. */
  newLesions: newLesionsSchema.nullable(),
});
export type TimePoint = z.infer<typeof timePointSchema>;

const made = {
  /** Made by the window: the same again is the same statement. */
  id: z.uuid(),
  /** Why; needed after the commit, as with an addendum. */
  reason: readableText(1000),
};

export const responseRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('targets'), ...made, content: targetChoiceSchema }),
  z.object({ kind: z.literal('time-point'), ...made, content: timePointSchema }),
  /** Takes a statement of this study back; the one before it holds again. */
  z.object({ kind: z.literal('undo'), ...made, undoes: z.string().max(64) }),
]);
export type ResponseRequest = z.infer<typeof responseRequestSchema>;

/** One row of what the reader stated, for the list of it. */
export const statementLineSchema = z.object({
  id: z.string(),
  kind: z.enum(['targets', 'time-point', 'undo']),
  at: z.string(),
  afterCommit: z.boolean(),
  reason: z.string(),
  /** In a few words. */
  words: z.string(),
  /** Whether it can be taken back here: made in this study, and not taken back yet. */
  undoable: z.boolean(),
  undone: z.boolean(),
});
export type StatementLine = z.infer<typeof statementLineSchema>;

/** A rule that is broken or strained, with where it is written. */
export const ruleWordsSchema = z.object({ words: z.string(), source: z.string() });
export type RuleWords = z.infer<typeof ruleWordsSchema>;

/** A finding of an own read that may be chosen. */
export const lesionCandidateSchema = z.object({
  findingId: z.string(),
  label: z.string(),
  /** As its label suggests; the reader decides. */
  kind: lesionKindSchema,
  long: z.number().nullable(),
  short: z.number().nullable(),
  unmeasured: z.string(),
});
export const baselineCandidateSchema = z.object({
  studyInstanceUID: uidSchema,
  date: z.string(),
  description: z.string(),
  findings: z.array(lesionCandidateSchema),
});
export type BaselineCandidate = z.infer<typeof baselineCandidateSchema>;

export const targetCellSchema = z.object({
  state: z.enum(['measured', 'too-small', 'gone', 'merged', 'not-assessed', 'contradicts']),
  /** What counts in the sum: millimetres of the long axis, of the short axis for nodes; null where there is none. */
  mm: z.number().nullable(),
  words: z.string(),
});
export type TargetCell = z.infer<typeof targetCellSchema>;

export const nonTargetCellSchema = z.object({
  state: z.enum(['gone', 'present', 'not-assessed', 'contradicts']),
  /** A mark of the study is linked with it. */
  marked: z.boolean(),
  words: z.string(),
});
export type NonTargetCell = z.infer<typeof nonTargetCellSchema>;

const named = { findingId: z.string(), label: z.string(), kind: lesionKindSchema, organ: z.string() };

export const responseTimeSchema = z.object({
  studyInstanceUID: uidSchema,
  date: z.string(),
  modality: z.string(),
  baseline: z.boolean(),
  /** While the read of it is a draft. */
  draft: z.boolean(),
  /** Of every target, mm; null where one was not assessed. */
  sum: z.number().nullable(),
  /** Least complete sum before this time, mm. */
  nadir: z.number().nullable(),
  percentFromBaseline: z.number().nullable(),
  percentFromNadir: z.number().nullable(),
  mmFromNadir: z.number().nullable(),
  target: z.enum(['CR', 'PR', 'SD', 'PD', 'NE', 'none']).nullable(),
  targetWords: z.string(),
  nonTarget: z.enum(['CR', 'non-CR/non-PD', 'PD', 'NE', 'none']).nullable(),
  nonTargetWords: z.string(),
  newLesions: newLesionsSchema.nullable(),
  overall: z.enum(['CR', 'PR', 'SD', 'PD', 'NE', 'non-CR/non-PD']).nullable(),
  overallWords: z.string(),
  warnings: z.array(ruleWordsSchema),
});
export type ResponseTime = z.infer<typeof responseTimeSchema>;

export const responseTableSchema = z.object({
  /** In the order of time, the baseline first. */
  times: z.array(responseTimeSchema),
  /** A cell for each of the times. */
  targets: z.array(z.object({ ...named, cells: z.array(targetCellSchema) })),
  nonTargets: z.array(z.object({ ...named, cells: z.array(nonTargetCellSchema) })),
});
export type ResponseTable = z.infer<typeof responseTableSchema>;

export const responseViewSchema = z.object({
  studyInstanceUID: uidSchema,
  /** This reader's read of the study is committed: a change needs a reason. */
  committed: z.boolean(),
  /** Own reads that may be the baseline, the earliest first. */
  candidates: z.array(baselineCandidateSchema),
  /** What holds; null where nothing was chosen. */
  choice: targetChoiceSchema.nullable(),
  /** What was stated of this study; null where nothing was. */
  timePoint: timePointSchema.nullable(),
  table: responseTableSchema.nullable(),
  /** Of the choice, and of studies that are left out of the table. */
  warnings: z.array(ruleWordsSchema),
  /** What is withheld, and until when. */
  notes: z.array(z.string()),
  /** What this reader stated in this study, oldest first. */
  statements: z.array(statementLineSchema),
  /** For a report: this study's sum and response in lines; none where it is no time of the course. */
  lines: z.array(z.string()),
});
export type ResponseView = z.infer<typeof responseViewSchema>;

/** What the categories stand for. */
export const RESPONSE_NAMES: Readonly<Record<NonNullable<ResponseTime['overall']>, string>> = {
  CR: 'complete response',
  PR: 'partial response',
  SD: 'stable disease',
  PD: 'progressive disease',
  NE: 'not evaluable',
  'non-CR/non-PD': 'neither complete response nor progression',
};
