import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Download, ListX, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { refusedReport } from '../../api/addresses.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { RefusalTable } from '../../ui/RefusalTable.tsx';
import { State } from '../../ui/State.tsx';
import { count } from '../../ui/words.ts';

/** Every file that was not taken, with the reason; to be exported, or tried again after an update. */
export function RefusedList() {
  const refused = useQuery({ queryKey: [...keys.refusals, 'all'], queryFn: () => api.refusals(0, 1000) });
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: api.retryRefused,
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.jobs }),
  });
  const [clearing, setClearing] = useState(false);
  const clear = useMutation({
    mutationFn: api.clearRefused,
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.refusals }),
    onSettled: () => setClearing(false),
  });
  if (refused.isPending) return <State title="Reading the list …" />;
  if (refused.isError) {
    return (
      <State title="The list cannot be shown">
        <ErrorNotice what="The refused files could not be read." error={refused.error} />
      </State>
    );
  }
  const { total, rows } = refused.data;
  if (total === 0) {
    return (
      <State title="No file was refused">
        <p>Whatever an import cannot take is listed here, with the reason and what to do about it.</p>
      </State>
    );
  }
  return (
    <div className="wl-refused">
      <div className="wl-refused__head">
        <p className="quiet">
          {count(total)} {total === 1 ? 'file was' : 'files were'} not taken
          {rows.length < total ? `; the newest ${count(rows.length)} are listed` : ''}. Mend them and try them
          again, or leave them: nothing of them is stored.
        </p>
        <a className="button" href={refusedReport.csv} download="refused-files.csv">
          <Download size={14} aria-hidden /> Report as CSV
        </a>
        <a className="button" href={refusedReport.json} download="refused-files.json">
          <Download size={14} aria-hidden /> As JSON
        </a>
        <Button disabled={retry.isPending} onClick={() => retry.mutate()}>
          <RotateCcw size={14} aria-hidden /> Try them again
        </Button>
        <Button onClick={() => setClearing(true)}>
          <ListX size={14} aria-hidden /> Clear the list …
        </Button>
      </div>
      {clearing ? (
        <Dialog
          title="Clear the list of refused files?"
          onClose={() => setClearing(false)}
          footer={
            <>
              <Button onClick={() => setClearing(false)}>Keep it</Button>
              <Button tone="danger" disabled={clear.isPending} onClick={() => clear.mutate()}>
                <ListX size={14} aria-hidden /> Clear {count(total)} {total === 1 ? 'line' : 'lines'}
              </Button>
            </>
          }
        >
          <p>
            The list forgets {total === 1 ? 'the file' : `all ${count(total)} files`} and why each was
            refused, and they can no longer be tried again from here. The files themselves stay where they
            are. The audit trail keeps that the list was cleared.
          </p>
        </Dialog>
      ) : null}
      {clear.isError ? <ErrorNotice what="The list was not cleared." error={clear.error} /> : null}
      {retry.isError ? <ErrorNotice what="They were not tried again." error={retry.error} /> : null}
      <RefusalTable rows={rows} />
    </div>
  );
}
