import { useState } from 'react';
import type { LesionState, NewLesions, ResponseView, TimePoint } from '../../../electron/shared/response.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { sendOnce } from '../../ui/once.ts';

interface TimePointFormProps {
  readonly view: ResponseView;
  /** Which of the times of the table this study is. */
  readonly at: number;
  readonly busy: boolean;
  readonly onSay: (content: TimePoint) => void;
}

const WORDS: Readonly<Record<LesionState, string>> = {
  gone: 'gone',
  'too-small': 'seen, too small to measure',
  present: 'present',
  'not-assessed': 'not assessed',
};

/** What is stated of this study beyond its marks. Nothing is chosen beforehand. */
export function TimePointForm({ view, at, busy, onSay }: TimePointFormProps) {
  const { table, timePoint } = view;
  const [states, setStates] = useState<Readonly<Record<string, LesionState | ''>>>(() =>
    Object.fromEntries((timePoint?.lesions ?? []).map(({ findingId, state }) => [findingId, state])),
  );
  const [progression, setProgression] = useState(timePoint?.progression ?? false);
  const [newLesions, setNewLesions] = useState<NewLesions | ''>(timePoint?.newLesions ?? '');
  if (table === null) return null;
  const lesion = (
    { findingId, label, cell }: { findingId: string; label: string; cell: string | undefined },
    offered: readonly LesionState[],
    measured: boolean,
  ) =>
    measured && (states[findingId] ?? '') === '' ? (
      <p key={findingId} className="response__marked">
        <span>{label}</span>
        <span className="quiet">{cell}</span>
      </p>
    ) : (
      <Field key={findingId} label={label}>
        <select
          className="input"
          value={states[findingId] ?? ''}
          onChange={(event) =>
            setStates((now) => ({ ...now, [findingId]: event.target.value as LesionState | '' }))
          }
        >
          <option value="">{measured ? 'by its mark' : 'not stated'}</option>
          {offered.map((state) => (
            <option key={state} value={state}>
              {WORDS[state]}
            </option>
          ))}
        </select>
      </Field>
    );
  return (
    <form
      className="response__form"
      aria-label="State this study"
      onSubmit={(event) => {
        event.preventDefault();
        onSay({
          lesions: Object.entries(states).flatMap(([findingId, state]) =>
            state === '' ? [] : [{ findingId, state }],
          ),
          progression,
          newLesions: newLesions === '' ? null : newLesions,
        });
      }}
    >
      <h3>This study, {table.times[at]?.date}</h3>
      <div className="response__fields">
        {table.targets.map(({ findingId, label, cells }) => {
          const cell = cells[at];
          const measured = cell?.state === 'measured' || cell?.state === 'merged';
          const words =
            cell?.state === 'measured' ? `${cell.mm?.toFixed(1) ?? ''} mm by its mark` : cell?.words;
          return lesion({ findingId, label, cell: words }, ['gone', 'too-small', 'not-assessed'], measured);
        })}
        {table.nonTargets.map(({ findingId, label, cells }) => {
          const cell = cells[at];
          return lesion(
            {
              findingId,
              label: `${label} (non-target)`,
              cell: cell?.state === 'gone' ? cell.words : 'present by its mark',
            },
            ['present', 'gone', 'not-assessed'],
            cell?.marked === true,
          );
        })}
        <Field label="New lesions (not there at baseline)">
          <select
            className="input"
            value={newLesions}
            onChange={(event) => setNewLesions(event.target.value as NewLesions | '')}
          >
            <option value="">not stated</option>
            <option value="none">none</option>
            <option value="equivocal">equivocal</option>
            <option value="unequivocal">unequivocal</option>
          </select>
        </Field>
      </div>
      {table.nonTargets.length === 0 ? null : (
        <label className="check">
          <input
            type="checkbox"
            checked={progression}
            onChange={(event) => setProgression(event.target.checked)}
          />
          Unequivocal progression of the non-target lesions as a whole
        </label>
      )}
      <div className="lesion__acts">
        <Button type="submit" tone="primary" aria-disabled={busy} onClick={sendOnce}>
          Record for this study
        </Button>
      </div>
    </form>
  );
}
