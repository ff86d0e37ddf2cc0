import { useRef, useState } from 'react';
import type { ResponseRequest } from '../../../electron/shared/response.ts';
import { responseCsvAddress } from '../../api/addresses.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { ResponsePlot } from './ResponsePlot.tsx';
import { ResponseTable } from './ResponseTable.tsx';
import './response.css';
import { StatementList } from './StatementList.tsx';
import { TargetForm } from './TargetForm.tsx';
import { TimePointForm } from './TimePointForm.tsx';
import { RuleList } from './RuleList.tsx';
import { useResponse } from './use-priors.ts';
import { WordsForReport } from './WordsForReport.tsx';

interface ResponsePanelProps {
  readonly uid: string;
  readonly readerId: string;
  readonly onInsert: ((words: string) => void) | null;
  readonly onFlush?: () => Promise<unknown>;
}

type Said =
  | Omit<Extract<ResponseRequest, { kind: 'targets' }>, 'id' | 'reason'>
  | Omit<Extract<ResponseRequest, { kind: 'time-point' }>, 'id' | 'reason'>
  | Omit<Extract<ResponseRequest, { kind: 'undo' }>, 'id' | 'reason'>;

/** Response by RECIST 1.1: the table and plot of the lesions that the reader chose, and what the reader states of them. */
export function ResponsePanel({ uid, readerId, onInsert, onFlush }: ResponsePanelProps) {
  const { view: asked, state } = useResponse(uid, readerId, onFlush);
  const [changing, setChanging] = useState(false);
  const [reason, setReason] = useState('');
  const saying = useRef(false);
  const view = asked.data;
  if (view === undefined)
    return asked.isError ? (
      <ErrorNotice what="The response could not be read." error={asked.error} />
    ) : (
      <p className="quiet">Reading the response …</p>
    );
  const say = async (said: Said) => {
    // Not by disabling the button: it would lose the focus. Nor by the state alone: a double click comes before it changes.
    if (saying.current) return;
    saying.current = true;
    try {
      await onFlush?.();
      await state.mutateAsync({
        id: crypto.randomUUID(),
        reason: view.committed ? reason : '',
        ...said,
      } as ResponseRequest);
      setChanging(false);
      setReason('');
      // What comes of it stands on top, and the form that was used may be gone.
      document.querySelector<HTMLElement>('#course-tab-response')?.focus();
    } catch {
      // Said below the table, or beside the save mark.
    } finally {
      saying.current = false;
    }
  };
  const at = view.table?.times.findIndex(({ studyInstanceUID }) => studyInstanceUID === uid) ?? -1;
  const choosing = view.choice === null || changing;
  return (
    <div className="response">
      <p>
        Sizes are those that you state of a finding, else the extents of the mark that you drew: the long
        axis, of lymph nodes the short axis. A lesion counts where its mark is linked with that of the
        baseline (tab <em>Lesions</em>), or by what you state below; what is missing is not evaluable. For
        research use, not for diagnosis.
      </p>
      {view.notes.map((note) => (
        <p key={note} className="quiet">
          {note}
        </p>
      ))}
      <RuleList rules={view.warnings} />
      {view.table === null ? null : (
        <>
          <ResponseTable table={view.table} uid={uid} />
          <div className="response__below">
            <ResponsePlot table={view.table} />
            {view.lines.length === 0 ? null : (
              <WordsForReport words={view.lines.join('\n')} onInsert={onInsert}>
                {view.committed ? (
                  <a
                    className="button"
                    href={responseCsvAddress(uid, readerId)}
                    download="response-recist-1.1.csv"
                  >
                    Save the table as CSV
                  </a>
                ) : (
                  <span className="quiet">The table can be saved as CSV after the commit.</span>
                )}
              </WordsForReport>
            )}
          </div>
        </>
      )}
      <div className="response__said">
        {state.isError ? (
          <div className="response__refused">
            <ErrorNotice what="This was not recorded." error={state.error} />
          </div>
        ) : null}
        {view.committed ? (
          <Field label="Reason for a change after the commit (kept with it, on record)">
            <input
              className="input"
              value={reason}
              maxLength={1000}
              onChange={(event) => setReason(event.target.value)}
            />
          </Field>
        ) : null}
        {choosing ? (
          <TargetForm
            key={`targets ${view.statements.length}`}
            view={view}
            busy={state.isPending}
            onSay={(content) => void say({ kind: 'targets', content })}
            onCancel={view.choice === null ? null : () => setChanging(false)}
          />
        ) : (
          <>
            {at > 0 ? (
              <TimePointForm
                key={`time ${view.statements.length}`}
                view={view}
                at={at}
                busy={state.isPending}
                onSay={(content) => void say({ kind: 'time-point', content })}
              />
            ) : null}
            <p>
              <Button onClick={() => setChanging(true)}>Choose other lesions …</Button>
            </p>
          </>
        )}
        <StatementList
          statements={view.statements}
          busy={state.isPending}
          onUndo={(undoes) => void say({ kind: 'undo', undoes })}
        />
      </div>
    </div>
  );
}
