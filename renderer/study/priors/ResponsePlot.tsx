import type { ResponseTable } from '../../../electron/shared/response.ts';

const WIDTH = 620;
const HEIGHT = 240;
const LEFT = 56;
const RIGHT = 178;
const TOP = 24;
const BOTTOM = 34;

/**
 * The sum of diameters over time, with the baseline (square), the nadir (diamond), the line of partial response and, from the nadir on, that of
 * progression. Every number is in the table above. Nothing rests on colour: lines differ in their dashes and are named.
 */
export function ResponsePlot({ table }: { readonly table: ResponseTable }) {
  const points = table.times.flatMap(({ date, sum, baseline, overall }) =>
    sum === null ? [] : [{ at: Date.parse(date), date, sum, baseline, overall }],
  );
  const missing = table.times.filter(({ sum, target }) => sum === null && target !== 'none');
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || !first.baseline || first.at === last.at)
    return table.targets.length === 0 ? null : (
      <p className="quiet">A plot needs the sum at baseline and one more that is complete.</p>
    );
  const nadir = points.reduce((least, point) => (point.sum < least.sum ? point : least));
  const response = 0.7 * first.sum;
  const progression = Math.max(1.2 * nadir.sum, nadir.sum + 5);
  const most = niceTop(Math.max(...points.map(({ sum }) => sum), progression) * 1.05);
  const x = (at: number) => LEFT + ((at - first.at) / (last.at - first.at)) * (WIDTH - LEFT - RIGHT);
  const y = (mm: number) => HEIGHT - BOTTOM - (mm / most) * (HEIGHT - TOP - BOTTOM);
  const end = WIDTH - RIGHT + 10;
  const [prLabel, pdLabel] = apart(y(response), y(progression));
  const words = [
    `Sum of diameters: ${points.map(({ date, sum, baseline, overall }) => `${date} ${sum.toFixed(1)} mm${baseline ? ' (baseline)' : ''}${overall === null ? '' : ` ${overall}`}`).join('; ')}.`,
    `Nadir ${nadir.sum.toFixed(1)} mm on ${nadir.date}. Partial response at ${response.toFixed(1)} mm and below, progression at ${progression.toFixed(1)} mm and above.`,
    ...missing.map(({ date }) => `${date}: not complete.`),
  ].join(' ');
  return (
    <figure className="response__figure">
      <figcaption>Sum of diameters</figcaption>
      <svg className="response__plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
        {[0, most / 2, most].map((mm) => (
          <g key={mm}>
            <line className="plot__grid" x1={LEFT} x2={end} y1={y(mm)} y2={y(mm)} />
            <text x={LEFT - 6} y={y(mm) + 4} textAnchor="end">
              {mm === most ? `${mm} mm` : mm}
            </text>
          </g>
        ))}
        <line className="response__pr" x1={LEFT} x2={end} y1={y(response)} y2={y(response)} />
        <text x={end + 6} y={prLabel + 4}>
          −30 %: {response.toFixed(1)} mm
        </text>
        <line className="response__pd" x1={x(nadir.at)} x2={end} y1={y(progression)} y2={y(progression)} />
        <text x={end + 6} y={pdLabel + 4}>
          {progression > 1.2 * nadir.sum ? '+5 mm' : '+20 %'} over nadir: {progression.toFixed(1)} mm
        </text>
        <polyline
          className="plot__line"
          points={points.map((point) => `${x(point.at)},${y(point.sum)}`).join(' ')}
        />
        {points.map((point) => (
          <g key={point.date} transform={`translate(${x(point.at)} ${y(point.sum)})`}>
            {point.baseline ? (
              <rect className="plot__point" x={-4.5} y={-4.5} width={9} height={9} />
            ) : point === nadir ? (
              <path className="plot__point" d="M0 -6 L6 0 L0 6 L-6 0 Z" />
            ) : (
              <circle className="plot__point" r={4.5} />
            )}
            <text
              className="response__value"
              y={point === nadir && y(point.sum) < y(0) - 24 ? 20 : -10}
              textAnchor={anchor(point.at, first.at, last.at)}
            >
              {point.sum.toFixed(1)}
              {point.baseline ? ' baseline' : ''}
              {point === nadir ? ' nadir' : ''}
            </text>
          </g>
        ))}
        {[...new Map(points.map((point) => [point.at, point])).values()].map((point) => (
          <text
            key={point.at}
            x={x(point.at)}
            y={HEIGHT - 12}
            textAnchor={anchor(point.at, first.at, last.at)}
          >
            {fits(points, point.at, first.at, last.at) ? point.date : ''}
          </text>
        ))}
      </svg>
      {missing.length === 0 ? null : (
        <p className="quiet">
          Not in the plot, since the sum is not complete: {missing.map(({ date }) => date).join(', ')}.
        </p>
      )}
    </figure>
  );
}

function anchor(at: number, first: number, last: number): 'start' | 'middle' | 'end' {
  return at === first ? 'start' : at === last ? 'end' : 'middle';
}

/** Whether a date has room between its neighbours; the first and last always have. */
function fits(points: readonly { readonly at: number }[], at: number, first: number, last: number): boolean {
  if (at === first || at === last) return true;
  const width = WIDTH - LEFT - RIGHT;
  const gap = (other: number) => (Math.abs(at - other) / (last - first)) * width;
  return points.every(
    (point) => point.at === at || gap(point.at) > (point.at === first || point.at === last ? 104 : 72),
  );
}

/** Two labels that do not lie on each other. */
function apart(a: number, b: number): [number, number] {
  const least = 14;
  if (Math.abs(a - b) >= least) return [a, b];
  const middle = (a + b) / 2;
  return a < b ? [middle - least / 2, middle + least / 2] : [middle + least / 2, middle - least / 2];
}

/** A round number at or above. */
function niceTop(value: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  const half = step / 2;
  return Math.ceil(value / half) * half;
}
