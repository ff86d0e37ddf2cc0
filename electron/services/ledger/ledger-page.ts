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

function scoresOf(rows: readonly ScoreRow[], minimum: number): Pick<LedgerPage, 'scores' | 'auc' | 'roc'> {
  const bins = [...Map.groupBy(rows, ({ bin }) => bin)]
    .map(([bin, those]) => {
      const positives = those.reduce((sum, row) => sum + row.positives, 0);
      const negatives = those.reduce((sum, row) => sum + row.negatives, 0);
      return { bin, positives, negatives, score: bin / SCORE_BINS, cases: positives + negatives };
    })
    .toSorted((a, b) => a.bin - b.bin);
  const positives = bins.reduce((sum, bin) => sum + bin.positives, 0);
  const negatives = bins.reduce((sum, bin) => sum + bin.negatives, 0);
  const steps = wholeBlocks(bins, minimum).map(({ rows: joined }, at, all) => {
    const [first, last] = [joined[0], at === all.length - 1 ? bins.at(-1) : joined.at(-1)];
    const inStep = bins.filter(({ bin }) => bin >= (first?.bin ?? 0) && bin <= (last?.bin ?? 0));
    return {
      from: first?.score ?? 0,
      to: ((last?.bin ?? 0) + 1) / SCORE_BINS,
      positives: inStep.reduce((sum, bin) => sum + bin.positives, 0),
      negatives: inStep.reduce((sum, bin) => sum + bin.negatives, 0),
    };
  });
  if (positives < minimum || negatives < minimum) return { scores: steps, auc: null, roc: [] };
  const curve = rocPoints(steps.map(({ from, ...rest }) => ({ ...rest, score: from }))) ?? [];
  return {
    scores: steps,
    auc: auc(bins),
    roc: curve.map(({ threshold, truePositiveRate, falsePositiveRate }) => ({
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
