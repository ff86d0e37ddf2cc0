import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Comparison } from '../../../electron/shared/read.ts';
import {
  REFERRAL_REASONS,
  type ReferralAsk,
  type ReferralReason,
  type ReferralRequest,
  referralReasonSchema,
} from '../../../electron/shared/referral.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { labelOf } from '../../study/marks-of.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';

interface ReferDialogProps {
  readonly comparison: Comparison;
  /** The line that it is about at first; null: the study. */
  readonly itemId: string | null;
  readonly saving: boolean;
  readonly error: Error | null;
  readonly onRefer: (asked: ReferralRequest) => void;
  readonly onClose: () => void;
}

const ASKS: Readonly<Record<ReferralAsk, string>> = {
  independent: 'An independent read: blind, and without the AI before the commit',
  opinion: 'An opinion, after a read of their own',
};

/** To whom, what is asked for, about what, and why: no reason is chosen before the reader chooses one. */
export function ReferDialog({ comparison, itemId, saving, error, onRefer, onClose }: ReferDialogProps) {
  const { items, read } = comparison;
  const session = useQuery({ queryKey: keys.session, queryFn: api.session });
  const others = session.data?.readers.filter(({ id }) => id !== read.readerId) ?? [];
  const [id] = useState(() => crypto.randomUUID());
  const [to, setTo] = useState('');
  const [about, setAbout] = useState(itemId ?? '');
  const [ask, setAsk] = useState<ReferralAsk>('independent');
  const [reason, setReason] = useState<ReferralReason | null>(null);
  const [words, setWords] = useState('');
  const ready = reason !== null && (reason !== 'other' || words.trim() !== '');
  const send = () => {
    if (reason === null || !ready || saving) return;
    onRefer({
      id,
      toReader: to === '' ? null : to,
      ask,
      itemId: about === '' ? null : about,
      reason,
      words: words.trim(),
    });
  };
  return (
    <Dialog
      title="Refer to another reader"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" disabled={!ready || saving} onClick={send}>
            Refer <kbd>Ctrl + Enter</kbd>
          </Button>
        </>
      }
    >
      <div
        className="refer"
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          send();
        }}
      >
        {error === null ? null : <ErrorNotice what="It was not referred." error={error} />}
        <Field label="To">
          <select className="input" value={to} data-autofocus onChange={({ target }) => setTo(target.value)}>
            <option value="">A second reader, whoever accepts</option>
            {others.map((reader) => (
              <option key={reader.id} value={reader.id}>
                {reader.name}
              </option>
            ))}
          </select>
        </Field>
        <Field label="About">
          <select className="input" value={about} onChange={({ target }) => setAbout(target.value)}>
            <option value="">The whole study</option>
            {items.map((item) => (
              <option key={item.id} value={item.id}>
                {KINDS[item.kind]}: {labelOf(comparison, item)}
              </option>
            ))}
          </select>
        </Field>
        <fieldset>
          <legend>What is asked for</legend>
          {(Object.keys(ASKS) as ReferralAsk[]).map((one) => (
            <label key={one} className="check">
              <input type="radio" name="ask" checked={ask === one} onChange={() => setAsk(one)} />
              {ASKS[one]}
            </label>
          ))}
        </fieldset>
        <fieldset
          onKeyDown={(event) => {
            const named = referralReasonSchema.options[Number(event.key) - 1];
            if (named === undefined) return;
            event.preventDefault();
            setReason(named);
          }}
        >
          <legend>Reason</legend>
          {referralReasonSchema.options.map((one, index) => (
            <label key={one} className="check">
              <input type="radio" name="reason" checked={reason === one} onChange={() => setReason(one)} />
              {REFERRAL_REASONS[one]}
              <kbd>{index + 1}</kbd>
            </label>
          ))}
        </fieldset>
        <Field label={reason === 'other' ? 'Words' : 'Words (optional)'}>
          <textarea
            className="input"
            rows={3}
            value={words}
            maxLength={4000}
            onChange={(event) => setWords(event.target.value)}
          />
        </Field>
        <p className="quiet">
          Until their own commit they are told that something is asked of them, and which of the two: not by
          whom, why, about what or in which words.
        </p>
      </div>
    </Dialog>
  );
}

const KINDS = { agree: 'Both', 'reader-only': 'You only', 'ai-only': 'AI only' } as const;
