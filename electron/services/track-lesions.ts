import { courseOf, courseWords, type LesionTime } from '../domain/change/course.ts';
import type { LesionTrack } from '../shared/priors.ts';
import { joined, kindOf, lesionReads, timeOf } from './lesion-reads.ts';
import type { ReadingParts } from './reading-parts.ts';

/**
 * Lesions of a study that this reader has linked with findings of own reads of other studies of the patient: sizes of the marks over time.
 * Own reads alone; of one that the AI was shown in before its commit nothing until this study is committed.
 *
 * @throws Refused `study-unknown`.
 */
export function trackLesions(parts: ReadingParts, studyInstanceUID: string, readerId: string): LesionTrack[] {
  const reads = lesionReads(parts, studyInstanceUID, readerId);
  if (reads === null) return [];
  const { links, readOf, detailOf } = reads;
  return reads.read.content.findings.flatMap((finding): LesionTrack[] => {
    const ends = joined(links, { uid: studyInstanceUID, findingId: finding.id });
    const isDirect = (uid: string, findingId: string): boolean =>
      links.some(
        (link) =>
          link.studyInstanceUID === studyInstanceUID &&
          link.findingId === finding.id &&
          link.priorStudyInstanceUID === uid &&
          link.priorFindingId === findingId,
      );
    const times = ends.flatMap(({ uid, findingId }): LesionTime[] => {
      const of = readOf(uid);
      const found = of?.content.findings.find(({ id }) => id === findingId);
      return of === null || found === undefined
        ? []
        : [timeOf(detailOf(uid), of, found, isDirect(uid, findingId))];
    });
    if (times.length < 2) return [];
    const kind = kindOf(finding.label);
    const points = courseOf(times, kind);
    return [
      {
        findingId: finding.id,
        label: finding.label,
        kind,
        points,
        words: courseWords(finding.label, points),
      },
    ];
  });
}
