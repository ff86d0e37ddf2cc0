import { createContext, type ReactNode, useContext } from 'react';

/** Whether the numbers behind all plots are open; those of one can still be opened and closed by themselves. */
export const NumbersOpen = createContext(false);

export const PLOT = { width: 420, height: 210, left: 40, right: 12, top: 10, bottom: 30 } as const;

/** Place in the picture of a value between two ends. */
export function scale(domain: readonly [number, number], range: readonly [number, number]) {
  const [a, b] = domain;
  const [from, to] = range;
  return (value: number): number => from + ((value - a) / (b - a || 1)) * (to - from);
}

export const across = (domain: readonly [number, number]) =>
  scale(domain, [PLOT.left, PLOT.width - PLOT.right]);
export const upwards = (domain: readonly [number, number]) =>
  scale(domain, [PLOT.height - PLOT.bottom, PLOT.top]);

interface Tick {
  readonly at: number;
  readonly words: string;
}

interface PlotProps {
  readonly title: string;
  /** What the picture shows, for who does not see it. */
  readonly words: string;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly xName: string;
  readonly children: ReactNode;
  /** The numbers behind, as a table. */
  readonly table: ReactNode;
  readonly note?: string | undefined;
}

/** A picture with its axes, and the numbers behind it as a table that opens below. */
export function Plot({ title, words, xTicks, yTicks, xName, children, table, note }: PlotProps) {
  const open = useContext(NumbersOpen);
  const { width, height, left, right, bottom } = PLOT;
  return (
    <figure className="plot">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title}: ${words}`}>
        {yTicks.map(({ at, words: tick }) => (
          <g key={`y${at}`}>
            <line className="plot__grid" x1={left} x2={width - right} y1={at} y2={at} />
            <text className="plot__tick" x={left - 6} y={at + 4} textAnchor="end">
              {tick}
            </text>
          </g>
        ))}
        {xTicks.map(({ at, words: tick }) => (
          <text
            key={`x${at}`}
            className="plot__tick"
            x={at}
            y={height - bottom + 14}
            textAnchor={at > width - right - 20 ? 'end' : 'middle'}
          >
            {tick}
          </text>
        ))}
        <text className="plot__name" x={width - right} y={height - 3} textAnchor="end">
          {xName}
        </text>
        <line className="plot__axis" x1={left} x2={width - right} y1={height - bottom} y2={height - bottom} />
        {children}
      </svg>
      {note === undefined ? null : <p className="quiet">{note}</p>}
      <details className="plot__numbers" open={open}>
        <summary>Numbers</summary>
        {table}
      </details>
    </figure>
  );
}

/** Ticks of 0 to 1 in quarters. */
export function shareTicks(place: (value: number) => number): Tick[] {
  return [0, 0.25, 0.5, 0.75, 1].map((value) => ({ at: place(value), words: String(value) }));
}

/** At most so many of a row of names, evenly, the first and the last among them. */
export function someTicks(names: readonly string[], place: (index: number) => number, most = 5): Tick[] {
  const step = Math.max(1, Math.ceil((names.length - 1) / (most - 1)));
  return names.flatMap((words, index) => (index % step === 0 ? [{ at: place(index), words }] : []));
}
