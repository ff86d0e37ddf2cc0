import type { Drift } from '../../../electron/shared/ledger.ts';
import { count } from '../../ui/words.ts';
import { NumberTable } from './NumberTable.tsx';
import { across, Plot, someTicks, upwards } from './Plot.tsx';
import { alertWords, decimals, months } from './words.ts';

/** How far scores and patients have moved from the reference, with the threshold of an alert. */
export function DriftPlot({ drift }: { readonly drift: Drift }) {
  const { reference, threshold, points } = drift;
  const most = Math.max(
    threshold * 1.2,
    ...points.flatMap(({ scores, people }) => [scores ?? 0, people ?? 0]),
  );
  const y = upwards([0, most]);
  const x = across([-0.5, Math.max(0.5, points.length - 0.5)]);
  if (reference === null)
    return (
      <p className="quiet">
        Drift: there are not enough cases yet for a reference to lay later months beside.
      </p>
    );
  const ticks = [0, threshold, most].map((value) => ({ at: y(value), words: value.toFixed(2) }));
  return (
    <Plot
      title={`Drift from ${months(reference)}: scores ●, patients ■`}
      words={`stability index of ${points.length} later periods, alert from ${threshold} on`}
      xTicks={someTicks(
        points.map(({ from }) => from),
        x,
      )}
      yTicks={most - threshold < threshold * 0.15 ? ticks.slice(0, 2) : ticks}
      xName="month"
      note={`Population stability index; an alert (▲) from ${threshold} on where it is more than chance. Reference: ${count(reference.cases)} cases.`}
      table={
        <NumberTable
          caption="Drift by month"
          heads={['Months', 'Cases', 'Scores', 'KS distance', 'p', 'Sex and age', 'Alert']}
          rows={points.map((point) => [
            months(point),
            count(point.cases),
            decimals(point.scores, 3),
            decimals(point.distance, 3),
            point.p === null ? '–' : point.p < 0.001 ? '< 0.001' : point.p.toFixed(3),
            decimals(point.people, 3),
            point.alerts.length === 0 ? 'none' : alertWords(point.alerts),
          ])}
        />
      }
    >
      <line
        className="plot__threshold"
        x1={x(-0.5)}
        x2={x(points.length - 0.5)}
        y1={y(threshold)}
        y2={y(threshold)}
      />
      {points.map((point, at) => (
        <g key={point.from}>
          {point.scores === null ? null : (
            <g className="plot__first">
              <circle cx={x(at) - 3} cy={y(point.scores)} r={3.5} />
            </g>
          )}
          {point.people === null ? null : (
            <g className="plot__second">
              <rect x={x(at)} y={y(point.people) - 3} width={6} height={6} />
            </g>
          )}
          {point.alerts.length === 0 ? null : (
            <text className="plot__alert" x={x(at)} y={y(Math.max(point.scores ?? 0, point.people ?? 0)) - 7}>
              ▲
            </text>
          )}
        </g>
      ))}
    </Plot>
  );
}
