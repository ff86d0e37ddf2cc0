import * as z from 'zod';

export type { LedgerCounts, LedgerSeries, ModelSwitch, Scanner } from './ledger-ports.ts';

/** A calendar month (UTC), as 2026-11: no finer date is asked for or told. */
export const monthSchema = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'is not a month as 2026-11');

export const ledgerQuerySchema = z.strictObject({
  modelId: z.string().min(1).max(100),
  version: z.string().min(1).max(100),
  label: z.string().min(1).max(200),
  from: monthSchema.optional(),
  to: monthSchema.optional(),
});
export type LedgerQuery = z.infer<typeof ledgerQuerySchema>;

const count = z.int().nonnegative();
const share = z.number();

/** A share of 0 to 1 (kappa: −1 to 1) with its 95 % interval, and the cases that it rests on. */
export const toldEstimateSchema = z.object({ value: share, low: share, high: share, of: count });
export type ToldEstimate = z.infer<typeof toldEstimateSchema>;

/** Months from one to another, both whole. */
const monthsSchema = z.object({ from: monthSchema, to: monthSchema });
export type Months = z.infer<typeof monthsSchema>;

const scannerSchema = z.object({
  manufacturer: z.string(),
  model: z.string(),
  station: z.string(),
  software: z.string(),
});

/**
 * Figures of one model and label beside the read as it stands, over whole months. Null is what would rest on fewer cases than the minimum, or on
 * one kind alone.
 */
export const ledgerFiguresSchema = z.object({
  cases: count,
  positives: z.object({ tp: count, fn: count }).nullable(),
  negatives: z.object({ fp: count, tn: count }).nullable(),
  sensitivity: toldEstimateSchema.nullable(),
  specificity: toldEstimateSchema.nullable(),
  agreement: toldEstimateSchema.nullable(),
  /** Of positive and of negative calls (Cicchetti and Feinstein). */
  positiveAgreement: share.nullable(),
  negativeAgreement: share.nullable(),
  kappa: toldEstimateSchema.nullable(),
  /** Beside the read as it was committed, of blind reads alone. */
  blind: z
    .object({ cases: count, agreement: toldEstimateSchema.nullable(), kappa: toldEstimateSchema.nullable() })
    .nullable(),
  judged: z.object({ accepted: count, rejected: count, modified: count, deferred: count }).nullable(),
});
export type LedgerFigures = z.infer<typeof ledgerFiguresSchema>;

const driftPointSchema = monthsSchema.extend({
  cases: count,
  /** Population stability index of the scores and of sex and age, and the Kolmogorov–Smirnov distance of the scores. */
  scores: z.number().nullable(),
  people: z.number().nullable(),
  distance: z.number().nullable(),
  p: z.number().nullable(),
  /** Which of them are above the threshold, and more than chance would give so few cases. */
  alerts: z.array(z.enum(['scores', 'people'])),
});
export type DriftPoint = z.infer<typeof driftPointSchema>;

const driftSchema = z.object({
  /** Null where there are not enough cases yet. */
  reference: monthsSchema.extend({ cases: count }).nullable(),
  threshold: z.number(),
  points: z.array(driftPointSchema),
});
export type Drift = z.infer<typeof driftSchema>;

const seriesSchema = z.object({ modelId: z.string(), version: z.string(), label: z.string() });

/** One line of the overview. */
const ledgerSummarySchema = seriesSchema.extend({
  period: monthsSchema.nullable(),
  /** Null where there are fewer cases than the minimum. */
  figures: ledgerFiguresSchema.nullable(),
  /** The newest point of the drift, where it has an alert. */
  alert: driftPointSchema.nullable(),
  /** Why it does not run; null where it does. */
  stopped: z.string().nullable(),
});
export type LedgerSummary = z.infer<typeof ledgerSummarySchema>;

export const ledgerOverviewSchema = z.object({
  site: z.string(),
  minimumCases: count,
  summaries: z.array(ledgerSummarySchema),
});
export type LedgerOverview = z.infer<typeof ledgerOverviewSchema>;

export const ledgerPageSchema = z.object({
  site: z.string(),
  minimumCases: count,
  /** The months that are told of, inside those that were asked for. */
  period: monthsSchema.nullable(),
  figures: ledgerFiguresSchema.nullable(),
  byMonth: z.array(monthsSchema.extend({ figures: ledgerFiguresSchema })),
  byScanner: z.array(z.object({ scanner: scannerSchema, figures: ledgerFiguresSchema })),
  /** Cases of scanners that are not told of by themselves. */
  otherScanners: count,
  calibration: z
    .object({
      cases: count,
      brier: z.number().nullable(),
      error: z.number().nullable(),
      /** Bins with fewer cases than the minimum are left out. */
      bins: z.array(z.object({ bin: count, cases: count, mean: share, share })),
    })
    .nullable(),
  /** Steps of the score from one to another (0 to 1), each with enough cases. */
  scores: z.array(z.object({ from: share, to: share, positives: count, negatives: count })),
  auc: share.nullable(),
  roc: z.array(z.object({ x: share, y: share, threshold: z.number().nullable() })),
  drift: driftSchema,
  /** Studies without a result of this version: by reason, those with too few cases together. */
  without: z.array(z.object({ outcome: z.string(), reason: z.string(), cases: count })),
  stopped: z.string().nullable(),
});
export type LedgerPage = z.infer<typeof ledgerPageSchema>;

/** What a reader made of the AI. Null is what would rest on fewer cases than the minimum. */
export const relianceSchema = z.object({
  minimumCases: count,
  period: monthsSchema.nullable(),
  /** The blind read beside the AI. */
  labels: z.array(
    seriesSchema.extend({
      cases: count,
      agreement: toldEstimateSchema.nullable(),
      kappa: toldEstimateSchema.nullable(),
    }),
  ),
  switchedToRight: toldEstimateSchema.nullable(),
  switchedToWrong: toldEstimateSchema.nullable(),
  overReliance: toldEstimateSchema.nullable(),
  underReliance: toldEstimateSchema.nullable(),
  missedBesideAi: toldEstimateSchema.nullable(),
  missedWithoutAi: toldEstimateSchema.nullable(),
  /** At the study before the commit. */
  meanSeconds: z.object({ value: z.number(), of: count }).nullable(),
});
export type Reliance = z.infer<typeof relianceSchema>;
export type RelianceShare = ToldEstimate;

const countsSchema = z.strictObject({
  cases: count,
  tp: count,
  fp: count,
  fn: count,
  tn: count,
  abstained: count,
  failed: count,
  both: count,
  aiOnly: count,
  readerOnly: count,
  neither: count,
  accepted: count,
  rejected: count,
  modified: count,
  deferred: count,
});

/** `overread ledger export`: counts of whole months, no patient, study, image, reader or station. */
export const ledgerFileSchema = z.strictObject({
  schema: z.literal('overread.ledger/1'),
  /** Which site told of which months; a merged file has several. */
  parts: z
    .array(
      z.strictObject({
        site: z.string().min(1),
        from: monthSchema,
        to: monthSchema,
        minimumCases: z.int().positive(),
        overread: z.string(),
      }),
    )
    .min(1),
  series: z.array(
    z.strictObject({
      modelId: z.string().min(1),
      version: z.string(),
      label: z.string(),
      counts: countsSchema,
      scanners: z.array(
        z.strictObject({
          manufacturer: z.string(),
          model: z.string(),
          software: z.string(),
          counts: countsSchema,
        }),
      ),
      /** Twenty steps of 0.05; those with enough cases. */
      scores: z.array(z.strictObject({ bin: z.int().min(0).max(19), positives: count, negatives: count })),
      /** Ten bins; sums of p in ten-thousandths and of (p − y)² of them. */
      calibration: z.array(
        z.strictObject({
          bin: z.int().min(0).max(9),
          cases: count,
          sum: count,
          positives: count,
          squares: count,
        }),
      ),
    }),
  ),
});
export type LedgerFile = z.infer<typeof ledgerFileSchema>;
export type LedgerFileSeries = LedgerFile['series'][number];
