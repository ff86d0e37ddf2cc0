import { type Laterality, lateralitySchema } from '../../electron/shared/read.ts';
import { Field } from '../ui/Field.tsx';
import { LATERALITY_WORDS } from './finding-words.ts';

interface LateralityFieldProps {
  readonly value: Laterality;
  readonly onChange: (laterality: Laterality) => void;
}

/** The side of a finding, as a read states it and as a modification does. */
export function LateralityField({ value, onChange }: LateralityFieldProps) {
  return (
    <Field label="Laterality">
      <select
        className="input"
        value={value}
        onChange={(event) => onChange(lateralitySchema.parse(event.target.value))}
      >
        {lateralitySchema.options.map((side) => (
          <option key={side} value={side}>
            {LATERALITY_WORDS[side]}
          </option>
        ))}
      </select>
    </Field>
  );
}
