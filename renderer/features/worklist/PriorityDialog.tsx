import { useState } from 'react';
import { PRIORITIES, type Priority, type StudySummary } from '../../../electron/shared/study.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { personName } from '../../ui/words.ts';

interface PriorityDialogProps {
  readonly study: StudySummary;
  readonly onChoose: (priority: Priority) => void;
  readonly onClose: () => void;
}

const MEANS: Readonly<Record<Priority, string>> = {
  routine: 'read in turn',
  urgent: 'read before routine studies',
  stat: 'read at once',
};

/** The menu of priorities: arrows and Enter, or 1, 2 and 3. */
export function PriorityDialog({ study, onChoose, onClose }: PriorityDialogProps) {
  const [chosen, setChosen] = useState(study.priority);
  return (
    <Dialog
      title={`Priority of ${personName(study.patientName)}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" onClick={() => onChoose(chosen)}>
            Set {chosen}
          </Button>
        </>
      }
    >
      <fieldset
        className="wl-priorities"
        onKeyDown={(event) => {
          const named = PRIORITIES[Number(event.key) - 1];
          if (named !== undefined) onChoose(named);
          else if (event.key === 'Enter') onChoose(chosen);
          else return;
          event.preventDefault();
        }}
      >
        <legend className="visually-hidden">Priority</legend>
        {PRIORITIES.map((priority, index) => (
          <label key={priority} className="wl-priorities__one">
            <input
              type="radio"
              name="priority"
              checked={chosen === priority}
              data-autofocus={study.priority === priority ? '' : undefined}
              onChange={() => setChosen(priority)}
            />
            <strong>{priority}</strong>
            <span className="quiet">{MEANS[priority]}</span>
            <kbd>{index + 1}</kbd>
          </label>
        ))}
      </fieldset>
      <p className="quiet">
        A person’s decision, the same for every reader, and on the audit trail. No model sets or changes it.
      </p>
    </Dialog>
  );
}
