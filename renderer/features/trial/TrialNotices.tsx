import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { nextWords, trialLine } from './words.ts';
import './trial.css';

/** The reader studies in which this reader has a part, above the worklist; nothing where there are none. */
export function TrialNotices({ onOpen }: { readonly onOpen: (trialId: string) => void }) {
  const { data = [] } = useQuery({ queryKey: keys.readerStudies, queryFn: api.readerStudies });
  const shown = data.filter(({ next }) => next.kind !== 'finished');
  if (shown.length === 0) return null;
  return (
    <ul className="trials" aria-label="Reader studies">
      {shown.map((trial) => (
        <li key={trial.id} className="trials__line">
          <strong>{trialLine(trial)}</strong>
          <span className="quiet">{nextWords(trial)}</span>
          {trial.next.kind === 'read' ? (
            <Button onClick={() => onOpen(trial.id)}>Read the next case</Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
