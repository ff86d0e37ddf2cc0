import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Download, RotateCcw } from 'lucide-react';
import { api, refusedReport } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
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
      </div>
      {retry.isError ? <ErrorNotice what="They were not tried again." error={retry.error} /> : null}
      <RefusalTable rows={rows} />
    </div>
  );
}
