import type { StudyRepository } from '../shared/ports.ts';

/**
 * Tells which studies have gained images, whoever imported them: this process (by `look`), or another one into the same data folder
 * (`overread import` beside an open window). It looks at nothing but the instances: that a model has written a result must not show, not
 * even by its time.
 */
export function watchImports(
  studies: Pick<StudyRepository, 'newestInstance' | 'gainedSince'>,
  gained: (studyInstanceUIDs: string[]) => void,
  everyMs = 2000,
): { look(): void; stop(): void } {
  let known = studies.newestInstance();
  const look = (): void => {
    const now = studies.newestInstance();
    if (now === known) return;
    const uids = studies.gainedSince(known);
    known = now;
    gained(uids);
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}
