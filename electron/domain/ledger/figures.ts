import type { LedgerFigures, ToldEstimate } from '../../shared/ledger.ts';
import type { LedgerCounts } from '../../shared/ledger-ports.ts';
import { kappaOf } from '../statistics/kappa.ts';
import { overallAgreement, sensitivity, specificAgreement, specificity } from '../statistics/proportions.ts';

const KEYS = [
  'cases',
  'tp',
  'fp',
  'fn',
  'tn',
  'abstained',
  'failed',
  'both',
  'aiOnly',
  'readerOnly',
  'neither',
  'accepted',
  'rejected',
  'modified',
  'deferred',
] as const satisfies readonly (keyof LedgerCounts)[];

/** The sum of counts; of none all 0. */
export function sumCounts(rows: readonly LedgerCounts[]): LedgerCounts {
  const sum = Object.fromEntries(KEYS.map((key) => [key, 0])) as Record<keyof LedgerCounts, number>;
  for (const row of rows) for (const key of KEYS) sum[key] += row[key];
  return sum;
}

function told({ value, low, high, of }: ToldEstimate): ToldEstimate {
  return { value, low, high, of };
}

/**
 * What is told of counts: nothing (null) of fewer cases than the minimum, and no figure whose own denominator is smaller.
 *
 * @param minimum Cases.
 */
export function figuresOf(counts: LedgerCounts, minimum: number): LedgerFigures | null {
  const { tp, fp, fn, tn, cases } = counts;
  if (cases < minimum) return null;
  const enough = (estimate: ToldEstimate | null): ToldEstimate | null =>
    estimate === null || estimate.of < minimum ? null : told(estimate);
  const [positives, negatives] = [tp + fn >= minimum, fp + tn >= minimum];
  const both = positives && negatives;
  const specific = specificAgreement(counts);
  const { accepted, rejected, modified, deferred } = counts;
  const judged = accepted + rejected + modified + deferred;
  return {
    cases,
    positives: positives ? { tp, fn } : null,
    negatives: negatives ? { fp, tn } : null,
    sensitivity: enough(sensitivity(counts)),
    specificity: enough(specificity(counts)),
    agreement: enough(overallAgreement(counts)),
    // Of these the counts could be taken, so they need enough of both kinds.
    positiveAgreement: both ? specific.positive : null,
    negativeAgreement: both ? specific.negative : null,
    kappa: both ? enough(kappaOf(counts)) : null,
    blind: blindOf(counts, minimum),
    judged: judged < minimum ? null : { accepted, rejected, modified, deferred },
  };
}

function blindOf(
  { both, aiOnly, readerOnly, neither }: LedgerCounts,
  minimum: number,
): LedgerFigures['blind'] {
  const table = { tp: both, fp: aiOnly, fn: readerOnly, tn: neither };
  const cases = both + aiOnly + readerOnly + neither;
  if (cases < minimum) return null;
  const agreement = overallAgreement(table);
  const enough = both + readerOnly >= minimum && aiOnly + neither >= minimum;
  const kappa = enough ? kappaOf(table) : null;
  return {
    cases,
    agreement: agreement === null ? null : told(agreement),
    kappa: kappa === null ? null : told(kappa),
  };
}
