import type { Laterality } from '../../electron/shared/read.ts';

/** Certainty 1 to 4, as a finding states it. */
export const CERTAINTY_WORDS = ['doubtful', 'possible', 'probable', 'certain'] as const;

export const LATERALITY_WORDS: Record<Laterality, string> = {
  'not-stated': 'not stated',
  right: 'right',
  left: 'left',
  bilateral: 'both sides',
  midline: 'midline',
  'not-applicable': 'not applicable',
};
