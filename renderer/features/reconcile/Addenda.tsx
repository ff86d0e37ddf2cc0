import type { UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { Comparison } from '../../../electron/shared/read.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { when } from '../../ui/words.ts';
import { useAddendumDraft } from './use-addendum-draft.ts';

export type AddAddendum = UseMutationResult<Comparison, Error, { text: string; id: string }>;

interface AddendaProps {
  readonly study: string;
  readonly addenda: Comparison['addenda'];
  readonly add: AddAddendum;
}

/** What was added to the committed read, and a field for more. */
export function Addenda({ study, addenda, add }: AddendaProps) {
  const [writing, setWriting] = useState(false);
  const draft = useAddendumDraft(study, null);
  const [id, setId] = useState(() => crypto.randomUUID());
  const text = draft.text ?? '';
  const begun = text.trim() !== '';
  return (
    <section className="panel__section" aria-label="Addenda">
      <div className="panel__head">
        <h3>Addenda</h3>
        {writing ? null : (
          <Button disabled={draft.text === null} onClick={() => setWriting(true)}>
            {begun ? 'Go on …' : 'Add …'}
          </Button>
        )}
      </div>
      {addenda.length === 0 && !writing && !begun ? <p className="quiet">None.</p> : null}
      {addenda.length === 0 ? null : (
        <ol className="addenda">
          {addenda.map(({ id, number, text: words, createdAt, sha256 }) => (
            <li key={id}>
              <p className="impression">{words}</p>
              <p className="quiet">
                Addendum {number} · signed {when(createdAt)} · SHA-256 {sha256.slice(0, 12)}…
              </p>
            </li>
          ))}
        </ol>
      )}
      {begun && !writing ? (
        <p className="addenda__draft" data-testid="addendum-draft">
          Draft, not signed: {text}
        </p>
      ) : null}
      {draft.error === null ? null : <ErrorNotice what="The draft is not kept." error={draft.error} />}
      {writing ? (
        <form
          className="assess"
          onSubmit={(event) => {
            event.preventDefault();
            // Twice pressed is once signed.
            if (add.isPending) return;
            add.mutate(
              { text, id },
              {
                onSuccess: () => {
                  draft.onGone();
                  setId(crypto.randomUUID());
                  setWriting(false);
                },
              },
            );
          }}
          onKeyDown={(event) => {
            event.stopPropagation();
            // What was written stays: the form opens with it again.
            if (event.key === 'Escape') setWriting(false);
          }}
        >
          {add.isError ? <ErrorNotice what="The addendum was not added." error={add.error} /> : null}
          <Field label="Addendum to your committed read">
            <textarea
              className="input"
              rows={4}
              value={text}
              maxLength={20000}
              autoFocus
              onChange={(event) => draft.onText(event.target.value)}
            />
          </Field>
          <p className="quiet">
            Kept as a draft until you sign it. Signed with your key it can neither be changed nor taken back.
          </p>
          <div className="assess__acts">
            <Button
              onClick={() => {
                draft.onGone();
                setWriting(false);
              }}
            >
              Discard
            </Button>
            <Button onClick={() => setWriting(false)}>Later</Button>
            <Button type="submit" tone="primary" disabled={!begun || add.isPending}>
              Sign and add
            </Button>
          </div>
        </form>
      ) : null}
    </section>
  );
}
