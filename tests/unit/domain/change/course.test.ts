import { describe, expect, test } from 'vitest';
import { courseOf, courseWords, type LesionTime } from '../../../../electron/domain/change/course.ts';

/** 20 × 12 mm as drawn, where a pixel is half a millimetre. */
const time = (change: Partial<LesionTime> = {}): LesionTime => ({
  studyInstanceUID: '1.2',
  readId: 'r',
  findingId: 'f',
  date: '2026-01-01',
  label: 'Nodule',
  committed: true,
  direct: true,
  box: [0, 0, 40, 24],
  image: { pixelSpacing: [0.5, 0.5], spacingSource: 'patient' },
  ...change,
});
const sizeOf = (change: Partial<LesionTime>) => courseOf([time(change)], 'extranodal')[0]?.size;

describe('the size of a lesion at one time', () => {
  test('is the extent of its mark where nobody states one', () => {
    expect(sizeOf({})).toMatchObject({ long: 20, short: 12 });
  });

  test('is what the reader states: both diameters, or the longest with the width of the mark', () => {
    const both = { longMm: 15, shortMm: 9, how: 'measured' } as const;
    expect(sizeOf({ stated: both })).toMatchObject({ long: 15, short: 9 });
    expect(sizeOf({ stated: { longMm: 15, how: 'stated' } })).toMatchObject({ long: 15, short: 12 });
    // Never wider than long.
    expect(sizeOf({ stated: { longMm: 8, how: 'stated' } })).toMatchObject({ long: 8, short: 8 });
  });

  test('is none where the file states no spacing and the reader no second diameter, nor at a detector', () => {
    const image = { pixelSpacing: [0.5, 0.5] as [number, number], spacingSource: 'detector' as const };
    expect(sizeOf({ image })).toBeNull();
    expect(sizeOf({ image, stated: { longMm: 15, how: 'stated' } })).toBeNull();
    expect(sizeOf({ image, stated: { longMm: 15, shortMm: 9, how: 'measured-at-detector' } })).toBeNull();
    expect(sizeOf({ image, stated: { longMm: 15, shortMm: 9, how: 'stated' } })).toMatchObject({ long: 15 });
  });

  test('makes the words: two times, one of them stated', () => {
    const points = courseOf(
      [time(), time({ date: '2026-04-11', stated: { longMm: 30, shortMm: 18, how: 'measured' } })],
      'extranodal',
    );
    expect(courseWords('Nodule', points)).toContain(
      '2026-01-01 20.0 × 12.0 mm; 2026-04-11 30.0 × 18.0 mm; long axis +50.0 %',
    );
  });
});
