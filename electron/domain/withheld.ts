import type { InstanceDetail, SeriesDetail } from '../shared/study.ts';

/** All that a reader sees, before the commit, of what an algorithm made or may have made. */
export const WITHHELD = 'withheld: may contain AI';

/**
 * One entry for everything withheld of a study, however much it is and whatever: no count, class, description or order of it tells
 * anything. Its UID follows from the study's (any UID with a suffix is one, PS3.5 §9.1) and names no object.
 */
export function withheldSeries(studyInstanceUID: string): SeriesDetail {
  const uid = `${studyInstanceUID.slice(0, 60)}`.replace(/\.$/, '').concat('.0');
  const instance: InstanceDetail = {
    sopInstanceUID: uid,
    sopClassUID: '',
    instanceNumber: null,
    image: null,
    kind: WITHHELD,
    notDrawn: WITHHELD,
    laterality: '',
    viewPosition: '',
    withheld: true,
  };
  return {
    seriesInstanceUID: uid,
    seriesNumber: null,
    modality: '',
    bodyPart: '',
    description: WITHHELD,
    instances: [instance],
    stacks: [],
  };
}
