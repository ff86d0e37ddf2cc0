import { OFFERED_BODY_PARTS, OFFERED_MODALITIES } from '../../electron/shared/known-facts.ts';
import type { Stated } from '../../electron/shared/study.ts';
import { Field } from '../ui/Field.tsx';

interface FactsFieldsProps {
  readonly facts: Stated;
  readonly onFacts: (facts: Stated) => void;
  /** Whether the modality may be stated too (plain images). */
  readonly modality?: boolean;
}

const VIEWS = ['PA', 'AP', 'LATERAL', 'LL', 'RL', 'OBLIQUE'];

/** Facts of a study that its files do not say. An empty field states nothing. */
export function FactsFields({ facts, onFacts, modality = false }: FactsFieldsProps) {
  const set = (key: 'modality' | 'bodyPart' | 'view', value: string) => {
    const { [key]: _dropped, ...rest } = facts;
    onFacts(value === '' ? rest : { ...rest, [key]: value });
  };
  const choice = (key: 'modality' | 'bodyPart' | 'view', label: string, values: readonly string[]) => (
    <Field label={label}>
      <select className="input" value={facts[key] ?? ''} onChange={(event) => set(key, event.target.value)}>
        <option value="">not stated</option>
        {values.map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    </Field>
  );
  return (
    <div className="facts__fields">
      {modality ? choice('modality', 'Modality', OFFERED_MODALITIES) : null}
      {choice('bodyPart', 'Body part', OFFERED_BODY_PARTS)}
      {choice('view', 'View', VIEWS)}
      <Field label="Age (years)">
        <input
          className="input"
          type="number"
          min={0}
          max={150}
          step="any"
          placeholder="not stated"
          value={facts.age ?? ''}
          onChange={(event) => {
            const { age: _dropped, ...rest } = facts;
            const age = event.target.valueAsNumber;
            onFacts(Number.isNaN(age) ? rest : { ...rest, age });
          }}
        />
      </Field>
    </div>
  );
}
