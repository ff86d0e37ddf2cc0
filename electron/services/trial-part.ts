import { isTraining, nextStep } from '../domain/reader-study/design.ts';
import type { Store } from '../shared/ports.ts';
import { Refused } from '../shared/errors.ts';
import type { GivenOpinion, TrialDesign } from '../shared/reader-study.ts';

/** Before every washout's end: whoever waits has not finished. */
const NEVER = '';

/** As which of its readers this profile reads; undefined where it has no part in the study, or the study has no images, or is a training. */
export function codeOf(design: TrialDesign, readerId: string): string | undefined {
  const { cases, readers } = design;
  if (isTraining(design)) return undefined;
  if (cases.some(({ study }) => study === undefined)) return undefined;
  return readers.find(({ profile }) => profile === readerId)?.reader;
}

/** The reader studies that this reader has not finished. A case that was removed is not waited for. */
export function unfinishedStudies(store: Pick<Store, 'trials' | 'studies'>, readerId: string): TrialDesign[] {
  return store.trials.every().flatMap((trial) => {
    const code = codeOf(trial.design, readerId);
    if (code === undefined) return [];
    const step = nextStep(
      trial.design,
      store.trials.reads(trial.id),
      code,
      NEVER,
      goneCases(store, trial.design),
    );
    return step.kind === 'finished' ? [] : [trial.design];
  });
}

/** Codes of the cases whose study was removed from this data folder. */
export function goneCases(store: Pick<Store, 'studies'>, { cases }: TrialDesign): ReadonlySet<string> {
  return new Set(
    cases.filter(({ study }) => study !== undefined && !store.studies.has(study)).map((one) => one.case),
  );
}

/**
 * Threat: an opinion that is sent twice, or from a window that does not know that the blind part is locked, would count as the last word
 * though its reader never saw the AI.
 *
 * @throws Refused with `code` where another part of the case is next.
 */
export function requirePart(
  given: GivenOpinion['part'],
  next: GivenOpinion['part'],
  code: 'trial-order' | 'training-order',
): void {
  if (given === next) return;
  throw new Refused(
    code,
    given === 'blind' && next === 'last'
      ? 'Your blind read of this case is locked already, perhaps in another window. Nothing more was locked. Go back to the worklist and go on from there: the AI stands beside the case now.'
      : 'Your opinion of another part of this case is next; this one may be locked already, by another window or when it was sent before. Nothing more was locked. Go back to the worklist and go on from there.',
  );
}
