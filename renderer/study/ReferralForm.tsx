import { type ReactNode, useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';

interface ReferralFormProps {
  /** Above the words. */
  readonly label: string;
  readonly act: string;
  readonly saving: boolean;
  /** Whether it can be recorded without a word. */
  readonly mayBeEmpty?: boolean;
  /** False while something of `children` is still to be chosen. */
  readonly ready?: boolean;
  readonly onRecord: (words: string) => void;
  readonly onCancel: () => void;
  readonly children?: ReactNode;
}

/** Words about a referral, to be recorded: an answer, a refusal, a withdrawal. */
export function ReferralForm(props: ReferralFormProps) {
  const [words, setWords] = useState('');
  const { ready = true, mayBeEmpty = false } = props;
  return (
    <form
      className="referral-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!props.saving) props.onRecord(words.trim());
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') props.onCancel();
      }}
    >
      {props.children}
      <Field label={props.label}>
        <textarea
          className="input"
          rows={3}
          value={words}
          maxLength={4000}
          autoFocus={props.children === undefined}
          onChange={(event) => setWords(event.target.value)}
        />
      </Field>
      <div className="referral-form__acts">
        <Button onClick={props.onCancel}>Cancel</Button>
        <Button
          type="submit"
          tone="primary"
          disabled={props.saving || !ready || (!mayBeEmpty && words.trim() === '')}
        >
          {props.act}
        </Button>
      </div>
    </form>
  );
}
