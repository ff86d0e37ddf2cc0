import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Stated, StudyDetail } from '../../electron/shared/study.ts';
import { api } from '../api/endpoints.ts';
import { FactsFields } from './FactsFields.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';

const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';

/** Which facts a projection image should carry and this study's files do not; empty for other studies. */
export function missingFacts({ seriesList, stated }: StudyDetail): string[] {
  const projections = seriesList.filter(
    ({ modality, instances }) =>
      modality === 'CR' ||
      modality === 'DX' ||
      instances.some(({ sopClassUID }) => sopClassUID.startsWith(SECONDARY_CAPTURE)),
  );
  if (projections.length === 0) return [];
  const missing: string[] = [];
  if (stated.bodyPart === undefined && projections.some(({ bodyPart }) => bodyPart === ''))
    missing.push('body part');
  const viewless = projections.some(({ instances }) =>
    instances.some(({ viewPosition }) => viewPosition === ''),
  );
  if (stated.view === undefined && viewless) missing.push('view');
  return missing;
}

interface StudyFactsProps {
  readonly study: StudyDetail;
  readonly onStated: (study: StudyDetail) => void;
}

/** Lets the reader state what the files leave out; recorded with name and time. */
export function StudyFacts({ study, onStated }: StudyFactsProps) {
  const missing = missingFacts(study);
  const [open, setOpen] = useState(false);
  const [facts, setFacts] = useState<Stated>(study.stated);
  const state = useMutation({
    mutationFn: () => {
      // Stated elsewhere (StudyNotices), perhaps since this form was opened; stating replaces what was stated before.
      const { origin } = study.stated;
      return api.state(study.studyInstanceUID, { ...facts, ...(origin === undefined ? {} : { origin }) });
    },
    onSuccess: (changed) => {
      onStated(changed);
      setOpen(false);
    },
  });
  const said = Object.entries(study.stated).map(([, value]) => String(value));
  if (missing.length === 0 && said.length === 0) return null;
  return (
    <section className="panel__section" aria-label="Study facts">
      <div className="panel__head">
        <span className="quiet">
          {missing.length > 0
            ? `Not stated in the files: ${missing.join(', ')}`
            : `Stated by a person: ${said.join(' · ')}`}
        </span>
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {missing.length > 0 ? 'State …' : 'Change …'}
        </Button>
      </div>
      {open ? (
        <form
          className="study-facts"
          onSubmit={(event) => {
            event.preventDefault();
            state.mutate();
          }}
        >
          <FactsFields facts={facts} onFacts={setFacts} modality />
          <Button type="submit" tone="primary" disabled={state.isPending}>
            State these facts
          </Button>
          {state.isError ? <ErrorNotice what="The facts were not recorded." error={state.error} /> : null}
        </form>
      ) : null}
    </section>
  );
}
