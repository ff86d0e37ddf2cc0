import type { UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { Comparison } from '../../../electron/shared/read.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { when } from '../../ui/words.ts';

export type AddAddendum = UseMutationResult<Comparison, Error, { text: string; id: string }>;

interface AddendaProps {
  readonly addenda: Comparison['addenda'];
  readonly add: AddAddendum;
}

/** What was added to the committed read, and a field for more. */
export function Addenda({ addenda, add }: AddendaProps) {
  const [writing, setWriting] = useState(false);
  const [text, setText] = useState('');
  const [id, setId] = useState(() => crypto.randomUUID());
  return (
    <section className="panel__section" aria-label="Addenda">
      <div className="panel__head">
        <h3>Addenda</h3>
        {writing ? null : <Button onClick={() => setWriting(true)}>Add …</Button>}
      </div>
      {addenda.length === 0 && !writing ? <p className="quiet">None.</p> : null}
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
                  setText('');
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
              onChange={(event) => setText(event.target.value)}
            />
          </Field>
          <p className="quiet">It is signed with your key and can neither be changed nor taken back.</p>
          <div className="assess__acts">
            <Button onClick={() => setWriting(false)}>Cancel</Button>
            <Button type="submit" tone="primary" disabled={text.trim() === '' || add.isPending}>
              Sign and add
            </Button>
          </div>
        </form>
      ) : null}
    </section>
  );
}
