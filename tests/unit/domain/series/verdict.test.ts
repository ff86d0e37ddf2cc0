import { describe, expect, it } from 'vitest';
import { axialSlices, codesOf, headerOf, SAGITTAL, type SliceFile, stacksOfFiles, uidsOf } from './files.ts';
import { stacksOf } from '../../../../electron/domain/series/series-stacks.ts';
import type { StackDetail } from '../../../../electron/shared/stack.ts';
import { el } from '../../dicom/samples.ts';

/** The one stack that a series is. */
function only(files: readonly SliceFile[]): StackDetail {
  const stacks = stacksOfFiles(files);
  expect(stacks.map(({ label }) => label)).toEqual(['']);
  return stacks[0] as StackDetail;
}

const steps = (count: number, step: number, from = 0): number[] =>
  Array.from({ length: count }, (_, i) => from + i * step);

describe('the order of a stack', () => {
  it('is that of the positions, whatever files and numbers say', () => {
    const reversed = axialSlices([30, 20, 10, 0]);
    expect(uidsOf(only(reversed))).toEqual([4, 3, 2, 1]);
    const shuffledNumbers = axialSlices([10, 30, 0, 20]).map((file, i) => ({
      ...file,
      number: [7, 1, 9, 3][i] ?? 0,
    }));
    expect(uidsOf(only(shuffledNumbers))).toEqual([3, 1, 4, 2]);
  });

  it('grows along row × column of sagittal slices too', () => {
    const files = [5, -5, 0].map((x, i) => ({
      uid: i + 1,
      number: i + 1,
      position: [x, -100, 100],
      orientation: SAGITTAL,
    }));
    // Row to the back, column to the feet: the normal points to the patient's right, -x.
    expect(uidsOf(only(files))).toEqual([1, 3, 2]);
  });

  it('falls back to the numbers where the files say no position', () => {
    const stack = only([
      { uid: 1, number: 3 },
      { uid: 2, number: 1 },
      { uid: 3, number: 2 },
    ]);
    expect(uidsOf(stack)).toEqual([2, 3, 1]);
    expect(codesOf(stack)).toEqual(['no-position']);
    expect(stack).toMatchObject({ locations: null, measures: null });
  });
});

describe('a position that no scanner can mean', () => {
  it('counts as not stated', () => {
    const stacks = stacksOfFiles(axialSlices([0, 2, 4, 1.1e6, 1e300]));
    expect(stacks.map(({ label }) => label)).toEqual(['', 'no position stated']);
    expect(stacks.map(({ frames }) => frames)).toEqual([3, 2]);
    expect(stacks[0]?.verdict.kind).toBe('regular');
  });
});

describe('a regular volume', () => {
  it('has its distances measured along the normal', () => {
    const stack = only(axialSlices(steps(5, 2.5, -4)));
    expect(stack.verdict).toEqual({ kind: 'regular' });
    expect(stack.measures).toMatchObject({
      places: 5,
      distance: { min: 2.5, median: 2.5, max: 2.5 },
      tilt: 0,
    });
    expect(stack).toMatchObject({ locations: [-4, -1.5, 1, 3.5, 6], locationSource: 'normal' });
  });

  it('is one still where positions are rounded, up to a tenth of a millimetre off the grid', () => {
    const wobbly = (by: number) => only(axialSlices([0, 5, 10 + by, 15, 20])).verdict.kind;
    expect(wobbly(0.09)).toBe('regular');
    expect(wobbly(0.11)).toBe('resampled');
  });

  it('is held to a twentieth of the distance where slices are fine', () => {
    const wobbly = (by: number) => only(axialSlices([0, 0.2, 0.4 + by, 0.6, 0.8])).verdict.kind;
    expect(wobbly(0.009)).toBe('regular');
    expect(wobbly(0.011)).toBe('resampled');
  });
});

describe('slices that are not stacked straight', () => {
  /** Gantry tilt: parallel slices, tilted about the x axis, that follow each other along z. */
  const tilted = (degrees: number, count = 5): SliceFile[] => {
    const angle = (degrees * Math.PI) / 180;
    return steps(count, 4).map((z, i) => ({
      uid: i + 1,
      number: i + 1,
      position: [-100, -100, z],
      orientation: [1, 0, 0, 0, Math.cos(angle), -Math.sin(angle)],
      elements: [el('00181120 DS', degrees)],
    }));
  };

  it('are a sheared stack with the tilt that was measured, not a regular volume', () => {
    const stack = only(tilted(15));
    expect(codesOf(stack)).toEqual(['tilt']);
    expect(stack.verdict.kind).toBe('resampled');
    expect(stack.measures?.tilt).toBeCloseTo(15, 6);
    expect(stack.measures?.distance?.median).toBeCloseTo(4 * Math.cos(Math.PI / 12), 6);
    expect(stack.verdict).toMatchObject({ reasons: [{ sign: 'tilted 15.0°' }] });
  });

  it('are told by the positions, not by the tilt that the files state', () => {
    const lying = axialSlices(steps(5, 4), { elements: [el('00181120 DS', 20)] });
    expect(
      only(lying.map((file, i) => ({ ...file, uid: i + 1, position: [0, 0, i * 4] }))).verdict.kind,
    ).toBe('regular');
  });

  it('count from a tenth of a millimetre from end to end', () => {
    // 16 mm long: 0.1 mm is 0.36°.
    expect(only(tilted(0.3)).verdict.kind).toBe('regular');
    expect(only(tilted(0.4)).verdict.kind).toBe('resampled');
  });

  it('are shifted where one of them leaves the line', () => {
    const stack = only(
      axialSlices(steps(5, 4)).map((file, i) => (i === 2 ? { ...file, position: [-97, -100, 8] } : file)),
    );
    expect(codesOf(stack)).toContain('shifted');
    expect(stack.verdict.kind).toBe('resampled');
    expect(stack.measures?.shift).toBeCloseTo(2.4, 6);
  });
});

describe('distances', () => {
  it('that differ without a gap are resampled', () => {
    const stack = only(axialSlices([0, 4, 8, 9, 13, 18]));
    expect(codesOf(stack)).toEqual(['uneven']);
    expect(stack).toMatchObject({ gaps: [], measures: { distance: { min: 1, median: 4, max: 5 } } });
  });

  it('of a missing slice make no volume, and say where and how many', () => {
    const stack = only(axialSlices([0, 2, 4, 8, 10, 18, 20]));
    expect(codesOf(stack)).toContain('missing-slices');
    expect(stack.verdict.kind).toBe('not-a-volume');
    expect(stack.gaps).toEqual([
      { after: 2, missing: 1, distance: 4, expected: 2 },
      { after: 4, missing: 3, distance: 8, expected: 2 },
    ]);
    expect(stack.verdict).toMatchObject({
      reasons: [
        {
          sign: '4 slices missing',
          words:
            '4 slices seem to be missing: between images 3 and 4 (4.00 mm instead of 2.00 mm), between images 5 and 6 (8.00 mm instead of 2.00 mm).',
        },
      ],
    });
    expect(codesOf(stack)).toEqual(['missing-slices']);
    expect(codesOf(only(axialSlices([0, 2, 4, 8, 9.5, 11.5])))).toEqual(['missing-slices', 'uneven']);
  });

  it('are a gap from one and a half steps on', () => {
    expect(only(axialSlices([0, 2, 4, 6, 8.9])).gaps).toHaveLength(0);
    expect(only(axialSlices([0, 2, 4, 6, 9])).gaps).toHaveLength(1);
  });

  it('find slices missing one after the other, and in more than half of the stack', () => {
    expect(only(axialSlices([0, 2, 4, 6, 10, 14, 16])).gaps.map(({ after }) => after)).toEqual([3, 4]);
    expect(only(axialSlices([0, 2, 4, 6, 10, 14, 18, 22])).gaps.map(({ after }) => after)).toEqual([
      3, 4, 5, 6,
    ]);
  });

  it('may change with the slice thickness', () => {
    const files = axialSlices([0, 4, 8, 12, 19, 26, 33]).map((file, i) => ({
      ...file,
      elements: [el('00180050 DS', i < 4 ? 4 : 7)],
    }));
    expect(codesOf(only(files))).toEqual(['uneven']);
    const holed = files.filter((_, i) => i !== 5);
    expect(only(holed).gaps).toMatchObject([{ after: 4, missing: 1, expected: 7 }]);
  });

  it('of two slices alone show nothing', () => {
    expect(codesOf(only(axialSlices([0, 5])))).toEqual(['too-few']);
    expect(codesOf(only(axialSlices([0])))).toEqual(['too-few']);
  });
});

describe('what lies at one position', () => {
  it('is kept and named where nothing tells it apart', () => {
    const files = [...axialSlices([0, 2, 4, 6]), { uid: 9, number: 9, position: [-100, -100, 2] }];
    const stack = only(files);
    expect(uidsOf(stack)).toEqual([1, 2, 9, 3, 4]);
    expect(stack.duplicates).toEqual([{ first: 1, count: 2 }]);
    expect(codesOf(stack)).toEqual(['duplicates']);
    expect(stack.verdict.kind).toBe('not-a-volume');
  });

  it('counts for where a gap is', () => {
    const files = [...axialSlices([0, 2, 4, 8]), { uid: 9, number: 9, position: [-100, -100, 2] }];
    expect(only(files).gaps).toMatchObject([{ after: 3, missing: 1 }]);
  });

  it('is one position up to a hundredth of a millimetre', () => {
    const near = (by: number) =>
      only([...axialSlices([0, 2, 4, 6]), { uid: 9, number: 9, position: [-100, -100, 2 + by] }]);
    expect(near(0.009).duplicates).toHaveLength(1);
    expect(near(0.02).duplicates).toHaveLength(0);
  });

  it('is a run of one plane where it is all there is, in the order of time', () => {
    const files = [300, 100, 200].map((time, i) => ({
      uid: i + 1,
      number: i + 1,
      position: [0, 0, 5],
      elements: [el('00181060 DS', time)],
    }));
    const stack = only(files);
    expect(uidsOf(stack)).toEqual([2, 3, 1]);
    expect(codesOf(stack)).toEqual(['one-plane']);
  });
});

describe('what a volume needs besides', () => {
  it('is a pixel size in the patient', () => {
    const files = axialSlices([0, 2, 4]).map((file) => headerOf(file));
    const without = files.map((header) => ({
      ...header,
      image: header.image === null ? null : { ...header.image, spacingSource: 'detector' as const },
    }));
    expect(codesOf(stacksOf(without)[0] as StackDetail)).toEqual(['no-spacing']);
  });
});
