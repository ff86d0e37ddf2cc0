import * as z from 'zod';
import type { LedgerCounts, LedgerSeries, Scanner } from './ledger-ports.ts';

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

/** A share of 0 to 1 with its 95 % interval, and the cases that it rests on. */
export interface ToldEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly of: number;
}

/** Months from one to another, both whole. */
export interface Months {
  readonly from: string;
  readonly to: string;
}

/**
 * Figures of one model and label beside the read as it stands, over whole months. Null is what would rest on fewer cases than the minimum, or on
 * one kind alone.
 */
export interface LedgerFigures {
  readonly cases: number;
  readonly positives: { readonly tp: number; readonly fn: number } | null;
  readonly negatives: { readonly fp: number; readonly tn: number } | null;
  readonly sensitivity: ToldEstimate | null;
  readonly specificity: ToldEstimate | null;
  readonly agreement: ToldEstimate | null;
  /** Of positive and of negative calls (Cicchetti and Feinstein). */
  readonly positiveAgreement: number | null;
  readonly negativeAgreement: number | null;
  readonly kappa: ToldEstimate | null;
  /** Beside the read as it was committed, of blind reads alone. */
  readonly blind: {
    readonly cases: number;
    readonly agreement: ToldEstimate | null;
    readonly kappa: ToldEstimate | null;
  } | null;
  readonly judged: Pick<LedgerCounts, 'accepted' | 'rejected' | 'modified' | 'deferred'> | null;
}

export interface DriftPoint extends Months {
  readonly cases: number;
  /** Population stability index of the scores and of sex and age, and the Kolmogorov–Smirnov distance of the scores. */
  readonly scores: number | null;
  readonly people: number | null;
  readonly distance: number | null;
  readonly p: number | null;
  /** Which of them are above the threshold, and more than chance would give so few cases. */
  readonly alerts: readonly ('scores' | 'people')[];
}

export interface Drift {
  readonly reference: (Months & { readonly cases: number }) | null;
  readonly threshold: number;
  readonly points: readonly DriftPoint[];
}

/** One line of the overview. */
export interface LedgerSummary extends LedgerSeries {
  readonly period: Months | null;
  /** Null where there are fewer cases than the minimum. */
  readonly figures: LedgerFigures | null;
  /** The newest point of the drift that has an alert; null where the newest has none. */
  readonly alert: DriftPoint | null;
  /** Why it does not run; null where it does. */
  readonly stopped: string | null;
}

export interface LedgerOverview {
  readonly site: string;
  readonly minimumCases: number;
  readonly summaries: readonly LedgerSummary[];
}

export interface LedgerPage {
  readonly site: string;
  readonly minimumCases: number;
  readonly series: LedgerSeries;
  /** The months that were told of, inside those that were asked for. */
  readonly period: Months | null;
  readonly figures: LedgerFigures | null;
  readonly byMonth: readonly (Months & { readonly figures: LedgerFigures })[];
  readonly byScanner: readonly { readonly scanner: Scanner; readonly figures: LedgerFigures }[];
  /** Cases of scanners that are not told of by themselves. */
  readonly otherScanners: number;
  readonly calibration: {
    readonly cases: number;
    readonly brier: number | null;
    readonly error: number | null;
    /** Bins with fewer cases than the minimum are left out. */
    readonly bins: readonly {
      readonly bin: number;
      readonly cases: number;
      readonly mean: number;
      readonly share: number;
    }[];
  } | null;
  /** Steps of the score from one to another (0 to 1), each with enough cases. */
  readonly scores: readonly {
    readonly from: number;
    readonly to: number;
    readonly positives: number;
    readonly negatives: number;
  }[];
  readonly auc: number | null;
  readonly roc: readonly { readonly x: number; readonly y: number; readonly threshold: number | null }[];
  readonly drift: Drift;
  /** Studies without a result of this version: by reason, those with too few cases together. */
  readonly without: readonly { readonly outcome: string; readonly reason: string; readonly cases: number }[];
  readonly stopped: string | null;
}

const count = z.int().nonnegative();
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
