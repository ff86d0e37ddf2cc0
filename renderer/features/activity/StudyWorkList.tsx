import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, Clock3, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { ModelWork, StudyWork } from '../../../electron/shared/activity.ts';
import { modelName } from '../../../electron/shared/model-name.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { count, personName, when } from '../../ui/words.ts';
import { ActivityRow } from './ActivityRow.tsx';
import { useSteady } from './use-steady.ts';
import { canReadAgain, studyWorkWords } from './words.ts';

const STUDY_ICONS = { running: LoaderCircle, waiting: Clock3 } as const;

function icon({ state, models }: StudyWork) {
  if (state === 'running' || state === 'waiting') {
    const Icon = STUDY_ICONS[state];
    return <Icon size={14} aria-hidden />;
  }
  return models.length === 0 || models.some(({ status }) => status === 'failed') ? (
    <TriangleAlert className="activity-icon--warning" size={14} aria-hidden />
  ) : (
    <CircleCheck size={14} aria-hidden />
  );
}

/** The models' work on the studies that this reader has committed; on no other study, not even that there is any. */
export function StudyWorkList({ studies }: { readonly studies: readonly StudyWork[] }) {
  const queries = useQueryClient();
  const [open, setOpen] = useState<string | null>(null);
  const steer = useMutation({
    mutationFn: ({ uid, what }: { uid: string; what: 'again' | 'stop' }) =>
      what === 'again' ? api.analyzeAgain(uid) : api.stopAnalysis(uid),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.activity }),
  });
  const { shown, newer, showNewer } = useSteady(studies, ({ studyInstanceUID }) => studyInstanceUID);
  return (
    <section className="activity-section" aria-labelledby="activity-studies">
      <header>
        <h3 id="activity-studies">AI analysis of studies that you have committed</h3>
        {newer === 0 ? null : (
          <Button tone="plain" onClick={showNewer}>
            Show {count(newer)} newer
          </Button>
        )}
      </header>
      {steer.isError ? <ErrorNotice what="That was not done." error={steer.error} /> : null}
      <ul className="activity-list" tabIndex={0} aria-label="AI analysis of committed studies">
        {shown.length === 0 ? (
          <li className="activity-empty">
            Nothing is shown here. What the models do with a study is told once you have committed your read
            of it, and never beside a study that you still read blind. Until then every study is the same to
            this list.
          </li>
        ) : null}
        {shown.map((study) => {
          const { studyInstanceUID: uid, patientName, description, state, models } = study;
          const name = [personName(patientName), description].filter((part) => part !== '').join(' · ');
          const isOpen = open === uid;
          return [
            <ActivityRow key={uid} icon={icon(study)} title={name} words={studyWorkWords(study)}>
              {state === 'running' || state === 'waiting' ? (
                <Button
                  aria-label={`Stop the models: ${name}`}
                  onClick={() => steer.mutate({ uid, what: 'stop' })}
                >
                  Stop
                </Button>
              ) : null}
              {canReadAgain(study) ? (
                <Button
                  aria-label={`Read again: ${name}`}
                  disabled={steer.isPending}
                  onClick={() => steer.mutate({ uid, what: 'again' })}
                >
                  Read again
                </Button>
              ) : null}
              {models.length === 0 ? null : (
                <Button
                  aria-label={`Models: ${name}`}
                  aria-expanded={isOpen}
                  onClick={() => setOpen(isOpen ? null : uid)}
                >
                  Models
                </Button>
              )}
            </ActivityRow>,
            isOpen ? (
              <li key={`${uid} models`} className="activity-models">
                <ul>
                  {models.map((model) => (
                    <Model key={model.model.id} work={model} />
                  ))}
                </ul>
              </li>
            ) : null,
          ];
        })}
      </ul>
    </section>
  );
}

function Model({ work }: { readonly work: ModelWork }) {
  const { model, status, reason, device, fallback, seconds, endedAt } = work;
  const facts = [
    status,
    device === null ? 'nothing ran' : `${device}, ${seconds.toFixed(2)} s`,
    ...(endedAt === '' ? [] : [when(endedAt)]),
  ];
  return (
    <li>
      <strong>{modelName(model)}</strong> <span className="quiet">{facts.join(' · ')}</span>
      {reason === null ? null : <p>{reason}</p>}
      {fallback === null ? null : <p>{fallback}</p>}
    </li>
  );
}
