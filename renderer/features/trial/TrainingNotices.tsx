import { useQuery } from '@tanstack/react-query';
import type { MyTraining } from '../../../electron/shared/training.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { trainingLine } from './training-words.ts';
import './trial.css';

interface TrainingNoticesProps {
  readonly onOpen: (trainingId: string) => void;
}

/** The trainings in which this reader has a part, above the worklist: those to be done, and folded away those that were. */
export function TrainingNotices({ onOpen }: TrainingNoticesProps) {
  const { data = [] } = useQuery({ queryKey: keys.trainings, queryFn: api.trainings });
  const toDo = data.filter(({ runs: [last] }) => last === undefined || last.state === 'open');
  const done = data.filter((one) => !toDo.includes(one));
  return (
    <>
      {toDo.length === 0 ? null : (
        <ul className="trials" aria-label="Trainings">
          {toDo.map((training) => (
            <Line key={training.id} training={training} onOpen={onOpen} />
          ))}
        </ul>
      )}
      {done.length === 0 ? null : (
        <details className="trials-done">
          <summary>
            {done.length === 1 ? '1 training you have done' : `${done.length} trainings you have done`}
          </summary>
          <ul className="trials">
            {done.map((training) => (
              <Line key={training.id} training={training} onOpen={onOpen} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Line({ training, onOpen }: TrainingNoticesProps & { readonly training: MyTraining }) {
  const [last] = training.runs;
  const open = last?.state === 'open';
  return (
    <li className="trials__line">
      <strong>{trainingLine(training)}</strong>
      <span className="quiet">
        {open
          ? 'Your run is open.'
          : last === undefined
            ? 'Your own read first, then the AI, then the truth. You alone see how it went.'
            : 'You alone see how it went.'}
      </span>
      <Button onClick={() => onOpen(training.id)}>
        {open ? 'Go on' : last === undefined ? 'Open the training' : 'Results, and again'}
      </Button>
    </li>
  );
}
