import type { TargetResponse } from './recist-target.ts';

/** Response of the lesions that are not measured. 'none': there were none at baseline. */
export type NonTargetResponse = 'CR' | 'non-CR/non-PD' | 'PD' | 'NE' | 'none';

export type OverallResponse = TargetResponse | 'non-CR/non-PD';

/**
 * Overall response at one time: Eisenhauer 2009, table 1, and table 2 where there are no target lesions.
 *
 * | target | non-target | new | overall |
 * |---|---|---|---|
 * | any | any | yes | PD |
 * | PD | any | no | PD |
 * | any | PD | no | PD |
 * | CR | CR, none | no | CR |
 * | CR | non-CR/non-PD, NE | no | PR |
 * | PR | not PD | no | PR |
 * | SD | not PD | no | SD |
 * | NE | not PD | no | NE |
 * | none | CR, non-CR/non-PD, NE | no | the same |
 *
 * @param target 'none' where the disease has no target lesion.
 * @param newLesions Unequivocal new lesions.
 */
export function overallResponse(
  target: TargetResponse | 'none',
  nonTarget: NonTargetResponse,
  newLesions: boolean,
): OverallResponse {
  if (newLesions || target === 'PD' || nonTarget === 'PD') return 'PD';
  switch (target) {
    case 'CR':
      return nonTarget === 'CR' || nonTarget === 'none' ? 'CR' : 'PR';
    case 'PR':
    case 'SD':
    case 'NE':
      return target;
    case 'none':
      // Nothing was there to be assessed.
      return nonTarget === 'none' ? 'NE' : nonTarget;
  }
}

/**
 * Non-target lesions as a whole.
 *
 * @param lesions Of each: whether it is gone (a node: below 10 mm), still there, or not assessed.
 * @param unequivocalProgression A person's judgement of them as a whole; never measured.
 */
export function nonTargetResponse(
  lesions: readonly ('gone' | 'present' | 'not-assessed')[],
  unequivocalProgression: boolean,
): NonTargetResponse {
  if (unequivocalProgression) return 'PD';
  if (lesions.length === 0) return 'none';
  if (lesions.includes('present')) return 'non-CR/non-PD';
  return lesions.includes('not-assessed') ? 'NE' : 'CR';
}
