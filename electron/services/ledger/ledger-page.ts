import { SCORE_BINS } from '../../domain/ledger/case.ts';
import { type DriftRules, driftOf } from '../../domain/ledger/drift-of.ts';
import { figuresOf, sumCounts } from '../../domain/ledger/figures.ts';
import { besideTotal, wholeBlocks } from '../../domain/ledger/tellable.ts';
import { stoppedWords } from '../../domain/model-switch.ts';
import { brierScore, expectedCalibrationError } from '../../domain/statistics/calibration.ts';
import { auc, rocPoints } from '../../domain/statistics/roc.ts';
import type {
  Drift,
  LedgerOverview,
  LedgerPage,
  LedgerQuery,
  LedgerSummary,
  Months,
} from '../../shared/ledger.ts';
import type { CalibrationRow, LedgerCountRow, LedgerSeries, ScoreRow } from '../../shared/ledger-ports.ts';
import type { LedgerPolicy } from '../../shared/policy.ts';
import type { Store } from '../../shared/ports.ts';
import { type Asked, isIn, monthsOf, periodOf, toldBlocks } from './told-rows.ts';

/** What telling asks for. */
export interface TellParts {
  readonly store: Pick<Store, 'ledger'>;
  readonly policy: LedgerPolicy;
  /** The last month that may be told of; null: every one, the running one too. */
  readonly through: string | null;
}

function askedOf({ policy, through }: TellParts, period: Partial<Months> = {}): Asked {
  return { ...period, through, minimum: policy.minimumCases };
}

function rulesOf({ policy }: TellParts): DriftRules {
  return {
    threshold: policy.driftThreshold,
    referenceCases: policy.referenceCases,
    referenceMonth: policy.referenceMonth,
  };
}

function driftOfSeries(
  parts: TellParts,
  series: LedgerSeries,
  rows: readonly LedgerCountRow[],
  newestAlone = false,
): Drift {
  const { ledger } = parts.store;
  const periods = toldBlocks(rows, askedOf(parts)).map((block) => ({
    ...monthsOf(block),
    cases: block.cases,
  }));
  return driftOf(periods, ledger.scores(series), ledger.people(series), rulesOf(parts), newestAlone);
}

/** Every model, version and label with what is told of it, in the order of their names. */
export function ledgerOverview(parts: TellParts): LedgerOverview {
  const { store, policy } = parts;
  const switches = store.ledger.switches();
  const rows = store.ledger.counts().filter(({ label }) => label !== '');
  const series = Map.groupBy(rows, ({ modelId, version, label }) =>
    JSON.stringify([modelId, version, label]),
  );
  const summaries = [...series.values()].flatMap((those): LedgerSummary[] => {
    const [first] = those;
    if (first === undefined) return [];
    const { modelId, version, label } = first;
    const blocks = toldBlocks(those, askedOf(parts));
    const newest = driftOfSeries(parts, { modelId, version, label }, those, true).points.at(-1);
    return [
      {
        modelId,
        version,
        label,
        period: periodOf(blocks),
        figures: figuresOf(sumCounts(blocks.flatMap((block) => block.rows)), policy.minimumCases),
        alert: newest !== undefined && newest.alerts.length > 0 ? newest : null,
        stopped: stoppedWords(switches, modelId, version),
      },
    ];
  });
  return { site: policy.site, minimumCases: policy.minimumCases, summaries };
}

/** Everything that is told of one model, version and label over whole months. Of one that is not there, nothing: empty. */
export function ledgerPage(parts: TellParts, query: LedgerQuery): LedgerPage {
  const { store, policy } = parts;
  const { minimumCases: minimum } = policy;
  const { modelId, version, label, from, to } = query;
  const series = { modelId, version, label };
  const rows = store.ledger.counts(series);
  const blocks = toldBlocks(
    rows,
    askedOf(parts, { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }),
  );
  const period = periodOf(blocks);
  const whole = sumCounts(blocks.flatMap((block) => block.rows));
  const scores = store.ledger.scores(series).filter((row) => isIn(row, period));
  return {
    site: policy.site,
    minimumCases: minimum,
    period,
    figures: figuresOf(whole, minimum),
    byMonth: blocks.flatMap((block) => {
      const figures = figuresOf(sumCounts(block.rows), minimum);
      return figures === null ? [] : [{ ...monthsOf(block), figures }];
    }),
    ...scannersOf(rows, parts, period, whole.cases),
    calibration: calibrationOf(
      store.ledger.calibration(series).filter((row) => isIn(row, period)),
      minimum,
    ),
    ...scoresOf(scores, minimum),
    drift: driftOfSeries(parts, series, rows),
    without: withoutOf(parts, series, period),
    stopped: stoppedWords(store.ledger.switches(), modelId, version),
  };
}

function scannersOf(
  rows: readonly LedgerCountRow[],
  parts: TellParts,
  period: Months | null,
  total: number,
): Pick<LedgerPage, 'byScanner' | 'otherScanners'> {
  const { minimumCases: minimum } = parts.policy;
  const groups = [
    ...Map.groupBy(
      rows.filter((row) => isIn(row, period)),
      ({ scanner }) => JSON.stringify(scanner),
    ).values(),
  ];
  const summed = groups.flatMap((those) => {
    const [first] = those;
    // Whole blocks of its own: of two periods, too, the difference is never that of a few cases.
    const counts = sumCounts(toldBlocks(those, askedOf(parts)).flatMap((block) => block.rows));
    return first === undefined ? [] : [{ scanner: first.scanner, counts, cases: counts.cases }];
  });
  const { told, rest } = besideTotal(summed, total, minimum);
  return {
    byScanner: told.flatMap(({ scanner, counts }) => {
      const figures = figuresOf(counts, minimum);
      return figures === null ? [] : [{ scanner, figures }];
    }),
    otherScanners: rest,
  };
}

function calibrationOf(rows: readonly CalibrationRow[], minimum: number): LedgerPage['calibration'] {
  const bins = [...Map.groupBy(rows, ({ bin }) => bin)]
    .map(([bin, those]) => {
      const sum = (of: (row: CalibrationRow) => number): number =>
        those.reduce((all, row) => all + of(row), 0);
      // Stored in ten-thousandths.
      return {
        bin,
        of: sum(({ cases }) => cases),
        sum: sum((row) => row.sum) / 1e4,
        positives: sum(({ positives }) => positives),
        squares: sum(({ squares }) => squares) / 1e8,
      };
    })
    .toSorted((a, b) => a.bin - b.bin);
  const cases = bins.reduce((sum, { of }) => sum + of, 0);
  if (cases < minimum) return null;
  return {
    cases,
    brier: brierScore(bins),
    error: expectedCalibrationError(bins),
    bins: bins
      .filter(({ of }) => of >= minimum)
      .map(({ bin, of, sum, positives }) => ({ bin, cases: of, mean: sum / of, share: positives / of })),
  };
}

/** Steps of the picture of scores: finer ones would show the noise of few cases. */
const SHOWN_STEPS = 20;

interface ScoreStep {
  readonly bin: number;
  readonly positives: number;
  readonly negatives: number;
  readonly cases: number;
}

/** Scores in steps of `width` bins, in order. */
function stepsOf(rows: readonly ScoreRow[], width: number): ScoreStep[] {
  return [...Map.groupBy(rows, ({ bin }) => Math.floor(bin / width))]
    .map(([bin, those]) => {
      const positives = those.reduce((sum, row) => sum + row.positives, 0);
      const negatives = those.reduce((sum, row) => sum + row.negatives, 0);
      return { bin, positives, negatives, cases: positives + negatives };
    })
    .toSorted((a, b) => a.bin - b.bin);
}

/** Neighbouring steps joined until each holds enough cases; the last takes what is left. */
function joinedSteps(
  steps: readonly ScoreStep[],
  count: number,
  minimum: number,
): { from: number; to: number; positives: number; negatives: number }[] {
  return wholeBlocks(steps, minimum).map(({ rows }, at, all) => {
    const [first, last] = [rows[0]?.bin ?? 0, (at === all.length - 1 ? steps : rows).at(-1)?.bin ?? 0];
    const inside = steps.filter(({ bin }) => first <= bin && bin <= last);
    return {
      from: first / count,
      to: (last + 1) / count,
      positives: inside.reduce((sum, { positives }) => sum + positives, 0),
      negatives: inside.reduce((sum, { negatives }) => sum + negatives, 0),
    };
  });
}

function scoresOf(rows: readonly ScoreRow[], minimum: number): Pick<LedgerPage, 'scores' | 'auc' | 'roc'> {
  const fine = stepsOf(rows, 1);
  const scores = joinedSteps(stepsOf(rows, SCORE_BINS / SHOWN_STEPS), SHOWN_STEPS, minimum);
  const positives = fine.reduce((sum, step) => sum + step.positives, 0);
  const negatives = fine.reduce((sum, step) => sum + step.negatives, 0);
  if (positives < minimum || negatives < minimum) return { scores, auc: null, roc: [] };
  const curve = rocPoints(
    joinedSteps(fine, SCORE_BINS, minimum).map(({ from, ...counts }) => ({ ...counts, score: from })),
  );
  return {
    scores,
    auc: auc(fine.map((step) => ({ ...step, score: step.bin }))),
    roc: (curve ?? []).map(({ threshold, truePositiveRate, falsePositiveRate }) => ({
      x: falsePositiveRate,
      y: truePositiveRate,
      threshold: Number.isFinite(threshold) ? threshold : null,
    })),
  };
}

function withoutOf(
  { store, policy, through }: TellParts,
  { modelId, version }: LedgerSeries,
  period: Months | null,
): LedgerPage['without'] {
  const minimum = policy.minimumCases;
  const rows = store.ledger
    .reasons(modelId, version)
    .filter(({ month }) => (through === null || month <= through) && isIn({ month }, period));
  const groups = [
    ...Map.groupBy(rows, ({ outcome, reason }) => JSON.stringify([outcome, reason])).values(),
  ].flatMap((those) => {
    const [first] = those;
    if (first === undefined) return [];
    const cases = those.reduce((sum, row) => sum + row.cases, 0);
    return [{ outcome: first.outcome, reason: first.reason, cases }];
  });
  const total = groups.reduce((sum, { cases }) => sum + cases, 0);
  const { told, rest } = besideTotal(groups, total, minimum);
  return rest < minimum
    ? told
    : [
        ...told,
        { outcome: 'abstained or failed', reason: 'other reasons, each of too few cases', cases: rest },
      ];
}
