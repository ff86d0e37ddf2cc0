import type { StudySummary } from '../../electron/shared/study.ts';
import { ageSex, personName } from '../ui/words.ts';

/** Name, id, age, sex and study date on the image itself. */
export function Identity({ study }: { readonly study: StudySummary }) {
  return (
    <div data-testid="identity">
      <div className="overlay__name">{personName(study.patientName)}</div>
      {study.otherNames?.map((name) => (
        <div key={name}>{name}</div>
      ))}
      <div>{study.patientID === '' ? 'no ID' : study.patientID}</div>
      <div>
        {[ageSex(study.age, study.sex), study.date === '' ? 'no study date' : study.date]
          .filter((part) => part !== '')
          .join(' · ')}
      </div>
    </div>
  );
}
