import { useEffect, useRef, useState } from 'react';
import {
  ASSESSMENT_REASONS,
  type AssessmentRequest,
  type ComparisonItem,
  type ModifiedFinding,
  type Verdict,
} from '../../../electron/shared/read.ts';
import { Button } from '../../ui/Button.tsx';
import { wrongSizeField } from '../../study/SizeField.tsx';
import { Field } from '../../ui/Field.tsx';
import { ModifyFields } from './ModifyFields.tsx';
import { consequence, VERDICTS } from './verdicts.ts';

interface AssessFormProps {
  readonly item: ComparisonItem;
  readonly verdict: Verdict;
  /** What a modification begins with. */
  readonly finding: ModifiedFinding;
  /** The place drawn for it, where one was. */
  readonly drawn: ModifiedFinding['box'];
  readonly terms: readonly string[];
  readonly saving: boolean;
  readonly onDraw: () => void;
  readonly onRecord: (judged: AssessmentRequest) => void;
  readonly onCancel: () => void;
}

/** Why the reader decides so: one list of reasons for every verdict, none chosen beforehand; the digit chooses, Enter records. */
export function AssessForm(props: AssessFormProps) {
  const { item, verdict, drawn, saving, onCancel } = props;
  const [reason, setReason] = useState<string | null>(null);
  const [comment, setComment] = useState('');
  const [changed, setChanged] = useState(props.finding);
  const form = useRef<HTMLFormElement>(null);
  useEffect(
    () => form.current?.querySelector<HTMLInputElement>('input[type="radio"][name^="reason"]')?.focus(),
    [verdict],
  );
  const finding = { ...changed, box: drawn ?? changed.box };
  const unnamed = verdict === 'modify' && finding.label.trim() === '';
  // What stays as it was is accepted or rejected, not modified.
  const unchanged = verdict === 'modify' && JSON.stringify(finding) === JSON.stringify(props.finding);
  const blocked = reason === null || unnamed || unchanged || saving;
  const record = () => {
    if (reason === null || blocked) return;
    const wrongSize = form.current === null ? null : wrongSizeField(form.current);
    if (wrongSize !== null) {
      wrongSize.focus();
      return;
    }
    props.onRecord({ verdict, reason, comment, ...(verdict === 'modify' ? { finding } : {}) });
  };
  return (
    <form
      ref={form}
      className="assess"
      onSubmit={(event) => {
        event.preventDefault();
        record();
      }}
      onKeyDown={(event) => {
        // Digits choose a reason here, not a window preset; Escape leaves only this form.
        const chosen = ASSESSMENT_REASONS[Number(event.key) - 1];
        const { target } = event;
        const typing =
          target instanceof HTMLTextAreaElement ||
          target instanceof HTMLSelectElement ||
          (target instanceof HTMLInputElement && target.type !== 'radio');
        if (event.key === 'Escape') onCancel();
        else if (chosen !== undefined && !typing) setReason(chosen);
        else if (event.key === 'Enter' && !typing && reason !== null) record();
        else if (event.key.length > 1 || typing) {
          event.stopPropagation();
          return;
        } else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <p>{consequence(item.kind, verdict)}</p>
      {verdict === 'modify' ? (
        <ModifyFields
          id={item.id}
          finding={finding}
          drawn={drawn !== null}
          terms={props.terms}
          onChange={(change) => setChanged((now) => ({ ...now, ...change }))}
          onDraw={props.onDraw}
        />
      ) : null}
      <fieldset>
        <legend>
          <strong>{VERDICTS[verdict].words}</strong>: why?
        </legend>
        {ASSESSMENT_REASONS.map((words, index) => (
          <label key={words} className="check">
            <input
              type="radio"
              name={`reason ${item.id}`}
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
          maxLength={4000}
          onChange={(event) => setComment(event.target.value)}
        />
      </Field>
      {unchanged && reason !== null ? <p className="quiet">Nothing of the finding is changed yet.</p> : null}
      <div className="assess__acts">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" tone="primary" disabled={blocked}>
          Record <kbd>Enter</kbd>
        </Button>
      </div>
    </form>
  );
}
