import { Refused } from '../shared/errors.ts';
import type { LesionLinkRequest, LesionTrack } from '../shared/priors.ts';
import { listPriors } from './list-priors.ts';
import { currentRead } from './open-study.ts';
import { isOpen, ownRead } from './open-prior.ts';
import type { ReadingParts } from './reading-parts.ts';
import { trackLesions } from './track-lesions.ts';

/**
 * A reader says that a finding of their read of a study and one of their committed read of a prior are the same lesion, or takes that back.
 * Each is a row that stays, and an entry of the trail.
 *
 * @throws Refused `study-unknown`, `read-unknown`, `prior-unknown`, `finding-unknown`.
 */
export function linkLesion(
  parts: ReadingParts,
  studyInstanceUID: string,
  readerId: string,
  request: LesionLinkRequest,
): LesionTrack[] {
  const { store, clock } = parts;
  return store.transaction(() => {
    const read = currentRead(parts, studyInstanceUID, readerId);
    const links = store.lesions.links(readerId);
    if (links.some(({ id }) => id === request.id)) return trackLesions(parts, studyInstanceUID, readerId);
    const isPrior = listPriors(parts, studyInstanceUID, readerId).some(
      (prior) => prior.studyInstanceUID === request.prior,
    );
    const prior = isPrior ? ownRead(store, request.prior, readerId) : null;
    if (prior === null || !isOpen(prior, read.status === 'committed')) {
      throw new Refused(
        'prior-unknown',
        'Findings are linked with those of your own committed read of another study of this patient.',
        {
          prior: request.prior,
        },
      );
    }
    // What is undone may name a mark that the reader has removed since.
    if (
      request.linked &&
      (!read.content.findings.some(({ id }) => id === request.findingId) ||
        !prior.content.findings.some(({ id }) => id === request.priorFindingId))
    ) {
      throw new Refused(
        'finding-unknown',
        'One of the two findings is not (any more) in your read. Mark it, and link it again.',
        {
          findingId: request.findingId,
          priorFindingId: request.priorFindingId,
        },
      );
    }
    const link = {
      id: request.id,
      studyInstanceUID,
      readId: read.id,
      findingId: request.findingId,
      priorStudyInstanceUID: request.prior,
      priorReadId: prior.id,
      priorFindingId: request.priorFindingId,
      readerId,
      linked: request.linked,
      at: clock.now(),
    };
    const rowSha256 = store.lesions.add(link);
    store.audit.append({
      actor: readerId,
      action: request.linked ? 'link-lesion' : 'unlink-lesion',
      studyInstanceUID,
      detail: {
        linkId: link.id,
        readId: read.id,
        findingId: link.findingId,
        prior: link.priorStudyInstanceUID,
        priorReadId: prior.id,
        priorFindingId: link.priorFindingId,
        rowSha256,
      },
    });
    return trackLesions(parts, studyInstanceUID, readerId);
  });
}
