import { useEffect, useRef, useState } from 'react';
import { ASSESSMENT_REASONS, type Assessment } from '../../../electron/shared/read.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';

type Judged = Pick<Assessment, 'verdict' | 'reason' | 'comment'>;

interface AssessFormProps {
  readonly itemId: string;
  readonly verdict: Assessment['verdict'];
  readonly saving: boolean;
  readonly onRecord: (judged: Judged) => void;
  readonly onCancel: () => void;
}

/** Why the reader agrees or disagrees: one list of reasons for both, none chosen beforehand; the digit chooses, Enter records. */
export function AssessForm({ itemId, verdict, saving, onRecord, onCancel }: AssessFormProps) {
  const [reason, setReason] = useState<string | null>(null);
  const [comment, setComment] = useState('');
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLInputElement>('input[type="radio"]')?.focus(), [verdict]);
  return (
    <form
      ref={form}
      className="assess"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason !== null) onRecord({ verdict, reason, comment });
      }}
      onKeyDown={(event) => {
        // Digits choose a reason here, not a window preset; Escape leaves only this form.
        const chosen = ASSESSMENT_REASONS[Number(event.key) - 1];
        const typing = event.target instanceof HTMLTextAreaElement;
        if (event.key === 'Escape') onCancel();
        else if (chosen !== undefined && !typing) setReason(chosen);
        else if (event.key === 'Enter' && !typing && reason !== null) onRecord({ verdict, reason, comment });
        else if (event.key.length > 1 || typing) {
          event.stopPropagation();
          return;
        } else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <fieldset>
        <legend>
          You <strong>{verdict}</strong>. Why?
        </legend>
        {ASSESSMENT_REASONS.map((words, index) => (
          <label key={words} className="check">
            <input
              type="radio"
              name={`reason ${itemId}`}
              checked={reason === words}
              onChange={() => setReason(words)}
            />
            <kbd>{index + 1}</kbd> {words}
          </label>
        ))}
      </fieldset>
      <Field label="Comment (optional)">
        <textarea
          className="input"
          rows={2}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </Field>
      <div className="assess__acts">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" tone="primary" disabled={reason === null || saving}>
          Record <kbd>Enter</kbd>
        </Button>
      </div>
    </form>
  );
}
