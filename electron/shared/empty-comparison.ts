import type { Comparison } from './read.ts';

/** Whether any model has read the study; where all abstained or failed, nothing was compared, whatever the reader marked. */
export function wasCompared({ results }: Pick<Comparison, 'results'>): boolean {
  return results.some(({ status }) => status === 'completed');
}

export const NOT_COMPARED = 'No model read this study (each abstained or failed): nothing was compared.';

/**
 * What an empty comparison means, in words. Nothing to settle is said only where a model has really read the study: one that abstained
 * compares nothing.
 */
export function emptyComparisonWords({ aiState, results }: Pick<Comparison, 'aiState' | 'results'>): string {
  if (aiState === 'waiting') return 'No model has finished with this study yet: nothing was compared.';
  if (!wasCompared({ results })) return NOT_COMPARED;
  return 'Neither the reader nor a model marked anything: no difference to settle.';
}
