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

/** Confidence 1 to 4 in a read as a whole. */
export const CONFIDENCE_WORDS = ['low', 'moderate', 'high', 'very high'] as const;
