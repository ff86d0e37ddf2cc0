import { LockKeyhole, Plus, X } from 'lucide-react';
import type { Comparison } from '../../../electron/shared/read.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { once } from '../../ui/once.ts';
import type { Draft } from './draft.ts';
import { RatingField } from './RatingField.tsx';
import type { CaseTask } from './task.ts';

interface TrialPanelProps {
  readonly task: CaseTask;
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  /** Undefined where the AI is not to be shown, or is not there yet. */
  readonly ai: Comparison | undefined;
  readonly aiError: Error | null;
  readonly onAdd: () => void;
  readonly onLock: () => void;
  readonly locking: boolean;
  readonly error: Error | null;
}

/** The reader's opinion of one case. */
export function TrialPanel(props: TrialPanelProps) {
  const { task, draft, onDraft } = props;
  const { max, positiveFrom } = task.scale;
  const blindFirst = task.phase === 'blind';
  // The last word is one that was said with the AI in sight.
  const aiToCome = task.phase === 'last' && props.ai === undefined && props.aiError === null;
  const wait = draft.rating === null ? 'Rate the case first.' : aiToCome ? 'The AI is on its way.' : null;
  return (
    <aside className="study__panel" aria-label={task.kind}>
      <div className="panel__scroll">
        <section className="panel__section">
          <h2>{task.line}</h2>
          <p className="quiet">{task.words}</p>
        </section>
        {props.ai === undefined && props.aiError === null ? null : (
          <AiSection ai={props.ai} error={props.aiError} />
        )}
        <section className="panel__section" aria-label="Marks">
          <div className="panel__head">
            <h3>Marks</h3>
            <Button onClick={props.onAdd}>
              <Plus size={14} aria-hidden /> Add
            </Button>
          </div>
          {draft.marks.length === 0 ? <p className="quiet">None. Add, and draw on the image.</p> : null}
          <ol className="trial-marks">
            {draft.marks.map(({ id, rating }, index) => (
              <li key={id}>
                <span>Mark {index + 1}</span>
                <select
                  className="input"
                  aria-label={`Rating of mark ${index + 1}`}
                  value={rating}
                  onChange={({ target }) =>
                    onDraft({
                      ...draft,
                      marks: draft.marks.map((one) =>
                        one.id === id ? { ...one, rating: Number(target.value) } : one,
                      ),
                    })
                  }
                >
                  {Array.from({ length: max }, (_, at) => (
                    <option key={at} value={at + 1}>
                      {at + 1}
                    </option>
                  ))}
                </select>
                <Button
                  tone="plain"
                  aria-label={`Remove mark ${index + 1}`}
                  onClick={() => onDraft({ ...draft, marks: draft.marks.filter((one) => one.id !== id) })}
                >
                  <X size={14} aria-hidden />
                </Button>
              </li>
            ))}
          </ol>
        </section>
        <section className="panel__section" aria-label="Rating of the case">
          <RatingField
            max={max}
            positiveFrom={positiveFrom}
            rating={draft.rating}
            onRating={(rating) => onDraft({ ...draft, rating })}
          />
        </section>
      </div>
      <div className="panel__section read-commit">
        {props.error === null ? null : <ErrorNotice what="Not locked." error={props.error} />}
        <Button tone="primary" wide disabled={props.locking || wait !== null} onClick={once(props.onLock)}>
          <LockKeyhole size={14} aria-hidden /> {blindFirst ? 'Lock my blind read' : task.lock.button}
        </Button>
        <p className="quiet">
          {wait ?? (blindFirst ? 'It never changes then, and the AI is shown.' : task.lock.after)} Until then
          it is kept in this window alone. For research use, not for diagnosis.
        </p>
        {task.aside}
      </div>
    </aside>
  );
}

function AiSection({ ai, error }: { readonly ai: Comparison | undefined; readonly error: Error | null }) {
  const abstained = ai?.results.filter(({ status }) => status === 'abstained').length ?? 0;
  return (
    <section className="panel__section" aria-label="AI">
      <h3>AI</h3>
      {error === null ? null : <ErrorNotice what="The AI was not shown." error={error} />}
      {ai === undefined ? null : (
        <>
          <p className="early-ai__warning">
            Your blind read is locked. Check the AI against the image: it is wrong at times, and finds only
            what it was made for.
          </p>
          {ai.aiState === 'waiting' ? <p role="status">The AI is still reading this study.</p> : null}
          {ai.statements
            .filter(({ modelId }) =>
              ai.results.some(({ model, status }) => model.id === modelId && status !== 'abstained'),
            )
            .map(({ modelId, words }) => (
              <p key={`${modelId} ${words}`}>{words}</p>
            ))}
          {abstained === 0 ? null : (
            <p className="quiet">
              {abstained} of {ai.results.length} models do not read such a case.
            </p>
          )}
          <ul className="early-ai">
            {ai.items.map(({ id, words }) => (
              <li key={id}>{words}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
