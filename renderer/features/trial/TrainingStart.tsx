import type { MyTraining } from '../../../electron/shared/training.ts';
import { Button } from '../../ui/Button.tsx';
import { once } from '../../ui/once.ts';
import { State } from '../../ui/State.tsx';

interface TrainingStartProps {
  readonly training: MyTraining;
  readonly busy: boolean;
  readonly onStart: () => void;
  readonly onLeave: () => void;
}

/** Before the first run: what will happen, and who sees it. */
export function TrainingStart({ training, busy, onStart, onLeave }: TrainingStartProps) {
  return (
    <State title={`Training: ${training.name}`}>
      <p className="training-words">
        {training.cases} cases whose truth is known. You read each by yourself and lock it; then the AI’s
        findings appear; then you lock your last word, and are told the truth and what the AI is known to get
        wrong. Cases that you know from ordinary work are left out.
      </p>
      <p className="training-words">
        You alone see how it went. It stands in no reader study, no ledger and no list, and you may repeat it.
        While a run is open its cases open here alone; you may end it at any time.
      </p>
      <div className="training-buttons">
        <Button tone="primary" disabled={busy} onClick={once(onStart)}>
          Begin
        </Button>
        <Button onClick={onLeave}>Back to the worklist</Button>
      </div>
      <p className="quiet">For research use, not for diagnosis.</p>
    </State>
  );
}
