import { SquarePen } from 'lucide-react';
import type { ModifiedFinding } from '../../../electron/shared/read.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { CERTAINTY_WORDS } from '../../study/finding-words.ts';
import { LateralityField } from '../../study/LateralityField.tsx';
import { SizeField } from '../../study/SizeField.tsx';

interface ModifyFieldsProps {
  readonly id: string;
  readonly finding: ModifiedFinding;
  /** A place was drawn for it since. */
  readonly drawn: boolean;
  readonly terms: readonly string[];
  readonly onChange: (change: Partial<ModifiedFinding>) => void;
  /** Null where the place stays as it is. */
  readonly onDraw: (() => void) | null;
}

/** The finding as the reader wants it now: what it is, its side, how certain, where. */
export function ModifyFields({ id, finding, drawn, terms, onChange, onDraw }: ModifyFieldsProps) {
  const place = drawn ? 'drawn anew' : finding.box === null ? 'no place on the image' : 'as it was';
  return (
    <div className="modify">
      <Field label="Label">
        <input
          className="input"
          list={`terms ${id}`}
          value={finding.label}
          maxLength={120}
          onChange={(event) => onChange({ label: event.target.value })}
        />
      </Field>
      <datalist id={`terms ${id}`}>
        {terms.map((term) => (
          <option key={term} value={term} />
        ))}
      </datalist>
      <div className="modify__pair">
        <LateralityField value={finding.laterality} onChange={(laterality) => onChange({ laterality })} />
        <Field label="Certainty">
          <select
            className="input"
            value={finding.certainty}
            onChange={(event) => onChange({ certainty: Number(event.target.value) })}
          >
            {CERTAINTY_WORDS.map((words, index) => (
              <option key={words} value={index + 1}>
                {index + 1} {words}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <SizeField value={finding.size} onChange={(size) => onChange({ size })} />
      {onDraw === null ? null : (
        <p className="modify__place">
          <span>Place: {place}</span>
          <Button onClick={onDraw}>
            <SquarePen size={14} aria-hidden /> Draw it anew
          </Button>
        </p>
      )}
    </div>
  );
}
