import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { MyTrial } from '../../electron/shared/reader-study.ts';
import { api } from '../api/endpoints.ts';
import { keys } from '../api/keys.ts';
import { TrialCase } from '../features/trial/TrialCase.tsx';
import { nextWords, trialLine } from '../features/trial/words.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { State } from '../ui/State.tsx';
import { renderingEngine } from '../viewer/engine.ts';
import '../features/trial/trial.css';
import '../features/reading/reading.css';
import '../viewer/viewer.css';
import '../study/study.css';

interface TrialScreenProps {
  readonly trialId: string;
  readonly readerId: string;
  readonly onLeave: () => void;
}

/** A reader study: the next case in the reader's own order, one after the other. */
export function TrialScreen({ trialId, readerId, onLeave }: TrialScreenProps) {
  const queries = useQueryClient();
  const trials = useQuery({ queryKey: keys.readerStudies, queryFn: api.readerStudies });
  const trial = trials.data?.find(({ id }) => id === trialId);
  const next = trial?.next.kind === 'read' ? trial.next : null;
  const study = useQuery({
    queryKey: keys.study(next?.study ?? ''),
    queryFn: () => api.study(next?.study ?? ''),
    enabled: next !== null,
  });
  useEffect(() => {
    // While the answers are on their way.
    renderingEngine();
  }, []);
  const back = <Button onClick={onLeave}>Back to the worklist</Button>;
  const failed = trials.error ?? study.error;
  if (failed !== null) {
    return (
      <State title="The case cannot be opened">
        <ErrorNotice what="The case could not be opened." error={failed} />
        {back}
      </State>
    );
  }
  if (trials.data === undefined) return <State title="Opening the case …" />;
  if (trial === undefined) return <State title="You have no part in this reader study">{back}</State>;
  if (next === null) {
    return (
      <State title={trialLine(trial)}>
        <p>{nextWords(trial)}</p>
        {back}
      </State>
    );
  }
  if (study.data?.studyInstanceUID !== next.study) return <State title="Opening the case …" />;
  const phase = next.arm === 'without-ai' ? 'alone' : next.blind === null ? 'blind' : 'last';
  const onGiven = (changed: MyTrial): void => {
    queries.setQueryData<MyTrial[]>(keys.readerStudies, (all = []) =>
      all.map((one) => (one.id === changed.id ? changed : one)),
    );
  };
  return (
    <TrialCase
      key={`${next.session} ${next.study} ${next.blind === null}`}
      task={{
        key: `${readerId} ${trial.id} ${next.session} ${next.study} ${next.blind === null ? 'first' : 'second'}`,
        kind: 'Reader study',
        line: trialLine(trial),
        words: nextWords(trial),
        study: next.study,
        scale: trial.scale,
        phase,
        blind: next.blind,
        lock: { button: 'Lock, and go on', after: 'It never changes then.' },
        askAi: () => api.readerStudyAi(trial.id, next.study),
        give: async (opinion, part) =>
          onGiven(await api.giveOpinion(trial.id, { study: next.study, part, opinion })),
      }}
      study={study.data}
    />
  );
}
