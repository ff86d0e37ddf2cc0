import type { DayRange } from '../../../electron/shared/worklist.ts';

interface DayFilterProps {
  readonly label: string;
  readonly range: DayRange | null;
  readonly onRange: (range: DayRange | null) => void;
}

const LAST = [
  [1, 'today'],
  [2, 'since yesterday'],
  [7, 'last 7 days'],
  [30, 'last 30 days'],
] as const;

/** Any day, the last days, or between two. */
export function DayFilter({ label, range, onRange }: DayFilterProps) {
  const between = range !== null && !('days' in range) ? range : null;
  const value = range === null ? '' : 'days' in range ? String(range.days) : 'between';
  const day = (text: string): string | null => (text === '' ? null : text);
  return (
    <>
      <label className="wl-filter">
        <span>{label}</span>
        <select
          value={value}
          data-set={range !== null}
          onChange={({ target }) => {
            if (target.value === '') onRange(null);
            else if (target.value === 'between') onRange({ from: null, to: null });
            else onRange({ days: Number(target.value) });
          }}
        >
          <option value="">any day</option>
          {LAST.map(([days, words]) => (
            <option key={days} value={days}>
              {words}
            </option>
          ))}
          <option value="between">between …</option>
        </select>
      </label>
      {between === null ? null : (
        <span className="wl-filter">
          <input
            type="date"
            aria-label={`${label} from`}
            value={between.from ?? ''}
            max={between.to ?? undefined}
            onChange={({ target }) => onRange({ ...between, from: day(target.value) })}
          />
          <span>to</span>
          <input
            type="date"
            aria-label={`${label} to`}
            value={between.to ?? ''}
            min={between.from ?? undefined}
            onChange={({ target }) => onRange({ ...between, to: day(target.value) })}
          />
        </span>
      )}
    </>
  );
}
