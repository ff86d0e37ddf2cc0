import type { Opinion, TrialCase, TrialDesign } from '../../shared/reader-study.ts';
import type { AiJudgement, AiSaid, Judgement, Outcome } from '../../shared/training.ts';
import { lesionUnder, type Place, samePlace } from './places.ts';
import { randomOf, shuffled } from './random.ts';

/** What somebody said of a case: whether it is abnormal, and where. */
export interface Said {
  readonly abnormal: boolean;
  /** Empty where no place was given. */
  readonly places: readonly Place[];
}

/** A reader's opinion; marks below the scale's positive ratings are no call. */
export function saidBy({ scale: { positiveFrom } }: Pick<TrialDesign, 'scale'>, opinion: Opinion): Said {
  return {
    abnormal: opinion.rating >= positiveFrom,
    places: opinion.marks.filter(({ rating }) => rating >= positiveFrom),
  };
}

/** The AI's; null where no model completed a look for anything. */
export function saidByAi({ models, findings }: AiSaid): Said | null {
  if (!models.some(({ status, looked }) => status === 'completed' && looked)) return null;
  return {
    abnormal: findings.length > 0,
    places: findings.flatMap(({ image, frame, box }) => (box === null ? [] : [{ image, frame, box }])),
  };
}

/**
 * How it stands to the truth. Places count where the truth has them and the speaker gave some; who calls an abnormal case abnormal and marks
 * nothing is right about the case.
 */
export function judge({ truth, lesions }: TrialCase, { abnormal, places }: Said): Judgement {
  if (truth === 'normal') return abnormal ? 'false-alarm' : 'right';
  if (!abnormal) return 'missed';
  if (lesions === undefined || places.length === 0) return 'right';
  const hit = new Set(places.map((place) => lesionUnder(place, lesions)));
  const elsewhere = hit.delete(-1);
  if (hit.size === 0) return 'wrong-place';
  return elsewhere || hit.size < lesions.length ? 'in-part' : 'right';
}

/** Which kind a case was: whether the AI was right, whether the reader was, and who came to whom. */
export function outcomeOf(one: TrialCase, blind: Said, final: Said, ai: Said | null): Outcome {
  const right = judge(one, final) === 'right';
  if (ai === null) return right ? 'alone-right' : 'alone-wrong';
  if (judge(one, ai) === 'right') {
    if (!right) return 'not-followed';
    return judge(one, blind) === 'right' ? 'agreed' : 'followed';
  }
  if (right) return 'resisted';
  if (!errsAlike(one, final, ai)) return 'both-wrong';
  return errsAlike(one, blind, ai) ? 'erred-alike' : 'over-relied';
}

/** Of the AI as a whole. */
export function judgeAi(one: TrialCase, ai: Said | null): AiJudgement {
  return ai === null ? 'abstained' : judge(one, ai);
}

/** Whether a reader makes the AI's error: misses what it missed, or marks where it marked and nothing is. */
function errsAlike(one: TrialCase, said: Said, ai: Said): boolean {
  const lesions = one.lesions ?? [];
  const astray = ai.places.filter((place) => lesionUnder(place, lesions) === -1);
  const marksAstray = said.places.some((mark) => astray.some((place) => samePlace(mark, place)));
  switch (judge(one, ai)) {
    case 'right':
      return false;
    case 'missed':
      return !said.abnormal;
    case 'false-alarm':
      // Without places on either side the call is all there is.
      return said.abnormal && (said.places.length === 0 || ai.places.length === 0 || marksAstray);
    case 'wrong-place':
      return said.abnormal && marksAstray;
    case 'in-part': {
      if (!said.abnormal) return false;
      const found = (by: Said): Set<number> => new Set(by.places.map((place) => lesionUnder(place, lesions)));
      const [theirs, own] = [found(ai), found(said)];
      const leftOut = lesions.some((_, at) => !theirs.has(at) && !own.has(at));
      return marksAstray || (said.places.length > 0 && leftOut);
    }
  }
}

/** The order of one run of one reader: another for every run, the same for the same seed. */
export function runOrder(
  { seed }: TrialDesign,
  cases: readonly string[],
  reader: string,
  run: number,
): string[] {
  return shuffled(cases, randomOf(`${seed}/training/${reader}/${run}`));
}
