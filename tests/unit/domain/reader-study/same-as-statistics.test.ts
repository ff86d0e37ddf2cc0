import { expect, test } from 'vitest';
import { auc, scoredCounts } from '../../../../electron/domain/statistics/roc.ts';
import { wins } from '../../../../electron/domain/reader-study/measures.ts';

/** The area of a reader study is made of pairs, for its resampling; the ledger's of counts. */
test('the area under the curve is the ledger’s', () => {
  const scores = [0.1, 0.4, 0.4, 0.8, 0.2, 0.4, 0.9, 0.3];
  const truth = [false, false, true, true, false, true, true, false];
  const normal = scores.filter((_score, index) => !truth[index]);
  const abnormal = scores.filter((_score, index) => truth[index]);
  const share = normal.flatMap((one) => abnormal.map((other) => wins(one, other)));
  const mean = share.reduce((sum, one) => sum + one, 0) / share.length;
  expect(mean).toBeCloseTo(auc(scoredCounts(scores, truth)) ?? Number.NaN, 12);
});
