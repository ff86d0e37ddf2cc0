import { expect, test } from 'vitest';
import type { ModelResult } from '../../../electron/shared/analysis.ts';
import { emptyComparisonWords } from '../../../electron/shared/empty-comparison.ts';

const result = (status: ModelResult['status']) => ({ status }) as ModelResult;

test('nothing to settle is said only where a model has read the study', () => {
  const words = (aiState: 'waiting' | 'ready', ...results: ModelResult[]) =>
    emptyComparisonWords({ aiState, results });
  expect(words('waiting')).toContain('nothing was compared');
  expect(words('ready', result('abstained'))).toContain('nothing was compared');
  expect(words('ready', result('failed'), result('abstained'))).toContain('nothing was compared');
  expect(words('ready', result('abstained'), result('completed'))).toContain('no difference to settle');
});
