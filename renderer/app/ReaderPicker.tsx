import { useMutation, useQueryClient } from '@tanstack/react-query';
import { UserRound } from 'lucide-react';
import { useState } from 'react';
import type { Reader, Session } from '../../electron/shared/session.ts';
import { api } from '../api/endpoints.ts';
import { keys } from '../api/keys.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { Field } from '../ui/Field.tsx';

interface ReaderPickerProps {
  readonly session: Session;
  readonly onDone: (reader: Reader | null) => void;
}

/** Who is reading: every read is signed with this reader's key. */
export function ReaderPicker({ session, onDone }: ReaderPickerProps) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const choose = useMutation({
    mutationFn: async (chosen: { id: string } | { name: string }) => {
      const id = 'id' in chosen ? chosen.id : (await api.createReader(chosen.name)).id;
      return api.chooseReader(id);
    },
    onSuccess: (changed) => {
      // What one reader saw of the worklist and of studies is not the next one's.
      onDone(changed.reader);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      queries.setQueryData(keys.session, changed);
    },
  });
  return (
    <section className="picker" aria-labelledby="picker-title">
      <h2 id="picker-title">Who is reading?</h2>
      {session.readers.length === 0 ? null : (
        <ul className="picker__list">
          {session.readers.map((reader) => (
            <li key={reader.id}>
              <Button wide onClick={() => choose.mutate({ id: reader.id })}>
                <UserRound size={15} aria-hidden /> {reader.name}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') choose.mutate({ name: name.trim() });
        }}
      >
        <Field label="New reader">
          <input
            className="input"
            value={name}
            maxLength={64}
            placeholder="Name as it stands under a report"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Button type="submit" tone="primary" wide disabled={name.trim() === '' || choose.isPending}>
          Read as this person
        </Button>
      </form>
      {choose.isError ? <ErrorNotice what="The reader could not be set." error={choose.error} /> : null}
      <p className="quiet">
        There is no password yet: anyone at this computer can read under any of these names. Each committed
        read is signed with its reader’s own key.
      </p>
    </section>
  );
}
