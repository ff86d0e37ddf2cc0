import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { TrialDesign } from '../shared/reader-study.ts';
import type { ReadingParts } from './reading-parts.ts';

/** As which of its readers this profile reads; undefined where it has no part in the study, or the study has no images. */
export function codeOf({ cases, readers }: TrialDesign, readerId: string): string | undefined {
  if (cases.some(({ study }) => study === undefined)) return undefined;
  return readers.find(({ profile }) => profile === readerId)?.reader;
}

/**
 * While a reader has a part in a reader study that is not finished for them, its cases are read there alone: the ordinary read would show
 * the AI, and other reads, after its commit, or before it where the site's policy says so.
 *
 * @throws Refused `reader-study`.
 */
export function refuseTrialCase(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
): void {
  const running = unfinished(store, readerId).find(({ cases }) =>
    cases.some(({ study }) => study === studyInstanceUID),
  );
  if (running === undefined) return;
  throw new Refused(
    'reader-study',
    `This study is a case of the reader study '${running.name}', which you have not finished. It is read there, in your own order, and opens as ever after that.`,
    { studyInstanceUID },
  );
}

/**
 * Triage tells of each study what the AI found: not to a reader whose reader study is not finished.
 *
 * @throws Refused `reader-study`.
 */
export function refuseDuringTrial({ store }: Pick<ReadingParts, 'store'>, readerId: string): void {
  const [running] = unfinished(store, readerId);
  if (running === undefined) return;
  throw new Refused(
    'reader-study',
    `AI triage is off for you until you have finished the reader study '${running.name}': it would show what the AI found in its cases.`,
  );
}

function unfinished(store: Pick<Store, 'trials'>, readerId: string): TrialDesign[] {
  return store.trials.every().flatMap(({ id, design }) => {
    const code = codeOf(design, readerId);
    if (code === undefined) return [];
    const done = store.trials.reads(id).filter(({ reader }) => reader === code).length;
    return done < 2 * design.cases.length ? [design] : [];
  });
}
