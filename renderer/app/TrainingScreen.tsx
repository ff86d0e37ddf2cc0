import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { MyTraining } from '../../electron/shared/training.ts';
import { api } from '../api/endpoints.ts';
import { keys } from '../api/keys.ts';
import { EndRun } from '../features/trial/EndRun.tsx';
import { TrainingStart } from '../features/trial/TrainingStart.tsx';
import { SummaryPage } from '../features/trial/TrainingSummary.tsx';
import { TrainingTold } from '../features/trial/TrainingTold.tsx';
import { TrialCase } from '../features/trial/TrialCase.tsx';
import { trainingLine } from '../features/trial/training-words.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { State } from '../ui/State.tsx';
import { renderingEngine } from '../viewer/engine.ts';
import { goToTraining } from './route.ts';
import '../features/trial/trial.css';
import '../features/reading/reading.css';
import '../viewer/viewer.css';
import '../study/study.css';

interface TrainingScreenProps {
  readonly trainingId: string;
  readonly readerId: string;
  /** A run of the past, and one of its cases; null: what comes next. */
  readonly run: number | null;
  readonly position: number | null;
  readonly onLeave: () => void;
}

/** A training: the next case, the truth of one that was read, or how a run went. */
export function TrainingScreen({ trainingId, readerId, run, position, onLeave }: TrainingScreenProps) {
  const queries = useQueryClient();
  const trainings = useQuery({ queryKey: keys.trainings, queryFn: api.trainings });
  const training = trainings.data?.find(({ id }) => id === trainingId);
  useEffect(() => {
    // While the answers are on their way.
    renderingEngine();
  }, []);
  const onChanged = (changed: MyTraining) => {
    queries.setQueryData<MyTraining[]>(keys.trainings, (all = []) =>
      all.map((one) => (one.id === changed.id ? changed : one)),
    );
    void queries.invalidateQueries({ queryKey: ['training-summary', trainingId] });
  };
  const start = useMutation({
    mutationFn: () => api.startTraining(trainingId),
    onSuccess: (changed) => {
      onChanged(changed);
      goToTraining(trainingId);
    },
  });
  const end = useMutation({
    mutationFn: () => api.endTraining(trainingId),
    onSuccess: (changed) => {
      onChanged(changed);
      goToTraining(trainingId);
    },
  });
  const back = <Button onClick={onLeave}>Back to the worklist</Button>;
  const failed = trainings.error ?? start.error ?? end.error;
  if (failed !== null) {
    return (
      <State title="The training cannot go on">
        <ErrorNotice what="The training could not go on." error={failed} />
        {back}
      </State>
    );
  }
  if (trainings.data === undefined) return <State title="Opening the training …" />;
  if (training === undefined) return <State title="You have no part in this training">{back}</State>;
  const [last] = training.runs;
  if (run !== null && position !== null) {
    return (
      <Told key={`${run} ${position}`} training={training} run={run} position={position} onLeave={onLeave} />
    );
  }
  if (run === null && last?.state === 'open') {
    if (training.next === null) {
      return (
        <State title={trainingLine(training)}>
          <p>
            What is left of this run cannot be read: its studies were removed, or stand in a reader study.
          </p>
          <Button tone="primary" disabled={end.isPending} onClick={() => end.mutate()}>
            End the run, and see how it went
          </Button>
          {back}
        </State>
      );
    }
    return (
      <NextCase
        training={training}
        readerId={readerId}
        next={training.next}
        onChanged={onChanged}
        onEnd={() => end.mutate()}
      />
    );
  }
  const shown = run ?? last?.run;
  if (shown === undefined) {
    return (
      <TrainingStart
        training={training}
        busy={start.isPending}
        onStart={() => start.mutate()}
        onLeave={onLeave}
      />
    );
  }
  return (
    <Summary
      key={shown}
      training={training}
      run={shown}
      busy={start.isPending}
      onAgain={() => start.mutate()}
      onLeave={onLeave}
    />
  );
}

interface NextCaseProps {
  readonly training: MyTraining;
  readonly readerId: string;
  readonly next: NonNullable<MyTraining['next']>;
  readonly onChanged: (training: MyTraining) => void;
  readonly onEnd: () => void;
}

function NextCase({ training, readerId, next, onChanged, onEnd }: NextCaseProps) {
  const study = useQuery({ queryKey: keys.study(next.study), queryFn: () => api.study(next.study) });
  if (study.error !== null) {
    return (
      <State title="The case cannot be opened">
        <ErrorNotice
          what="The case could not be opened."
          error={study.error}
          action={<Button onClick={onEnd}>End the run</Button>}
        />
      </State>
    );
  }
  if (study.data === undefined) return <State title="Opening the case …" />;
  const blind = next.blind === null;
  const phase = blind ? 'blind' : 'last';
  const of = training.runs[0]?.of ?? training.cases;
  return (
    <TrialCase
      key={`${next.run} ${next.study} ${blind}`}
      task={{
        key: `${readerId} ${training.id} ${next.run} ${next.study} ${blind ? 'first' : 'second'}`,
        kind: 'Training',
        line: `Training: ${training.name}, case ${next.position} of ${of}`,
        words: blind
          ? 'Your own read first. Then the AI, then your last word, then the truth.'
          : 'The AI stands beside. Your last word; then the truth.',
        study: next.study,
        scale: training.scale,
        phase,
        blind: next.blind,
        lock: { button: 'Lock, and show the truth', after: 'It never changes then, and you are told.' },
        askAi: () => api.trainingAi(training.id, next.study),
        give: async (opinion, part) => {
          const changed = await api.giveTrainingOpinion(training.id, { study: next.study, part, opinion });
          // First where to go: the next case must not flash by.
          if (!blind) goToTraining(training.id, next.run, next.position);
          onChanged(changed);
        },
        aside: <EndRun left={of - (training.runs[0]?.done ?? 0)} onEnd={onEnd} />,
      }}
      study={study.data}
    />
  );
}

interface ToldProps {
  readonly training: MyTraining;
  readonly run: number;
  readonly position: number;
  readonly onLeave: () => void;
}

function Told({ training, run, position, onLeave }: ToldProps) {
  const told = useQuery({
    queryKey: ['training-told', training.id, run, position],
    queryFn: () => api.trainingFeedback(training.id, run, position),
  });
  const present = told.data?.present === true;
  const study = useQuery({
    queryKey: keys.study(told.data?.study ?? ''),
    queryFn: () => api.study(told.data?.study ?? ''),
    enabled: present,
  });
  const failed = told.error ?? study.error;
  if (failed !== null) {
    return (
      <State title="The truth of this case cannot be shown">
        <ErrorNotice what="The case could not be shown." error={failed} />
        <Button onClick={() => goToTraining(training.id)}>Go on with the training</Button>
      </State>
    );
  }
  if (told.data === undefined || (present && study.data === undefined)) {
    return <State title="Opening the case …" />;
  }
  const open = training.runs.find((one) => one.run === run)?.state === 'open';
  return (
    <TrainingTold
      told={told.data}
      study={study.data ?? null}
      next={
        open
          ? { button: 'Next case', onNext: () => goToTraining(training.id) }
          : { button: 'How the run went', onNext: () => goToTraining(training.id, run) }
      }
      onLeave={onLeave}
    />
  );
}

interface SummaryProps {
  readonly training: MyTraining;
  readonly run: number;
  readonly busy: boolean;
  readonly onAgain: () => void;
  readonly onLeave: () => void;
}

function Summary({ training, run, busy, onAgain, onLeave }: SummaryProps) {
  const summary = useQuery({
    queryKey: ['training-summary', training.id, run],
    queryFn: () => api.trainingSummary(training.id, run),
  });
  if (summary.error !== null) {
    return (
      <State title="The results of this run cannot be shown">
        <ErrorNotice what="The results could not be shown." error={summary.error} />
        <Button onClick={onLeave}>Back to the worklist</Button>
      </State>
    );
  }
  if (summary.data === undefined) return <State title="Adding up …" />;
  return (
    <SummaryPage
      summary={summary.data}
      runs={training.runs}
      busy={busy}
      onRun={(one) => goToTraining(training.id, one)}
      onCase={(position) => goToTraining(training.id, run, position)}
      onAgain={onAgain}
      onLeave={onLeave}
    />
  );
}
