import { Ruler } from 'lucide-react';
import { useState } from 'react';
import { type FindingSize, findingSizeSchema } from '../../electron/shared/finding-size.ts';
import { Button } from '../ui/Button.tsx';

interface SizeFieldProps {
  readonly value: FindingSize | undefined;
  readonly onChange: (size: FindingSize | undefined) => void;
  /** Takes the size from the lengths that are drawn across the finding; null where the screen has none, a sentence where there is nothing to take. */
  readonly measured?: FindingSize | string | null;
}

/** The two diameters of a finding in millimetres, typed or taken from lengths on the image. */
export function SizeField({ value, onChange, measured = null }: SizeFieldProps) {
  const [typed, setTyped] = useState<Typed>({ of: value, ...wordsOf(value) });
  // What came from elsewhere (a measurement, another finding, another window) stands over what was typed before.
  const shown = sameSize(typed.of, value) ? typed : { of: value, ...wordsOf(value) };
  const type = (change: Partial<Pick<Typed, 'long' | 'short'>>) => {
    const next = { ...shown, ...change };
    const how = change.long === undefined ? (value?.how ?? 'stated') : 'stated';
    const { size } = sizeOf(next.long, next.short, how);
    // What is no size takes the former one away: none is kept, and signed, that the fields do not show.
    const kept = size ?? undefined;
    setTyped({ ...next, of: kept });
    if (size !== null || value !== undefined) onChange(kept);
  };
  const { error } = sizeOf(shown.long, shown.short);
  return (
    <fieldset className="size-field">
      <legend>
        Size, mm <span className="quiet">{howWords(value)}</span>
      </legend>
      <div>
        <input
          className="input"
          inputMode="decimal"
          aria-label="Longest diameter, mm"
          placeholder="longest"
          maxLength={8}
          aria-invalid={error !== null}
          value={shown.long}
          onChange={({ target }) => type({ long: target.value })}
        />
        <span aria-hidden>×</span>
        <input
          className="input"
          inputMode="decimal"
          aria-label="Diameter at right angles, mm"
          placeholder="at 90°"
          maxLength={8}
          aria-invalid={error !== null}
          value={shown.short}
          onChange={({ target }) => type({ short: target.value })}
        />
        {measured === null ? null : (
          <Button
            disabled={typeof measured === 'string'}
            title={typeof measured === 'string' ? measured : 'From the lengths drawn across this finding (S)'}
            onClick={() => typeof measured !== 'string' && onChange(measured)}
          >
            <Ruler size={14} aria-hidden /> Take <kbd>S</kbd>
          </Button>
        )}
      </div>
      {error === null ? null : (
        <p className="size-field__error" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

interface Typed {
  /** The size that these words stand for. */
  readonly of: FindingSize | undefined;
  readonly long: string;
  readonly short: string;
}

function wordsOf(size: FindingSize | undefined): Pick<Typed, 'long' | 'short'> {
  return { long: size === undefined ? '' : `${size.longMm}`, short: `${size?.shortMm ?? ''}` };
}

function sameSize(a: FindingSize | undefined, b: FindingSize | undefined): boolean {
  return a?.longMm === b?.longMm && a?.shortMm === b?.shortMm && a?.how === b?.how;
}

/** The first field on the screen whose words are no size; null where there is none. */
export function wrongSizeField(within: ParentNode = document): HTMLElement | null {
  return within.querySelector<HTMLElement>('.size-field [aria-invalid="true"]');
}

/** What two fields say: a size, none, or what is wrong with them. A decimal comma is as good as a point. */
function sizeOf(
  long: string,
  short: string,
  how: FindingSize['how'] = 'stated',
): { readonly size: FindingSize | undefined | null; readonly error: string | null } {
  const [one, other] = [numberOf(long), numberOf(short)];
  if (one === undefined && other === undefined) return { size: undefined, error: null };
  if (one === undefined) return { size: null, error: 'Not saved yet: give the longest diameter first.' };
  const asked = { longMm: one, ...(other === undefined ? {} : { shortMm: other }), how };
  const parsed = findingSizeSchema.safeParse(asked);
  if (parsed.success) return { size: parsed.data, error: null };
  const shortIsLonger = other !== undefined && other > one;
  return {
    size: null,
    error: shortIsLonger
      ? 'Not saved yet: the second diameter is longer than the first.'
      : 'Not saved yet: a diameter is a number from 0.1 to 2000 mm, with two decimals at most.',
  };
}

/** Undefined for an empty field; NaN for what is no number. With three digits behind it a comma may mean thousands: it is asked again. */
function numberOf(words: string): number | undefined {
  const trimmed = words.trim().replace(',', '.');
  return trimmed === ''
    ? undefined
    : /^\d{0,4}\.?\d{1,2}$|^\d{1,4}\.?$/.test(trimmed)
      ? Number(trimmed)
      : Number.NaN;
}

function howWords(size: FindingSize | undefined): string {
  if (size === undefined || size.how === 'stated') return '';
  return size.how === 'measured'
    ? 'measured on the image'
    : 'measured at the detector, where it is magnified';
}
