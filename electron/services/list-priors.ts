import { daysBetween } from '../domain/change/growth.ts';
import { samePatient } from '../domain/priors/same-patient.ts';
import type { StudyOfPatient } from '../shared/prior-ports.ts';
import type { Prior } from '../shared/priors.ts';
import type { ReadingParts } from './reading-parts.ts';

/**
 * The patient's other studies, the newest first. It goes by what the files say of the patient, and tells of each what its files say and
 * how this reader's own read of it stands: nothing of any model, and nothing of other readers. A study of which everything is withheld is
 * not told of.
 *
 * @throws Refused `study-unknown`.
 */
export function listPriors(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
): Prior[] {
  const { own, others } = store.patients.candidates(studyInstanceUID);
  return others
    .flatMap((other): Prior[] => {
      const match = samePatient(own, other);
      if (match === null || other.summary.instances === 0) return [];
      const days = daysBetween(other.summary.date, own.summary.date);
      return [
        {
          ...other.summary,
          time: other.time,
          days,
          when: whenOf(days),
          ...match,
          ownRead: store.reads.find(other.summary.studyInstanceUID, readerId)?.status ?? 'none',
        },
      ];
    })
    .toSorted(newestFirst);
}

function whenOf(days: number | null): Prior['when'] {
  if (days === null) return 'undated';
  if (days === 0) return 'same-day';
  return days > 0 ? 'earlier' : 'later';
}

type Placed = Pick<StudyOfPatient['summary'], 'date' | 'studyInstanceUID'> & { readonly time: string };

function newestFirst(a: Placed, b: Placed): number {
  const key = ({ date, time, studyInstanceUID }: Placed): string => `${date} ${time} ${studyInstanceUID}`;
  return key(a) < key(b) ? 1 : -1;
}
