import { Button } from '../../ui/Button.tsx';

/** As many as stand in a row of buttons. */
const MOST_BUTTONS = 10;

interface RatingFieldProps {
  readonly max: number;
  readonly positiveFrom: number;
  /** Null until the reader has said it: nothing is chosen beforehand. */
  readonly rating: number | null;
  readonly onRating: (rating: number) => void;
}

/** How sure the reader is that the case is abnormal. */
export function RatingField({ max, positiveFrom, rating, onRating }: RatingFieldProps) {
  return (
    <fieldset className="trial-rating">
      <legend>
        Is the case abnormal? 0 certainly not, {max} certainly
        <span className="quiet"> (from {positiveFrom} on it counts as abnormal)</span>
      </legend>
      {max <= MOST_BUTTONS ? (
        Array.from({ length: max + 1 }, (_, value) => (
          <Button key={value} aria-pressed={rating === value} onClick={() => onRating(value)}>
            {value}
          </Button>
        ))
      ) : (
        <input
          className="input"
          type="number"
          min={0}
          max={max}
          aria-label={`Rating from 0 to ${max}`}
          value={rating ?? ''}
          onChange={({ target }) => {
            const value = Math.round(Number(target.value));
            if (target.value !== '' && value >= 0 && value <= max) onRating(value);
          }}
        />
      )}
    </fieldset>
  );
}
