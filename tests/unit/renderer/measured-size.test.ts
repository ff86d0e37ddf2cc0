import { describe, expect, test } from 'vitest';
import { findingSizeSchema, sizeWords } from '../../../electron/shared/finding-size.ts';
import { measuredSize } from '../../../renderer/features/reading/measured-size.ts';
import type { Measurement } from '../../../renderer/viewer/marks.ts';
import { IMAGE, OTHER_IMAGE, readerFinding } from '../services/reading-world.ts';

/** Rows lie 0.5 mm apart, columns 0.25 mm. */
const image = { pixelSpacing: [0.5, 0.25], spacingSource: 'patient' } as const;
const finding = readerFinding({ box: [20, 20, 60, 60] });
const length = (points: readonly [number, number, number, number], sopInstanceUID = IMAGE): Measurement => ({
  id: points.join(),
  at: { sopInstanceUID, frame: 0 },
  kind: 'length',
  points,
});

describe('the size of a finding from lengths', () => {
  test('is the last one across it, in millimetres of the file', () => {
    expect(measuredSize(finding, [length([20, 40, 60, 40])], image)).toEqual({ longMm: 10, how: 'measured' });
    const anew = [length([20, 40, 60, 40]), length([22, 41, 58, 41])];
    expect(measuredSize(finding, anew, image)).toEqual({ longMm: 9, how: 'measured' });
  });

  test('with one at right angles to it gives both diameters, whichever was drawn first', () => {
    const across = length([20, 40, 60, 40]);
    const down = length([40, 24, 40, 56]);
    const both = { longMm: 16, shortMm: 10, how: 'measured' };
    expect(measuredSize(finding, [across, down], image)).toEqual(both);
    expect(measuredSize(finding, [down, across], image)).toEqual(both);
    // At 45 degrees on the screen and 63 in millimetres: another try at the same diameter, not the second one.
    const slanted = length([30, 30, 50, 50]);
    expect(measuredSize(finding, [across, slanted], image)).toMatchObject({ longMm: 11.2 });
    expect(measuredSize(finding, [across, slanted], image)).not.toHaveProperty('shortMm');
  });

  test('is not taken from elsewhere: another image, beside the mark, an ellipse', () => {
    const none = 'Draw a length (L) across the finding first.';
    expect(measuredSize(finding, [length([20, 40, 60, 40], OTHER_IMAGE)], image)).toBe(none);
    expect(measuredSize(finding, [length([80, 40, 120, 40])], image)).toBe(none);
    const ellipse: Measurement = { id: 'e', at: finding, kind: 'ellipse', box: [20, 20, 60, 60] };
    expect(measuredSize(finding, [ellipse], image)).toBe(none);
  });

  test('says that it is magnified at a detector, and is none in pixels', () => {
    const across = [length([20, 40, 60, 40])];
    const size = measuredSize(finding, across, { ...image, spacingSource: 'detector' });
    expect(size).toEqual({ longMm: 10, how: 'measured-at-detector' });
    expect(sizeWords(findingSizeSchema.parse(size))).toBe('10 mm at the detector');
    for (const unknown of [{ ...image, spacingSource: null }, { ...image, pixelSpacing: null }, null])
      expect(measuredSize(finding, across, unknown)).toContain('Type the size');
  });
});

test('a size whose second diameter is longer than the first is refused', () => {
  expect(findingSizeSchema.safeParse({ longMm: 8, shortMm: 12, how: 'stated' }).success).toBe(false);
  expect(sizeWords({ longMm: 12.4, shortMm: 8, how: 'stated' })).toBe('12.4 × 8 mm');
});
