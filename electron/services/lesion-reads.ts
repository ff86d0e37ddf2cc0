import type { LesionTime } from '../domain/change/course.ts';
import type { LesionKind } from '../domain/change/recist-lesions.ts';
import type { LesionLink } from '../shared/prior-ports.ts';
import type { Prior } from '../shared/priors.ts';
import type { FrameRef, Read, ReaderFinding } from '../shared/read.ts';
import { inItsPlane, runOf } from '../shared/stack.ts';
import type { StudyDetail } from '../shared/study.ts';
import { listPriors } from './list-priors.ts';
import { isOpen, ownRead } from './open-prior.ts';
import type { ReadingParts } from './reading-parts.ts';

/** A finding of one of a reader's reads. */
export interface LesionEnd {
  readonly uid: string;
  readonly findingId: string;
}

/** What a reader's own reads say of lesions beside a study: nothing of other reads, of models, or of own reads that are not open there. */
export interface LesionReads {
  /** Of the study itself. */
  readonly read: Read;
  readonly committed: boolean;
  readonly priors: readonly Prior[];
  readonly links: readonly LesionLink[];
  /** The own read of a study of the patient, as far as it may be looked at here; null where there is none. */
  readonly readOf: (uid: string) => Read | null;
  /** As it may be seen beside the study. */
  readonly detailOf: (uid: string) => StudyDetail;
}

/**
 * The reads that a course is made of; null where the reader has none of the study.
 *
 * @throws Refused `study-unknown`.
 */
export function lesionReads(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
): LesionReads | null {
  const priors = listPriors({ store }, studyInstanceUID, readerId);
  const known = new Set(priors.map((prior) => prior.studyInstanceUID));
  const read = store.reads.find(studyInstanceUID, readerId);
  if (read === undefined) return null;
  const committed = read.status === 'committed';
  const reads = new Map<string, Read | null>([[studyInstanceUID, read]]);
  const details = new Map<string, StudyDetail>();
  return {
    read,
    committed,
    priors,
    links: store.lesions.links(readerId),
    readOf(uid) {
      if (!reads.has(uid)) {
        const own = known.has(uid) ? ownRead(store, uid, readerId) : null;
        reads.set(uid, own !== null && isOpen(own, committed) ? own : null);
      }
      return reads.get(uid) ?? null;
    },
    detailOf(uid) {
      const kept = details.get(uid) ?? store.studies.detail(uid, committed ? readerId : null);
      details.set(uid, kept);
      return kept;
    },
  };
}

/** Everything that is linked with this finding, over however many studies; itself first. */
export function joined(links: readonly LesionLink[], start: LesionEnd): LesionEnd[] {
  return reached(links, start, () => true);
}

/**
 * What this finding has become: where no study has two marks of what is linked, all of it. Else (a lesion that has divided, or several that
 * have merged) only what is reached by going on in time, so that the other parts' past is not taken for this one's.
 *
 * @param place Of a study in time; greater is later.
 */
export function followed(
  links: readonly LesionLink[],
  start: LesionEnd,
  place: (uid: string) => string,
): LesionEnd[] {
  const all = joined(links, start);
  if (new Set(all.map(({ uid }) => uid)).size === all.length) return all;
  return reached(links, start, (from, to) => place(to.uid) > place(from.uid));
}

function reached(
  links: readonly LesionLink[],
  start: LesionEnd,
  may: (from: LesionEnd, to: LesionEnd) => boolean,
): LesionEnd[] {
  const key = ({ uid, findingId }: LesionEnd): string => `${uid} ${findingId}`;
  const found = new Map([[key(start), start]]);
  for (const at of found.values()) {
    for (const link of links) {
      const ends = [
        { uid: link.studyInstanceUID, findingId: link.findingId },
        { uid: link.priorStudyInstanceUID, findingId: link.priorFindingId },
      ];
      if (ends.some((end) => key(end) === key(at)))
        for (const end of ends) if (!found.has(key(end)) && may(at, end)) found.set(key(end), end);
    }
  }
  return [...found.values()];
}

/** A node is named as one by its reader. */
export function kindOf(label: string): LesionKind {
  return /\b(lymph ?node|node|lymphadenopathy|adenopathy)s?\b/i.test(label) ? 'node' : 'extranodal';
}

export function timeOf(study: StudyDetail, read: Read, finding: ReaderFinding, direct: boolean): LesionTime {
  return {
    studyInstanceUID: study.studyInstanceUID,
    readId: read.id,
    findingId: finding.id,
    date: study.date,
    label: finding.label,
    committed: read.status === 'committed',
    direct,
    box: finding.box,
    stated: finding.size,
    image: imageOf(study, finding),
  };
}

/** The attributes of a frame, in its own plane; null where the image is not here. */
export function imageOf(study: StudyDetail, ref: FrameRef): LesionTime['image'] {
  for (const { instances, stacks } of study.seriesList) {
    const image = instances.find(({ sopInstanceUID }) => sopInstanceUID === ref.sopInstanceUID)?.image;
    if (image == null) continue;
    const run = runOf(stacks, ref);
    return run === undefined ? image : inItsPlane(image, run);
  }
  return null;
}
