import { courseOf, courseWords, type LesionTime } from '../domain/change/course.ts';
import type { LesionLink } from '../shared/prior-ports.ts';
import type { LesionTrack } from '../shared/priors.ts';
import type { FrameRef, Read, ReaderFinding } from '../shared/read.ts';
import { inItsPlane, runOf } from '../shared/stack.ts';
import type { StudyDetail } from '../shared/study.ts';
import { listPriors } from './list-priors.ts';
import { isOpen, ownRead } from './open-prior.ts';
import type { ReadingParts } from './reading-parts.ts';

/**
 * Lesions of a study that this reader has linked with findings of own reads of other studies of the patient: sizes of the marks over time.
 * Own reads alone; of one that the AI was shown in before its commit nothing until this study is committed.
 *
 * @throws Refused `study-unknown`.
 */
export function trackLesions(parts: ReadingParts, studyInstanceUID: string, readerId: string): LesionTrack[] {
  const { store } = parts;
  const known = new Set(listPriors(parts, studyInstanceUID, readerId).map((prior) => prior.studyInstanceUID));
  const read = store.reads.find(studyInstanceUID, readerId);
  if (read === undefined) return [];
  const committed = read.status === 'committed';
  const links = store.lesions.links(readerId);
  const reads = new Map<string, Read | null>([[studyInstanceUID, read]]);
  const readOf = (uid: string): Read | null => {
    if (!reads.has(uid)) {
      const own = known.has(uid) ? ownRead(store, uid, readerId) : null;
      reads.set(uid, own !== null && isOpen(own, committed) ? own : null);
    }
    return reads.get(uid) ?? null;
  };
  const details = new Map<string, StudyDetail>();
  const detailOf = (uid: string): StudyDetail => {
    const kept = details.get(uid) ?? store.studies.detail(uid, committed ? readerId : null);
    details.set(uid, kept);
    return kept;
  };
  return read.content.findings.flatMap((finding): LesionTrack[] => {
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
    // A node is named as one by its reader.
    const kind = /\b(lymph ?node|node|lymphadenopathy|adenopathy)s?\b/i.test(finding.label)
      ? 'node'
      : 'extranodal';
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

interface End {
  readonly uid: string;
  readonly findingId: string;
}

/** Everything that is linked with this finding, over however many studies. */
function joined(links: readonly LesionLink[], start: End): End[] {
  const key = ({ uid, findingId }: End): string => `${uid} ${findingId}`;
  const found = new Map([[key(start), start]]);
  for (const at of found.values()) {
    for (const link of links) {
      const ends = [
        { uid: link.studyInstanceUID, findingId: link.findingId },
        { uid: link.priorStudyInstanceUID, findingId: link.priorFindingId },
      ];
      if (ends.some((end) => key(end) === key(at)))
        for (const end of ends) if (!found.has(key(end))) found.set(key(end), end);
    }
  }
  return [...found.values()];
}

function timeOf(study: StudyDetail, read: Read, finding: ReaderFinding, direct: boolean): LesionTime {
  return {
    studyInstanceUID: study.studyInstanceUID,
    readId: read.id,
    findingId: finding.id,
    date: study.date,
    label: finding.label,
    committed: read.status === 'committed',
    direct,
    box: finding.box,
    image: imageOf(study, finding),
  };
}

/** The attributes of a frame, in its own plane; null where the image is not here. */
function imageOf(study: StudyDetail, ref: FrameRef): LesionTime['image'] {
  for (const { instances, stacks } of study.seriesList) {
    const image = instances.find(({ sopInstanceUID }) => sopInstanceUID === ref.sopInstanceUID)?.image;
    if (image == null) continue;
    const run = runOf(stacks, ref);
    return run === undefined ? image : inItsPlane(image, run);
  }
  return null;
}
