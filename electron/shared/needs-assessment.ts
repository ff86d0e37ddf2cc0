import type { ComparisonItem } from './read.ts';

/**
 * Which lines of a comparison a reader must judge before the study is final: every finding of a model at or above the site's
 * operating point (agreed with or not), and every finding of the reader that a model looked for and did not find. A finding
 * that no model assessed, or on which the model abstained, is no difference: there is nothing to judge.
 */
export function needsAssessment(item: ComparisonItem): boolean {
  return item.kind !== 'reader-only' || item.stance === 'below-threshold';
}
