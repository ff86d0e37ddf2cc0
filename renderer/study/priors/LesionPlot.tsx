import type { LesionTrack } from '../../../electron/shared/priors.ts';

const WIDTH = 340;
const HEIGHT = 190;
const LEFT = 40;
const RIGHT = 48;
const TOP = 14;
const BOTTOM = 30;

/** Long and short axis over time; the numbers are in the table beside it. The axes differ in line, point and word, not in colour alone. */
export function LesionPlot({ track }: { readonly track: LesionTrack }) {
  const points = track.points.flatMap(({ date, size }) => {
    const at = Date.parse(date);
    return size === null || Number.isNaN(at) ? [] : [{ at, date, ...size }];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || first.at === last.at)
    return <p className="quiet">A plot needs two sizes with dates.</p>;
  const most = niceTop(Math.max(...points.map(({ long }) => long)));
  const x = (at: number) => LEFT + ((at - first.at) / (last.at - first.at)) * (WIDTH - LEFT - RIGHT);
  const y = (mm: number) => HEIGHT - BOTTOM - (mm / most) * (HEIGHT - TOP - BOTTOM);
  const line = (axis: 'long' | 'short') =>
    points.map((point) => `${x(point.at)},${y(point[axis])}`).join(' ');
  const words = `${track.label}: ${points.map(({ date, long, short }) => `${date} long ${long.toFixed(1)} mm, short ${short.toFixed(1)} mm`).join('; ')}`;
  return (
    <svg className="lesion__plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
      {[0, most / 2, most].map((mm) => (
        <g key={mm}>
          <line className="plot__grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(mm)} y2={y(mm)} />
          <text x={LEFT - 6} y={y(mm) + 4} textAnchor="end">
            {mm}
          </text>
        </g>
      ))}
      <text x={4} y={TOP - 3}>
        mm
      </text>
      <text x={LEFT} y={HEIGHT - 10} textAnchor="start">
        {first.date}
      </text>
      <text x={WIDTH - RIGHT} y={HEIGHT - 10} textAnchor="end">
        {last.date}
      </text>
      <polyline className="plot__line" points={line('long')} />
      <polyline className="plot__line plot__line--short" points={line('short')} />
      {points.map((point) => (
        <g key={point.at}>
          <circle className="plot__point" cx={x(point.at)} cy={y(point.long)} r={4} />
          <rect className="plot__point" x={x(point.at) - 3.5} y={y(point.short) - 3.5} width={7} height={7} />
        </g>
      ))}
      <text x={WIDTH - RIGHT + 8} y={y(last.long) + 4 - (closeTogether(y(last.long), y(last.short)) ? 7 : 0)}>
        long
      </text>
      <text
        x={WIDTH - RIGHT + 8}
        y={y(last.short) + 4 + (closeTogether(y(last.long), y(last.short)) ? 7 : 0)}
      >
        short
      </text>
    </svg>
  );
}

function closeTogether(a: number, b: number): boolean {
  return Math.abs(a - b) < 14;
}

/** A round number at or above. */
function niceTop(value: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return Math.ceil(value / step) * step;
}
