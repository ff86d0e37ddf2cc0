import { expect, test } from 'vitest';
import { readContentSchema } from '../../../electron/shared/read.ts';
import {
  changedFinding,
  newFinding,
  withFinding,
  withoutFinding,
} from '../../../renderer/features/reading/findings.ts';
import { clamped } from '../../../renderer/viewer/marks.ts';

const EMPTY = { findings: [], noAbnormalFinding: true, impression: '' };
const AT = { sopInstanceUID: '1.2.3', frame: 0 };

test('a new finding takes back an explicit ‘no abnormal finding’ and is fit to be saved at once', () => {
  const content = withFinding(EMPTY, newFinding('ellipse', [1, 2, 3, 4], AT));
  expect(content.noAbnormalFinding).toBe(false);
  expect(readContentSchema.safeParse(content).success).toBe(true);
});
test('changing and removing touch one finding alone', () => {
  const [a, b] = [newFinding('ellipse', [1, 2, 3, 4], AT), newFinding('rectangle', [5, 6, 7, 8], AT)];
  const both = withFinding(withFinding(EMPTY, a), b);
  const changed = changedFinding(both, b.id, { label: 'Nodule' });
  expect(changed.findings).toEqual([a, { ...b, label: 'Nodule' }]);
  expect(withoutFinding(changed, b.id).findings).toEqual([a]);
});
test('a box stays on the image and keeps at least a pixel', () => {
  expect(clamped([-50, 10, 30, 5], 100, 100)).toEqual([-0.5, 5, 30, 10]);
  expect(clamped([200, 200, 300, 300], 100, 100)).toEqual([98.5, 98.5, 99.5, 99.5]);
});
