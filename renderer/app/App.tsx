import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { api } from '../api/endpoints.ts';
import { keys } from '../api/keys.ts';
import { ActivityCenter } from '../features/activity/ActivityCenter.tsx';
import { ImportCenter } from '../features/import/ImportCenter.tsx';
import { TrainingNotices } from '../features/trial/TrainingNotices.tsx';
import { TrialNotices } from '../features/trial/TrialNotices.tsx';
import { Worklist } from '../features/worklist/Worklist.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { ShortcutOverlay } from '../ui/ShortcutOverlay.tsx';
import { State } from '../ui/State.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { ClaimGate } from './ClaimGate.tsx';
import { Header } from './Header.tsx';
import { ReaderPicker } from './ReaderPicker.tsx';
import { goToLedger, goToStudy, goToTraining, goToTrial, goToWorklist, useRoute } from './route.ts';
import { StatusBar } from './StatusBar.tsx';
import { useActingReader } from './use-acting-reader.tsx';
import { useLeave } from './use-leave.tsx';
import { useWindowEvents } from './use-window-events.ts';

// The viewer is most of the page's weight: the worklist does not wait for it.
const loadStudyScreen = () => import('./StudyScreen.tsx');
const TrainingScreen = lazy(async () => ({
  default: (await import('./TrainingScreen.tsx')).TrainingScreen,
}));
const TrialScreen = lazy(async () => ({ default: (await import('./TrialScreen.tsx')).TrialScreen }));
const StudyScreen = lazy(async () => ({ default: (await loadStudyScreen()).StudyScreen }));

const Ledger = lazy(async () => ({ default: (await import('../features/ledger/Ledger.tsx')).Ledger }));

/** The window: header, one screen, status bar. */
export function App() {
  const session = useQuery({ queryKey: keys.session, queryFn: api.session });
  const route = useRoute();
  const [help, setHelp] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [importing, setImporting] = useState(false);
  const [activity, setActivity] = useState(false);
  const { leave, question } = useLeave();
  const { reader, become, question: whoReads } = useActingReader(session.data, leave);
  useWindowEvents(reader !== null);
  useShortcuts('Everywhere', [
    { keys: ['?'], words: 'Show or hide this list', act: () => setHelp((shown) => !shown) },
    { keys: ['b'], words: 'What runs: imports, AI, self-test', act: () => setActivity(reader !== null) },
    ...(route.screen === 'worklist' && reader !== null
      ? [{ keys: ['l'], words: 'Ledger of the models', act: goToLedger }]
      : []),
    ...(route.screen !== 'worklist'
      ? [{ keys: ['u'], words: 'Back to the worklist', act: () => leave(goToWorklist) }]
      : []),
  ]);
  useEffect(() => {
    if (reader === null) return undefined;
    // Fetched while the reader looks at the worklist, so that the first study opens at once.
    const timer = setTimeout(() => void loadStudyScreen(), 300);
    return () => clearTimeout(timer);
  }, [reader]);

  if (session.isPending) return <State title="Starting …" />;
  if (session.isError) {
    return (
      <State title="The workstation does not answer">
        <ErrorNotice what="The session could not be read." error={session.error} />
        <Button onClick={() => void session.refetch()}>Try again</Button>
      </State>
    );
  }
  const { data } = session;
  const picking = reader === null || choosing;
  return (
    <div className="app">
      <Header
        reader={reader}
        screen={route.screen}
        onLedger={() => leave(goToLedger)}
        onWorklist={() => leave(goToWorklist)}
        onReader={() => leave(() => setChoosing(true))}
        onHelp={() => setHelp(true)}
      />
      <main className="app__main">
        {picking ? (
          <ReaderPicker
            session={data}
            onDone={(chosen) => {
              become(chosen);
              setChoosing(false);
            }}
          />
        ) : route.screen === 'study' ? (
          <Suspense fallback={<State title="Opening the study …" />}>
            <ClaimGate
              key={`${route.studyInstanceUID} ${reader.id}`}
              studyInstanceUID={route.studyInstanceUID}
              onLeave={() => leave(goToWorklist)}
            >
              <StudyScreen studyInstanceUID={route.studyInstanceUID} onLeave={() => leave(goToWorklist)} />
            </ClaimGate>
          </Suspense>
        ) : route.screen === 'ledger' ? (
          <Suspense fallback={<State title="Opening the ledger …" />}>
            <Ledger key={reader.id} />
          </Suspense>
        ) : route.screen === 'trial' ? (
          <Suspense fallback={<State title="Opening the case …" />}>
            <TrialScreen
              key={`${route.trialId} ${reader.id}`}
              trialId={route.trialId}
              readerId={reader.id}
              onLeave={() => leave(goToWorklist)}
            />
          </Suspense>
        ) : route.screen === 'training' ? (
          <Suspense fallback={<State title="Opening the training …" />}>
            <TrainingScreen
              key={`${route.trainingId} ${reader.id}`}
              trainingId={route.trainingId}
              readerId={reader.id}
              run={route.run}
              position={route.position}
              onLeave={() => leave(goToWorklist)}
            />
          </Suspense>
        ) : (
          <Worklist
            above={
              <>
                <TrialNotices onOpen={goToTrial} />
                <TrainingNotices onOpen={goToTraining} />
              </>
            }
            onOpen={goToStudy}
            onImport={() => setImporting(true)}
          />
        )}
      </main>
      {reader === null ? null : <ImportCenter host={data.host} open={importing} onOpen={setImporting} />}
      <StatusBar host={data.host}>
        {reader === null ? null : (
          <ActivityCenter
            open={activity}
            onOpen={setActivity}
            study={route.screen === 'study' ? route.studyInstanceUID : null}
          />
        )}
      </StatusBar>
      {whoReads}
      {question}
      {help ? <ShortcutOverlay onClose={() => setHelp(false)} /> : null}
    </div>
  );
}
