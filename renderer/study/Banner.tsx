import { TriangleAlert } from 'lucide-react';
import { createPortal } from 'react-dom';
import type { StudySummary } from '../../electron/shared/study.ts';
import { ageSex, modalities, personName } from '../ui/words.ts';

/** The study in the window's header. */
export function Banner({ study, mode }: { readonly study: StudySummary; readonly mode: string }) {
  const place = document.getElementById('header-study');
  if (place === null) return null;
  const facts = [
    study.patientID,
    ageSex(study.age, study.sex),
    modalities(study.modality),
    study.description,
    study.date,
  ].filter((part) => part !== '');
  return createPortal(
    <div className="banner">
      <span className="banner__mode">{mode}</span>
      <strong>{personName(study.patientName)}</strong>
      {study.otherNames === undefined ? null : <span>{study.otherNames.join(' · ')}</span>}
      <span className="banner__facts">{facts.join(' · ')}</span>
      {study.flags.length === 0 ? null : (
        <span className="banner__flag" title={study.flags.join('\n')}>
          <TriangleAlert size={14} aria-hidden />
          {/* In full beside the read; here the facts of the patient need the room. */}
          <span>
            {study.flags.length === 1 ? 'needs a look' : `needs a look: ${study.flags.length} notices`}
          </span>
        </span>
      )}
    </div>,
    place,
  );
}
