import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { toOverreadError } from '../../electron/shared/errors.ts';
import type { StudyDetail } from '../../electron/shared/study.ts';
import { api } from '../api/endpoints.ts';
import { keys } from '../api/keys.ts';
import { Reading } from '../features/reading/Reading.tsx';
import { ReportDialog } from '../features/report/ReportDialog.tsx';
import { Reconcile } from '../features/reconcile/Reconcile.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { State } from '../ui/State.tsx';
import { renderingEngine } from '../viewer/engine.ts';
import '../viewer/viewer.css';
import '../study/study.css';

interface StudyScreenProps {
  readonly studyInstanceUID: string;
  readonly onLeave: () => void;
}

/** One study: read blind until the reader has committed, compared after that. */
export function StudyScreen({ studyInstanceUID, onLeave }: StudyScreenProps) {
  const queries = useQueryClient();
  const [reporting, setReporting] = useState(false);
  const readKey = ['read', studyInstanceUID];
  const detail = useQuery({
    queryKey: keys.study(studyInstanceUID),
    queryFn: () => api.study(studyInstanceUID),
  });
  const read = useQuery({
    queryKey: readKey,
    queryFn: () => api.openStudy(studyInstanceUID),
    // The draft lives in the screen once it is open; asking again would only tell what was saved from here.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  useEffect(() => {
    // While the answers are on their way.
    renderingEngine();
  }, []);
  // While another window has chosen another reader, what is on the screen stays there, behind the question whose work goes on.
  const held = detail.data !== undefined && toOverreadError(detail.error).code === 'reader-changed';
  const failed = (held ? null : detail.error) ?? read.error;
  if (failed !== null) {
    return (
      <State title="This study cannot be opened">
        <ErrorNotice what="The study could not be opened." error={failed} />
        <Button onClick={onLeave}>Back to the worklist</Button>
      </State>
    );
  }
  if (detail.data === undefined || read.data === undefined) return <State title="Opening the study …" />;
  const onStated = (changed: StudyDetail) => queries.setQueryData(keys.study(studyInstanceUID), changed);
  if (read.data.status === 'committed') {
    return (
      <>
        <Reconcile
          study={detail.data}
          read={read.data}
          onStated={onStated}
          onLeave={onLeave}
          onReport={() => setReporting(true)}
        />
        {reporting ? (
          <ReportDialog
            study={detail.data}
            readerId={read.data.readerId}
            onClose={() => setReporting(false)}
          />
        ) : null}
      </>
    );
  }
  return (
    <Reading
      study={detail.data}
      read={read.data}
      onCommitted={(committed) => {
        queries.setQueryData(readKey, committed);
        void queries.invalidateQueries({ queryKey: keys.studies });
      }}
      onStated={onStated}
      onLeave={onLeave}
    />
  );
}
