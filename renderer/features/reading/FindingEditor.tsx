import { Trash2 } from 'lucide-react';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { FindingSize } from '../../../electron/shared/finding-size.ts';
import type { ReaderFinding } from '../../../electron/shared/read.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { CERTAINTY_WORDS } from '../../study/finding-words.ts';
import { LateralityField } from '../../study/LateralityField.tsx';
import { SizeField } from '../../study/SizeField.tsx';
import { type FindingChange, UNNAMED } from './findings.ts';

interface FindingEditorProps {
  readonly finding: ReaderFinding;
  readonly number: number;
  readonly terms: readonly string[];
  /** Grows with each commit that was refused for want of a name. */
  readonly askName: number;
  /** What the lengths drawn across it say of its size, or why they say nothing. */
  readonly measured: FindingSize | string;
  readonly onChange: (change: FindingChange) => void;
  readonly onRemove: () => void;
}

/** Label, laterality, certainty, size and comment of the finding that is selected. */
export function FindingEditor({
  finding,
  number,
  terms,
  askName,
  measured,
  onChange,
  onRemove,
}: FindingEditorProps) {
  const label = useRef<HTMLInputElement>(null);
  const unnamed = finding.label === UNNAMED;
  const nameIfNew = useEffectEvent(() => {
    if (unnamed) label.current?.focus();
  });
  // A finding that was just drawn wants its name, and one that keeps the read from being committed.
  useEffect(() => nameIfNew(), [finding.id, askName]);
  return (
    <div className="finding-editor">
      <Field label="Label">
        <input
          ref={label}
          className="input"
          list="finding-terms"
          value={unnamed ? '' : finding.label}
          maxLength={120}
          placeholder="Term, or your own words"
          onChange={(event) => {
            const words = event.target.value;
            onChange({ label: words.trim() === '' ? UNNAMED : words });
          }}
        />
      </Field>
      <datalist id="finding-terms">
        {terms.map((term) => (
          <option key={term} value={term} />
        ))}
      </datalist>
      <div className="finding-editor__pair">
        <LateralityField value={finding.laterality} onChange={(laterality) => onChange({ laterality })} />
        <fieldset className="certainty">
          <legend>
            Certainty: <strong>{CERTAINTY_WORDS[finding.certainty - 1]}</strong>
          </legend>
          <div>
            {CERTAINTY_WORDS.map((words, index) => (
              <label key={words} title={words}>
                <input
                  type="radio"
                  name={`certainty-${finding.id}`}
                  checked={finding.certainty === index + 1}
                  aria-label={`${index + 1} ${words}`}
                  onChange={() => onChange({ certainty: index + 1 })}
                />
                {index + 1}
              </label>
            ))}
          </div>
        </fieldset>
      </div>
      <SizeField
        key={finding.id}
        value={finding.size}
        measured={measured}
        onChange={(size) => onChange({ size })}
      />
      <Field label="Comment">
        <textarea
          className="input"
          rows={2}
          value={finding.comment}
          maxLength={4000}
          onChange={(event) => onChange({ comment: event.target.value })}
        />
      </Field>
      <Button tone="plain" onClick={onRemove}>
        <Trash2 size={14} aria-hidden /> Remove finding {number}: {finding.label}
      </Button>
    </div>
  );
}
