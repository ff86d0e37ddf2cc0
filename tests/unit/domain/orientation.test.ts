import { expect, test } from 'vitest';
import {
  type DirectionCosines,
  edgeLetters,
  edgeLettersOfImage,
  edgeLettersOfProjection,
} from '../../../electron/shared/orientation.ts';
import { CT_WINDOW_PRESETS, ctPresetsApply } from '../../../electron/shared/window-presets.ts';

const sin20 = Math.sin((20 * Math.PI) / 180);
const cos20 = Math.cos((20 * Math.PI) / 180);
const sin10 = Math.sin((10 * Math.PI) / 180);
const cos10 = Math.cos((10 * Math.PI) / 180);

test.each<[string, DirectionCosines, string]>([
  ['axial, as most CT', [1, 0, 0, 0, 1, 0], 'RLAP'],
  ['axial, seen from the head', [-1, 0, 0, 0, 1, 0], 'LRAP'],
  ['coronal', [1, 0, 0, 0, 0, -1], 'RLHF'],
  ['sagittal', [0, 1, 0, 0, 0, -1], 'APHF'],
])('%s: left, right, top, bottom', (_, cosines, letters) => {
  const { left, right, top, bottom } = edgeLetters(cosines);
  expect(left + right + top + bottom).toBe(letters);
});

test('an oblique edge names each direction it has, the strongest first', () => {
  // Rows turned 20° from the left towards the front: the right edge is left, and somewhat anterior.
  const { left, right } = edgeLetters([cos20, -sin20, 0, sin20, cos20, 0]);
  expect([left, right]).toEqual(['RP', 'LA']);
  expect(edgeLetters([-sin20, -cos20, 0, 0, 0, -1]).right).toBe('AR');
  // A gantry tilted by 20°.
  expect(edgeLetters([1, 0, 0, 0, cos20, -sin20])).toMatchObject({ top: 'AH', bottom: 'PF' });
});

test('a slight tilt adds no letter', () => {
  expect(edgeLetters([1, 0, 0, 0, cos10, -sin10])).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' });
});

test('a projection image goes by Patient Orientation; what is no letter draws none', () => {
  expect(edgeLettersOfProjection(['L', 'F'])).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' });
  expect(edgeLettersOfProjection(['AL', 'FP'])).toEqual({ left: 'PR', right: 'AL', top: 'HA', bottom: 'FP' });
  expect(edgeLettersOfProjection(['', 'F'])).toBeNull();
  expect(edgeLettersOfProjection(['L', 'X'])).toBeNull();
  expect(edgeLettersOfImage({ orientation: null, patientOrientation: null })).toBeNull();
  expect(edgeLettersOfImage({ orientation: null, patientOrientation: ['R', 'F'] })?.left).toBe('L');
});

test('CT presets lie on keys 1 to 6 and apply to Hounsfield units of CT alone', () => {
  expect(CT_WINDOW_PRESETS.map(({ key }) => key)).toEqual(['1', '2', '3', '4', '5', '6']);
  expect(ctPresetsApply('CT', 'HU')).toBe(true);
  expect(ctPresetsApply('CT', null)).toBe(false);
  expect(ctPresetsApply('MR', 'HU')).toBe(false);
});
