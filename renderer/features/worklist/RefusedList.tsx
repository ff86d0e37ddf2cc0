import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { RefusalTable } from '../../ui/RefusalTable.tsx';
import { State } from '../../ui/State.tsx';
import { count } from '../../ui/words.ts';

/** Every file that was not taken, with the reason. */
export function RefusedList() {
  const refused = useQuery({ queryKey: [...keys.refusals, 'all'], queryFn: () => api.refusals(0, 1000) });
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
      <p className="quiet">
        {count(total)} files were not taken
        {rows.length < total ? `; the newest ${count(rows.length)} are listed` : ''}. Mend them and import
        them again, or leave them: nothing of them is stored.
      </p>
      <RefusalTable rows={rows} />
    </div>
  );
}
