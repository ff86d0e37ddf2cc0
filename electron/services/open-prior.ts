import { Refused } from '../shared/errors.ts';
import type { OpenPrior } from '../shared/priors.ts';
import type { Read } from '../shared/read.ts';
import { listPriors } from './list-priors.ts';
import type { ReadingParts } from './reading-parts.ts';

/**
 * A prior as this reader may see it beside a study: its images, and the reader's own committed findings of it. Until the study is
 * committed the prior is blind too, though its own read may be committed: what an algorithm made of it stays withheld, and so are the
 * reader's findings where the AI was shown before they were committed. Audited.
 *
 * @throws Refused `study-unknown`, `prior-unknown`.
 */
export function openPrior(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  priorUID: string,
  readerId: string,
): OpenPrior {
  return store.transaction(() => {
    const prior = listPriors({ store }, studyInstanceUID, readerId).find(
      (one) => one.studyInstanceUID === priorUID,
    );
    if (prior === undefined) {
      throw new Refused(
        'prior-unknown',
        'This is no other study of the same patient (any more). Load the list of priors again.',
        {
          studyInstanceUID,
          prior: priorUID,
        },
      );
    }
    const committed = store.reads.find(studyInstanceUID, readerId)?.status === 'committed';
    const own = ownRead(store, priorUID, readerId);
    const mayShow = own !== null && isOpen(own, committed);
    // Whoever has committed the prior would see what algorithms made of it: nobody (null) has committed.
    const study = store.studies.detail(priorUID, committed ? readerId : null);
    store.audit.append({
      actor: readerId,
      action: 'open-prior',
      studyInstanceUID,
      detail: { prior: priorUID },
    });
    return {
      prior,
      study: { ...study, status: store.studies.detail(priorUID, readerId).status },
      own: mayShow
        ? { readId: own.id, committedAt: own.committedAt ?? '', findings: own.content.findings }
        : null,
      notes:
        own !== null && !mayShow
          ? [
              'Your findings of this study were made with the AI shown: they are shown here once this read is committed.',
            ]
          : [],
    };
  });
}

/** This reader's committed read of a study; null where there is none. */
export function ownRead(
  store: ReadingParts['store'],
  studyInstanceUID: string,
  readerId: string,
): Read | null {
  const read = store.reads.find(studyInstanceUID, readerId);
  return read?.status === 'committed' ? read : null;
}

/** Whether a committed read of a prior may be looked at beside a study: of a blind one always, else once that study is committed. */
export function isOpen(read: Read, studyCommitted: boolean): boolean {
  return studyCommitted || read.aiShownAt === null;
}
