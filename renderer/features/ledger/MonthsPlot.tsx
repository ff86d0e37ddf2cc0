import type { LedgerPage, ToldEstimate } from '../../../electron/shared/ledger.ts';
import { NumberTable } from './NumberTable.tsx';
import { across, Plot, shareTicks, someTicks, upwards } from './Plot.tsx';
import { decimals, estimate, months } from './words.ts';

interface MarkProps {
  readonly told: ToldEstimate | null;
  readonly x: number;
  readonly kind: 'first' | 'second';
}

const y = upwards([0, 1]);

/** A share with its interval: a disc, or a square whose interval is dashed. */
function Mark({ told, x, kind }: MarkProps) {
  if (told === null) return null;
  const at = y(told.value);
  return (
    <g className={`plot__${kind}`}>
      <line x1={x} x2={x} y1={y(told.low)} y2={y(told.high)} />
      {kind === 'first' ? (
        <circle cx={x} cy={at} r={3.5} />
      ) : (
        <rect x={x - 3} y={at - 3} width={6} height={6} />
      )}
    </g>
  );
}

/** Sensitivity and specificity over time, each with its interval. */
export function MonthsPlot({ byMonth }: Pick<LedgerPage, 'byMonth'>) {
  const x = across([-0.5, Math.max(0.5, byMonth.length - 0.5)]);
  const names = byMonth.map(months);
  return (
    <Plot
      title="Sensitivity ● and specificity ■ by month"
      words={`${byMonth.length} periods, 95 % intervals; the numbers are in the table below`}
      xTicks={someTicks(
        byMonth.map(({ from }) => from),
        x,
      )}
      yTicks={shareTicks(y)}
      xName="month"
      note="A month with too few cases is told with those after it."
      table={
        <NumberTable
          caption="Sensitivity and specificity by month"
          heads={['Months', 'Cases', 'Sensitivity', 'Specificity', 'Kappa']}
          rows={byMonth.map(({ figures }, at) => [
            names[at] ?? '',
            figures.cases,
            estimate(figures.sensitivity),
            estimate(figures.specificity),
            decimals(figures.kappa?.value ?? null),
          ])}
        />
      }
    >
      {byMonth.map(({ figures }, at) => (
        <g key={names[at]}>
          <Mark told={figures.sensitivity} x={x(at) - 3} kind="first" />
          <Mark told={figures.specificity} x={x(at) + 3} kind="second" />
        </g>
      ))}
    </Plot>
  );
}
