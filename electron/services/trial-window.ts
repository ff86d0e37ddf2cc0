import { nextStep } from '../domain/reader-study/design.ts';
import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { Comparison } from '../shared/read.ts';
import type { GivenOpinion, MyTrial, OpinionPhase, Trial } from '../shared/reader-study.ts';
import type { ReadingParts } from './reading-parts.ts';
import { codeOf, goneCases } from './trial-part.ts';
import { buildComparison } from './reveal-comparison-build.ts';
import { readBeside } from './trial-ai.ts';
import { checkRatings, findTrial, recordTrialRead, stepOf } from './trials.ts';

/** The reader studies in which this reader has a part, the newest first: how far the reader is, and nothing of anybody else. */
export function myTrials(
  { store, clock }: Pick<ReadingParts, 'store' | 'clock'>,
  readerId: string,
): MyTrial[] {
  return store.trials.every().flatMap((trial) => {
    const code = codeOf(trial.design, readerId);
    return code === undefined ? [] : [mineOf(store, trial, code, clock.now())];
  });
}

function mineOf(store: Store, { id, design }: Trial, code: string, now: string): MyTrial {
  const reads = store.trials.reads(id).filter(({ reader }) => reader === code);
  const gone = goneCases(store, design);
  const step = nextStep(design, reads, code, now, gone);
  const waiting = [...gone].reduce(
    (sum, name) => sum + 2 - reads.filter((read) => read.case === name).length,
    0,
  );
  const known = new Map(design.cases.map((one) => [one.case, one.study]));
  return {
    id,
    name: design.name,
    scale: design.scale,
    done: reads.length,
    of: 2 * design.cases.length - waiting,
    gone: gone.size,
    next:
      step.kind !== 'read'
        ? step
        : {
            kind: 'read',
            session: step.session,
            position: step.position,
            arm: step.arm,
            study: known.get(step.case) ?? '',
            blind: step.arm === 'with-ai' ? (store.trials.blindPart(id, code, step.case) ?? null) : null,
          },
  };
}

/**
 * The reader's opinion of the study that comes next. Without AI it is the read. With AI the first one is the blind part: it is locked, and
 * the AI may be shown from then on; the second one is the read.
 *
 * @throws Refused `trial-unknown`, also where this reader has no part; `trial-order` where another study, or another opinion of it, is next; `washout`,
 *   `trial-finished`, `trial-read-invalid`, `study-unknown`.
 */
export function giveOpinion(
  parts: Pick<ReadingParts, 'store' | 'clock'>,
  readerId: string,
  trialId: string,
  { study, phase, opinion }: GivenOpinion,
): MyTrial {
  const { store, clock } = parts;
  return store.transaction(() => {
    const { trial, code, step } = nextOf(parts, readerId, trialId, study);
    const blind = step.arm === 'with-ai' ? store.trials.blindPart(trialId, code, step.case) : null;
    checkPhase('trial-order', phase, blind === undefined ? 'blind' : blind === null ? 'alone' : 'last');
    if (blind === undefined) {
      checkRatings(trial.design, [opinion]);
      const part = { reader: code, case: step.case, opinion, at: clock.now() };
      const rowSha256 = store.trials.addBlindPart(trialId, trial.revision, part);
      store.audit.append({
        actor: readerId,
        action: 'trial-blind',
        studyInstanceUID: null,
        detail: { trialId, reader: code, case: step.case, rowSha256 },
      });
    } else {
      recordTrialRead(parts, trialId, { reader: code, case: step.case, final: opinion, blind }, readerId);
    }
    return mineOf(store, trial, code, clock.now());
  });
}

/** @throws Refused where the opinion is not the one that comes next. */
export function checkPhase(code: string, given: OpinionPhase, next: OpinionPhase): void {
  if (given === next) return;
  throw new Refused(
    code,
    given === 'blind' && next === 'last'
      ? 'Your blind read of this case is locked already, perhaps in another window. Nothing was changed. Go back to the worklist and go on from there: the AI stands beside the case now.'
      : 'Another opinion of this case is next; it may have gone on in another window. Nothing was changed. Go back to the worklist and go on from there.',
  );
}

/**
 * What the models found in the study that comes next, once the reader's blind part of it is locked, in the arm with AI; never else.
 *
 * @throws Refused `read-not-committed` before that and in the arm without AI, before it looks at anything of a model; `trial-unknown`,
 *   `trial-order`, `washout`, `trial-finished`.
 */
export function trialAi(parts: ReadingParts, readerId: string, trialId: string, study: string): Comparison {
  const { store } = parts;
  const { code, step } = nextOf(parts, readerId, trialId, study);
  const blind = step.arm === 'with-ai' ? store.trials.blindPart(trialId, code, step.case) : undefined;
  if (blind === undefined) {
    throw new Refused(
      'read-not-committed',
      'The AI is shown in the arm with AI alone, and after your own blind read of the case is locked.',
    );
  }
  return buildComparison(parts, readBeside(store, readerId, study));
}

function nextOf(
  { store, clock }: Pick<ReadingParts, 'store' | 'clock'>,
  readerId: string,
  trialId: string,
  study: string,
) {
  const trial = findTrial(store, trialId);
  const code = codeOf(trial.design, readerId);
  // As one that is not there: who takes part in which study is nobody else's to know.
  if (code === undefined) throw unknown(trialId);
  const step = stepOf(
    trial.design,
    store.trials.reads(trialId),
    code,
    clock.now(),
    goneCases(store, trial.design),
  );
  if (trial.design.cases.find((one) => one.case === step.case)?.study !== study) {
    throw new Refused(
      'trial-order',
      'Another case is next in your order. Go back to the worklist and open the study from there.',
    );
  }
  store.studies.detail(study, readerId);
  return { trial, code, step };
}

function unknown(trialId: string): Refused {
  return new Refused('trial-unknown', `There is no reader study ${trialId} in this data folder.`, {
    trialId,
  });
}
