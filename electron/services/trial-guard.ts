import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { ReadingParts } from './reading-parts.ts';
import { openRun, type RunState } from './training-state.ts';
import { unfinishedStudies } from './trial-part.ts';

/**
 * While a reader has a part in a reader study that is not finished for them, its cases are read there alone: the ordinary read would show
 * the AI, and other reads, after its commit, or before it where the site's policy says so.
 *
 * @throws Refused `reader-study`, `training`.
 */
export function refuseTrialCase(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
): void {
  const running = unfinishedStudies(store, readerId).find(({ cases }) =>
    cases.some(({ study }) => study === studyInstanceUID),
  );
  if (running === undefined) {
    refuseTrainingCase(store, studyInstanceUID, readerId);
    return;
  }
  throw new Refused(
    'reader-study',
    `This study is a case of the reader study '${running.name}', which you have not finished. It is read there, in your own order, and opens as ever after that.`,
    { studyInstanceUID },
  );
}

/**
 * Triage tells of each study what the AI found: not to a reader whose reader study is not finished.
 *
 * @throws Refused `reader-study`, `training`.
 */
export function refuseDuringTrial({ store }: Pick<ReadingParts, 'store'>, readerId: string): void {
  const [running] = unfinishedStudies(store, readerId);
  const training = running === undefined ? openRun(store, readerId) : undefined;
  if (training !== undefined) {
    throw new Refused(
      'training',
      `AI triage is off for you until you have finished or ended your run of the training '${training.trial.design.name}': it would show what the AI found in its cases.`,
    );
  }
  if (running === undefined) return;
  throw new Refused(
    'reader-study',
    `AI triage is off for you until you have finished the reader study '${running.name}': it would show what the AI found in its cases.`,
  );
}

/**
 * Studies that this reader is still to read as cases: of reader studies that are not finished, and of an open run of a training. What
 * another reader said of one is not shown beside anything.
 */
export function casesToRead(
  store: Pick<Store, 'trials' | 'trainings' | 'studies'>,
  readerId: string,
): ReadonlySet<string> {
  const open = openRun(store, readerId);
  const ofRun =
    open === undefined ? [] : open.trial.design.cases.filter((one) => isToRead(open.state, one.case));
  return new Set(
    [...unfinishedStudies(store, readerId).flatMap(({ cases }) => cases), ...ofRun].flatMap(
      ({ study }) => study ?? [],
    ),
  );
}

function isToRead({ start, finals }: RunState, name: string): boolean {
  return start.content.order.includes(name) && !finals.has(name);
}

/** In an open run of a training, a case is read there until its truth was told. */
function refuseTrainingCase(store: Store, studyInstanceUID: string, readerId: string): void {
  const open = openRun(store, readerId);
  if (open === undefined) return;
  const { trial, state } = open;
  const one = trial.design.cases.find(({ study }) => study === studyInstanceUID);
  if (one === undefined || !isToRead(state, one.case)) return;
  throw new Refused(
    'training',
    `This study is a case of your open run of the training '${trial.design.name}'. It opens as ever after you have read it there, or ended the run: both from above the worklist.`,
    { studyInstanceUID },
  );
}
