import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { StudyDetail } from '../../electron/shared/study.ts';
import { api } from '../api/endpoints.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { Notice } from '../ui/Notice.tsx';

interface StudyNoticesProps {
  readonly study: StudyDetail;
  readonly onStated: (study: StudyDetail) => void;
}

/** What a reader must know of the files before reading: every flag in full, and that something is withheld. */
export function StudyNotices({ study, onStated }: StudyNoticesProps) {
  const withheld = study.seriesList.some(({ instances }) => instances.some((one) => one.withheld === true));
  if (study.flags.length === 0 && !withheld) return null;
  return (
    <section className="panel__section" aria-label="Notices">
      {study.flags.map((flag) => (
        <Notice key={flag} tone="warning">
          {flag}
        </Notice>
      ))}
      {withheld ? <Withheld study={study} onStated={onStated} /> : null}
    </section>
  );
}

/**
 * Reports, masks and captures that an algorithm made, or may have made. A person who knows better may state it, once, on record;
 * what says of itself that an algorithm made it stays withheld all the same.
 */
function Withheld({ study, onStated }: StudyNoticesProps) {
  const [asking, setAsking] = useState(false);
  const release = useMutation({
    mutationFn: () => api.state(study.studyInstanceUID, { ...study.stated, origin: 'not from an algorithm' }),
    onSuccess: onStated,
  });
  const stated = study.stated.origin !== undefined;
  return (
    <Notice
      action={
        stated || asking ? undefined : <Button onClick={() => setAsking(true)}>State its origin …</Button>
      }
    >
      <p>Something in this study may contain AI and is withheld until you have committed your read.</p>
      {stated || !asking ? null : (
        <div className="withheld__ask">
          <p>
            State this only if you know it: captures, reports and marks of unknown origin in this study were
            not made by an algorithm. They are then shown before the read. Recorded with your name and the
            time.
          </p>
          <div className="withheld__choices">
            <Button onClick={() => setAsking(false)}>Keep withheld</Button>
            <Button disabled={release.isPending} onClick={() => release.mutate()}>
              Not from an algorithm: show them
            </Button>
          </div>
        </div>
      )}
      {release.isError ? <ErrorNotice what="It was not recorded." error={release.error} /> : null}
    </Notice>
  );
}
