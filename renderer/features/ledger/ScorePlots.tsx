import type { LedgerPage } from '../../../electron/shared/ledger.ts';
import { count } from '../../ui/words.ts';
import { NumberTable } from './NumberTable.tsx';
import { across, Plot, shareTicks, upwards } from './Plot.tsx';
import { decimals } from './words.ts';

const x = across([0, 1]);
const y = upwards([0, 1]);

function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`).join('');
}

/** The ROC curve, through steps of the score that each have enough cases. */
export function RocPlot({ roc, auc }: Pick<LedgerPage, 'roc' | 'auc'>) {
  return (
    <Plot
      title={`ROC curve, area ${decimals(auc, 3)}`}
      words={`area under the curve ${decimals(auc, 3)}`}
      xTicks={shareTicks(x)}
      yTicks={shareTicks(y)}
      xName="1 − specificity"
      table={
        <NumberTable
          caption="Points of the ROC curve"
          heads={['Score at or above', 'Sensitivity', '1 − specificity']}
          rows={roc.map(({ threshold, x: false_, y: true_ }) => [
            threshold === null ? 'none' : threshold.toFixed(3),
            true_.toFixed(3),
            false_.toFixed(3),
          ])}
        />
      }
    >
      <path
        className="plot__chance"
        d={path([
          [x(0), y(0)],
          [x(1), y(1)],
        ])}
      />
      <path className="plot__curve" d={path(roc.map((point) => [x(point.x), y(point.y)]))} />
    </Plot>
  );
}

/** Mean probability beside the share that was positive, bin by bin. */
export function CalibrationPlot({
  calibration,
}: {
  readonly calibration: NonNullable<LedgerPage['calibration']>;
}) {
  const { bins, brier, error, cases } = calibration;
  return (
    <Plot
      title={`Calibration: Brier score ${decimals(brier, 3)}, expected error ${decimals(error, 3)}`}
      words={`${bins.length} bins of ${count(cases)} cases`}
      xTicks={shareTicks(x)}
      yTicks={shareTicks(y)}
      xName="probability given"
      note="Share that was positive, upwards. Bins with too few cases are left out."
      table={
        <NumberTable
          caption="Calibration by bin"
          heads={['Probability', 'Cases', 'Mean given', 'Share positive']}
          rows={bins.map(({ bin, cases: of, mean, share }) => [
            `${(bin / 10).toFixed(1)}–${((bin + 1) / 10).toFixed(1)}`,
            count(of),
            mean.toFixed(3),
            share.toFixed(3),
          ])}
        />
      }
    >
      <path
        className="plot__chance"
        d={path([
          [x(0), y(0)],
          [x(1), y(1)],
        ])}
      />
      {bins.map(({ bin, mean, share }) => (
        <circle key={bin} className="plot__dot" cx={x(mean)} cy={y(share)} r={4} />
      ))}
    </Plot>
  );
}

/** How many cases have which score, those that the read has the finding of above the others. */
export function ScoresPlot({ scores }: Pick<LedgerPage, 'scores'>) {
  // By area: steps are of unequal width, for each holds enough cases.
  const density = scores.map(({ from, to, positives, negatives }) => (positives + negatives) / (to - from));
  const most = Math.max(1, ...density);
  const high = upwards([0, most]);
  const total = scores.reduce((sum, { positives, negatives }) => sum + positives + negatives, 0);
  return (
    <Plot
      title="Scores: finding in the read ▨, not in it □"
      words={`${count(total)} cases in ${scores.length} steps`}
      xTicks={shareTicks(x)}
      yTicks={[]}
      xName="score"
      note="Area is number of cases; a step is as wide as it must be to hold enough of them."
      table={
        <NumberTable
          caption="Cases by score"
          heads={['Score', 'With the finding', 'Without']}
          rows={scores.map(({ from, to, positives, negatives }) => [
            `${from.toFixed(3)}–${to.toFixed(3)}`,
            count(positives),
            count(negatives),
          ])}
        />
      }
    >
      <defs>
        <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="5" height="5" className="plot__hatch-ground" />
          <line x1="0" x2="0" y1="0" y2="5" className="plot__hatch-line" />
        </pattern>
      </defs>
      {scores.map(({ from, to, positives, negatives }, at) => {
        const top = high(density[at] ?? 0);
        const middle = high(((density[at] ?? 0) * negatives) / Math.max(1, positives + negatives));
        const width = Math.max(0.5, x(to) - x(from));
        return (
          <g key={from}>
            <rect className="plot__without" x={x(from)} y={middle} width={width} height={high(0) - middle} />
            <rect
              className="plot__with"
              x={x(from)}
              y={top}
              width={width}
              height={Math.max(0, middle - top)}
            />
          </g>
        );
      })}
    </Plot>
  );
}
