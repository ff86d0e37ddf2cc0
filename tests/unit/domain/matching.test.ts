import { expect, test } from 'vitest';
import { assign } from '../../../electron/domain/assignment.ts';
import {
  type ImageSides,
  intersectionOverUnion,
  matchFindings,
  sideOf,
} from '../../../electron/domain/matching.ts';
import { Terms } from '../../../electron/domain/terms.ts';
import { loadTerminology } from '../../../electron/services/terminology.ts';
import type { AiFinding } from '../../../electron/shared/analysis.ts';
import type { ReaderFinding } from '../../../electron/shared/read.ts';
import { aiFinding, readerFinding } from '../services/reading-world.ts';

const terms = new Terms(loadTerminology('resources'));
const frontal: ImageSides = {
  columns: 100,
  letters: { left: 'R', right: 'L', top: 'H', bottom: 'F' },
  spacing: null,
};
const match = (reader: ReaderFinding[], ai: AiFinding[], sides: ImageSides | null = null) =>
  matchFindings(reader, ai, terms, () => sides);

/** The greatest sum by trying every assignment. */
function best(weights: number[][], row = 0, used = new Set<number>()): number {
  if (row === weights.length) return 0;
  let sum = best(weights, row + 1, used);
  for (const [column, weight] of (weights[row] ?? []).entries()) {
    if (used.has(column) || weight <= 0) continue;
    sum = Math.max(sum, weight + best(weights, row + 1, new Set([...used, column])));
  }
  return sum;
}

test('the assignment is as good as the best of all, on 400 random tables', () => {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  for (let round = 0; round < 400; round++) {
    const [rows, columns] = [1 + Math.floor(random() * 6), 1 + Math.floor(random() * 6)];
    const weights = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => (random() < 0.4 ? 0 : random())),
    );
    const pairs = assign(weights);
    expect(new Set(pairs.map(([row]) => row)).size).toBe(pairs.length);
    expect(new Set(pairs.map(([, column]) => column)).size).toBe(pairs.length);
    const sum = pairs.reduce((total, [row, column]) => total + (weights[row]?.[column] ?? 0), 0);
    expect(sum).toBeCloseTo(best(weights), 9);
  }
});

test('nothing to assign gives no pairs', () => {
  expect(assign([])).toEqual([]);
  expect(assign([[], []])).toEqual([]);
  expect(assign([[0, 0]])).toEqual([]);
});

test('200 × 200 marks take well under a second', () => {
  const weights = Array.from({ length: 200 }, (_, row) =>
    Array.from({ length: 200 }, (__, column) => ((row * 37 + column * 91) % 101) / 101),
  );
  const start = performance.now();
  expect(assign(weights)).toHaveLength(200);
  expect(performance.now() - start).toBeLessThan(1000);
});

test('intersection over union by hand', () => {
  expect(intersectionOverUnion([0, 0, 10, 10], [5, 0, 15, 10])).toBeCloseTo(50 / 150, 12);
  expect(intersectionOverUnion([0, 0, 10, 10], [0, 0, 10, 10])).toBe(1);
  expect(intersectionOverUnion([0, 0, 10, 10], [10, 0, 20, 10])).toBe(0);
});

test('how labels stand to each other', () => {
  const relation = (a: string, b: string) => terms.relation(a, b);
  expect(relation('Tuberculosis', 'tuberculosis')).toBe('same');
  expect(relation('TB', 'Tuberculosis')).toBe('same');
  expect(relation('Rib fracture', 'Fracture')).toBe('narrower');
  expect(relation('Fracture', 'Rib fracture')).toBe('wider');
  expect(relation('Abnormality', 'Tuberculosis')).toBe('wider');
  expect(relation('Cavity', 'Tuberculosis')).toBe('sign');
  expect(relation('Tuberculosis', 'Calcified granuloma')).toBe('sign');
  expect(relation('Cardiomegaly', 'Tuberculosis')).toBe('none');
  expect(relation('something of my own', 'Tuberculosis')).toBe('none');
  expect(relation('Something of my  own', 'something of my own')).toBe('same');
});

test('a pair needs the same image, the same frame, related labels and the same place', () => {
  expect(match([readerFinding()], [aiFinding()])).toHaveLength(1);
  expect(match([readerFinding()], [aiFinding({ sopInstanceUID: '1.2.9' })])).toEqual([]);
  expect(match([readerFinding()], [aiFinding({ frame: 1 })])).toEqual([]);
  expect(match([readerFinding({ label: 'Cardiomegaly' })], [aiFinding()])).toEqual([]);
  expect(match([readerFinding({ label: 'Cavity' })], [aiFinding()])[0]?.relation).toBe('sign');
  expect(match([readerFinding()], [aiFinding({ box: [90, 90, 120, 120] })])).toEqual([]);
});

test('a small mark inside a coarse one is at the same place; so is a whole image', () => {
  const small = readerFinding({ box: [50, 50, 54, 54] });
  const [inside] = match([small], [aiFinding({ box: [10, 10, 110, 110] })]);
  expect(inside?.iou).toBeLessThan(0.1);
  expect(match([small], [aiFinding({ box: null })])[0]?.iou).toBeNull();
});

test('each finding is used once, and the pairs that fit best are taken', () => {
  const reader = [
    readerFinding({ id: 'far', box: [0, 0, 20, 20] }),
    readerFinding({ id: 'near', box: [10, 10, 30, 30] }),
  ];
  const pairs = match(reader, [aiFinding({ box: [11, 11, 31, 31] })]);
  expect(pairs.map((pair) => pair.reader.id)).toEqual(['near']);
});

test('the side of a mark, and a stated side that contradicts it', () => {
  expect(sideOf([70, 0, 90, 9], frontal)).toBe('left');
  expect(sideOf([10, 0, 30, 9], frontal)).toBe('right');
  expect(sideOf([40, 0, 58, 9], frontal)).toBeNull();
  expect(sideOf([70, 0, 90, 9], { columns: 100, letters: null, spacing: null })).toBeNull();
  const sagittal = { left: 'A', right: 'P', top: 'H', bottom: 'F' };
  expect(sideOf([70, 0, 90, 9], { columns: 100, letters: sagittal, spacing: null })).toBeNull();
  // The marks lie at the image's left, which is the patient's right.
  const contradicts = (laterality: ReaderFinding['laterality']) =>
    match(
      [readerFinding({ box: [5, 5, 25, 25], laterality })],
      [aiFinding({ box: [5, 5, 25, 25] })],
      frontal,
    )[0]?.sideContradicts;
  expect(contradicts('left')).toBe(true);
  expect(contradicts('right')).toBe(false);
  expect(contradicts('bilateral')).toBe(false);
});

test('of two marks that overlap a finding alike, the one as large as the reader states is paired with it', () => {
  const mm: ImageSides = { ...frontal, spacing: [0.25, 0.25] };
  // Half of the reader's zone each: one 40 columns long, which is 10 mm, the other 80, which is 20 mm.
  const small = aiFinding({ id: 'small', box: [0, 0, 40, 40] });
  const large = aiFinding({ id: 'large', box: [0, 20, 80, 40] });
  const paired = (longMm: number, ai: AiFinding[]) =>
    match([readerFinding({ box: [0, 0, 80, 40], size: { longMm, how: 'measured' } })], ai, mm)[0];
  for (const ai of [
    [small, large],
    [large, small],
  ]) {
    expect(paired(10, ai)?.ai.id).toBe('small');
    expect(paired(20, ai)?.ai.id).toBe('large');
  }
  expect(paired(10, [large])?.size).toEqual({ readerMm: 10, otherMm: 20, share: 0.5 });
});

test('a size that nobody stated changes no weight: a mark is a place', () => {
  const mm: ImageSides = { ...frontal, spacing: [1, 1] };
  expect(match([readerFinding()], [aiFinding()], mm)[0]?.size).toBeNull();
  // Nor is anything known of a model's size where the file states no spacing.
  const stated = readerFinding({ size: { longMm: 10, how: 'stated' } });
  expect(match([stated], [aiFinding()], frontal)[0]?.size).toBeNull();
});
