import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Reader, Session } from '../../electron/shared/session.ts';
import { api } from '../api/endpoints.ts';
import { keys } from '../api/keys.ts';
import { showReader } from '../api/request.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';

/**
 * Whose work this window shows: who read when it opened, and whom somebody chose in it since. Another window may choose another reader
 * for the whole workstation; then nothing goes on here until a person has said as whom (the workstation refuses it as well).
 *
 * @param leave Asks before unsaved words are left (`useLeave`).
 */
export function useActingReader(
  session: Session | undefined,
  leave: (act: () => void) => void,
): { reader: Reader | null; become: (reader: Reader | null) => void; question: ReactNode } {
  const queries = useQueryClient();
  const [acting, setActing] = useState<Reader | null>(null);
  const sitting = session?.reader ?? null;
  const become = (reader: Reader | null) => {
    showReader(reader?.id ?? null);
    setActing(reader);
  };
  if (acting === null && sitting !== null) become(sitting);
  const stay = useMutation({
    mutationFn: (id: string) => api.chooseReader(id),
    onSuccess: (changed) => queries.setQueryData(keys.session, changed),
  });
  const goOn = () =>
    leave(() => {
      become(sitting);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    });
  const other = acting !== null && sitting !== null && sitting.id !== acting.id;
  const question = other ? (
    <Dialog
      title="Another reader in another window"
      onClose={() => stay.mutate(acting.id)}
      footer={
        <>
          <Button tone="primary" autoFocus onClick={() => stay.mutate(acting.id)}>
            Read on as {acting.name}
          </Button>
          <Button onClick={goOn}>Go on as {sitting.name}</Button>
        </>
      }
    >
      <p>
        {sitting.name} was chosen in another window of this workstation. This window still shows the work of{' '}
        {acting.name}; nothing of it is saved or committed under another name.
      </p>
      {stay.isError ? <ErrorNotice what="The reader could not be set." error={stay.error} /> : null}
    </Dialog>
  ) : null;
  return { reader: acting ?? sitting, become, question };
}
