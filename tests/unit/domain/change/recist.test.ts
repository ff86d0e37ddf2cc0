import { describe, expect, test } from 'vitest';
import {
  type BaselineLesion,
  diameterOf,
  measurability,
  targetFaults,
} from '../../../../electron/domain/change/recist-lesions.ts';
import { nonTargetResponse, overallResponse } from '../../../../electron/domain/change/recist-overall.ts';
import { assessTargets, type TargetMeasurement } from '../../../../electron/domain/change/recist-target.ts';

const organs = (id: string, kind: 'extranodal' | 'node', organ: string, long: number, short = long) =>
  ({ id, kind, organ, long, short }) satisfies BaselineLesion;

/** Two lesions of the liver, one of the lung, one node, in mm. */
const at = (
  a: number | null,
  b: number | null,
  c: number | 'too-small',
  node: number,
): TargetMeasurement[] => [
  { id: 'liver 1', kind: 'extranodal', diameter: a },
  { id: 'liver 2', kind: 'extranodal', diameter: b },
  { id: 'lung', kind: 'extranodal', diameter: c },
  { id: 'node', kind: 'node', diameter: node },
];
const one = (diameter: number | null, kind: 'extranodal' | 'node' = 'extranodal'): TargetMeasurement[] => [
  { id: 'lesion', kind, diameter },
];
const responses = (...course: [TargetMeasurement[], ...TargetMeasurement[][]]) =>
  assessTargets(course[0], course.slice(1)).map(({ response }) => response);

/**
 * By hand. Baseline 40 + 30 + 20 + 20 = 110.
 * 1: 30 + 20 + 10 + 12 = 72; 72 / 110 − 1 = −34.5 %: PR.
 * 2: 28 + 20 + 10 + 10 = 68; −38.2 %: PR, and the nadir.
 * 3: 34 + 24 + 10 + 12 = 80; +12 mm = +17.6 % over 68, −27.3 % against 110: SD.
 * 4: 36 + 24 + 10 + 12 = 82; +14 mm = +20.6 % over 68: PD, though −25.5 % against the baseline.
 */
test('worked example: a course of four lesions', () => {
  const course = assessTargets(at(40, 30, 20, 20), [
    at(30, 20, 10, 12),
    at(28, 20, 10, 10),
    at(34, 24, 10, 12),
    at(36, 24, 10, 12),
  ]);
  expect(course.map(({ sum }) => sum)).toEqual([72, 68, 80, 82]);
  expect(course.map(({ nadir }) => nadir)).toEqual([110, 72, 68, 68]);
  expect(course.map(({ response }) => response)).toEqual(['PR', 'PR', 'SD', 'PD']);
  expect(course[3]?.fromNadir).toBeCloseTo(20.588235, 5);
  expect(course[3]?.fromBaseline).toBeCloseTo(-25.454545, 5);
});

describe('target lesions', () => {
  test('are gone when nodes are back below 10 mm, not only at 0', () => {
    expect(responses(at(40, 30, 20, 20), at(0, 0, 0, 9.9))).toEqual(['CR']);
    expect(responses(at(40, 30, 20, 20), at(0, 0, 0, 10))).toEqual(['PR']);
    expect(responses(at(40, 30, 20, 20), at(0, 0, 'too-small', 9))).toEqual(['PR']);
    expect(responses(one(18, 'node'), one(9, 'node'), one(9.9, 'node'))).toEqual(['CR', 'CR']);
  });

  test('progress by 20 % and by 5 mm, each alone is not enough', () => {
    // Nadir 12: 15 is 25 % and 3 mm more; 17 is 5 mm more.
    expect(responses(one(20), one(12), one(15), one(17))).toEqual(['PR', 'SD', 'PD']);
    // 50 to 56: 6 mm and 12 %; 50 to 60: exactly 20 %.
    expect(responses(one(50), one(56))).toEqual(['SD']);
    expect(responses(one(50), one(60))).toEqual(['PD']);
    expect(responses(one(25), one(29.9))).toEqual(['SD']);
    expect(responses(one(25), one(30))).toEqual(['PD']);
  });

  test('the thresholds hold where decimal fractions do not', () => {
    expect(responses(one(10.1), one(7.07))).toEqual(['PR']);
    expect(responses(one(70.1 - 0.1), one(84))).toEqual(['PD']);
  });

  test('progress is against the least sum, not the last', () => {
    expect(responses(one(40), one(20), one(23), one(25.1))).toEqual(['PR', 'PR', 'PD']);
  });

  test('from a nadir of 0 a lesion that is back is progression, however small', () => {
    const [, back] = assessTargets(one(20), [one(0), one(3)]);
    expect(back).toMatchObject({
      response: 'PD',
      nadir: 0,
      fromNadir: null,
      words: expect.stringMatching(/back/),
    });
    // A node that grows again after CR has to grow by the rule.
    expect(responses(one(18, 'node'), one(8, 'node'), one(12, 'node'), one(13, 'node'))).toEqual([
      'CR',
      'PR',
      'PD',
    ]);
  });

  test('a lesion that was not assessed: not evaluable, unless what was assessed shows progression; never a nadir', () => {
    expect(responses(at(40, 30, 20, 20), at(null, 20, 10, 12))).toEqual(['NE']);
    expect(responses(at(40, 30, 20, 20), at(null, 90, 30, 20))).toEqual(['PD']);
    const [missing, after] = assessTargets(at(40, 30, 20, 20), [at(null, 30, 20, 20), at(40, 30, 20, 20)]);
    expect(missing).toMatchObject({ complete: false, fromBaseline: null, fromNadir: null, sum: 70 });
    expect(after).toMatchObject({ response: 'SD', nadir: 110 });
    // Left out of the list is not assessed either.
    expect(responses(at(40, 30, 20, 20), at(0, 0, 0, 5).slice(1))).toEqual(['NE']);
  });

  test('without a diameter at baseline, or with one below 0, there is none', () => {
    expect(() => assessTargets(one(null), [])).toThrow(RangeError);
    expect(() => assessTargets(one(10), [one(-1)])).toThrow(RangeError);
  });
});

describe('which lesions may be targets', () => {
  test('10 mm in the longest diameter, nodes 15 mm in the short axis; twice the slice where slices are thick', () => {
    expect(measurability({ kind: 'extranodal', long: 10, short: 4 })).toBe('measurable');
    expect(measurability({ kind: 'extranodal', long: 9.9, short: 9.9 })).toBe('small');
    expect(measurability({ kind: 'extranodal', long: 15, short: 15 }, 8)).toBe('small');
    expect(measurability({ kind: 'extranodal', long: 16, short: 15 }, 8)).toBe('measurable');
    expect(measurability({ kind: 'node', long: 30, short: 15 })).toBe('measurable');
    expect(measurability({ kind: 'node', long: 30, short: 14.9 })).toBe('pathological');
    expect(measurability({ kind: 'node', long: 30, short: 9.9 })).toBe('small');
    expect(diameterOf({ kind: 'node', long: 30, short: 15 })).toBe(15);
    expect(diameterOf({ kind: 'extranodal', long: 30, short: 15 })).toBe(30);
  });

  test('at most five, two an organ; all nodes are one organ', () => {
    const two = [organs('a', 'extranodal', 'Liver', 20), organs('b', 'extranodal', 'liver ', 20)];
    expect(targetFaults(two)).toEqual([]);
    const words = (...of: Parameters<typeof targetFaults>) => targetFaults(...of).map((one) => one.words);
    expect(words([...two, organs('c', 'extranodal', 'liver', 20)])).toEqual([
      '3 target lesions in liver: at most 2 an organ.',
    ]);
    const nodes = ['axilla', 'neck', 'groin'].map((place) => organs(place, 'node', place, 30, 20));
    expect(words(nodes)).toEqual(['3 target lesions in lymph nodes: at most 2 an organ.']);
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((organ) => organs(organ, 'extranodal', organ, 20));
    expect(words(six)).toEqual(['6 target lesions: at most 5 in all.']);
    expect(targetFaults(six)[0]?.source).toContain('section 4.2');
    expect(
      targetFaults([organs('n', 'node', 'neck', 30, 12), organs('s', 'extranodal', 'lung', 9)]),
    ).toHaveLength(2);
  });

  test('slices thicker than 5 mm and radiographs ask for more, and the words say why', () => {
    const thick = { ...organs('t', 'extranodal', 'lung', 15), sliceThickness: 8 };
    expect(targetFaults([thick])).toMatchObject([
      {
        words:
          't: a target lesion has a longest diameter of 16 mm or more, twice the slice thickness of 8 mm; this one has 15.0 mm.',
      },
    ]);
    expect(targetFaults([{ ...thick, long: 16 }])).toEqual([]);
    const plain = { ...organs('p', 'extranodal', 'lung', 19), radiograph: true };
    expect(targetFaults([plain])[0]?.words).toContain('20 mm or more on a radiograph');
    expect(targetFaults([{ ...plain, long: 20 }])).toEqual([]);
    // 30 × 0.1 × 5 is 15.000000000000002 or 14.999999999999998, by the order of the factors.
    expect(targetFaults([organs('n', 'node', 'neck', 30, 14.999999999999998)])).toEqual([]);
  });
});

describe('overall response', () => {
  // Eisenhauer 2009, table 1 (target, non-target, new, overall), then table 2.
  test.each([
    ['CR', 'CR', false, 'CR'],
    ['CR', 'none', false, 'CR'],
    ['CR', 'non-CR/non-PD', false, 'PR'],
    ['CR', 'NE', false, 'PR'],
    ['PR', 'non-CR/non-PD', false, 'PR'],
    ['PR', 'NE', false, 'PR'],
    ['PR', 'CR', false, 'PR'],
    ['SD', 'non-CR/non-PD', false, 'SD'],
    ['SD', 'NE', false, 'SD'],
    ['NE', 'non-CR/non-PD', false, 'NE'],
    ['PD', 'CR', false, 'PD'],
    ['PD', 'NE', true, 'PD'],
    ['CR', 'PD', false, 'PD'],
    ['NE', 'PD', false, 'PD'],
    ['CR', 'CR', true, 'PD'],
    ['NE', 'none', true, 'PD'],
    ['none', 'CR', false, 'CR'],
    ['none', 'non-CR/non-PD', false, 'non-CR/non-PD'],
    ['none', 'NE', false, 'NE'],
    ['none', 'PD', false, 'PD'],
    ['none', 'CR', true, 'PD'],
    ['none', 'none', false, 'NE'],
  ] as const)('target %s, non-target %s, new %s: %s', (target, nonTarget, isNew, overall) => {
    expect(overallResponse(target, nonTarget, isNew)).toBe(overall);
  });

  test('non-target lesions: gone, still there, not assessed; progression is judged, not measured', () => {
    expect(nonTargetResponse([], false)).toBe('none');
    expect(nonTargetResponse(['gone', 'gone'], false)).toBe('CR');
    expect(nonTargetResponse(['gone', 'not-assessed'], false)).toBe('NE');
    expect(nonTargetResponse(['present', 'not-assessed'], false)).toBe('non-CR/non-PD');
    expect(nonTargetResponse(['present'], true)).toBe('PD');
  });
});
