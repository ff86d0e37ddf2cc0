import type { Comparison } from './read.ts';

/**
 * What an empty comparison means, in words. Nothing to settle is said only where a model has really read the study: one that abstained
 * compares nothing.
 */
export function emptyComparisonWords({ aiState, results }: Pick<Comparison, 'aiState' | 'results'>): string {
  if (aiState === 'waiting') return 'No model has finished with this study yet: nothing was compared.';
  if (!results.some(({ status }) => status === 'completed'))
    return 'No model read this study (each abstained or failed): nothing was compared.';
  return 'Neither the reader nor a model marked anything: no difference to settle.';
}
