import { expect, test } from 'vitest';
import { compareFindings } from '../../../electron/domain/comparison.ts';
import { type ModelView, statementsOf } from '../../../electron/domain/comparison-words.ts';
import { Terms } from '../../../electron/domain/terms.ts';
import { isShown, operatingPointOf } from '../../../electron/domain/thresholds.ts';
import { loadTerminology } from '../../../electron/services/terminology.ts';
import type { ModelResult } from '../../../electron/shared/analysis.ts';
import { needsAssessment } from '../../../electron/shared/needs-assessment.ts';
import type { ComparisonItem, ReaderFinding } from '../../../electron/shared/read.ts';
import { aiFinding, IMAGE, modelResult, OTHER_IMAGE, readerFinding } from '../services/reading-world.ts';

const terms = new Terms(loadTerminology('resources'));
const points = { balanced: 0.5, 'high-sensitivity': 0.2 };

function view(
  changes: Partial<ModelResult> = {},
  label = 'Tuberculosis',
  words = 'tuberculosis-type abnormality',
): ModelView {
  return {
    result: modelResult(changes),
    operatingPoints: { [label]: points },
    labels: [{ label, displayWords: words }],
  };
}

const compare = (reader: ReaderFinding[], ...models: ModelView[]): ComparisonItem[] =>
  compareFindings(reader, models, terms, () => null);

const scored = (score: number, label = 'Tuberculosis', sopInstanceUID = IMAGE) => ({
  sopInstanceUID,
  frame: 0,
  label,
  score,
});

test.each<[string, ModelView[], string, RegExp]>([
  [
    'no model at all',
    [],
    'not-assessed',
    /^not assessed by any model: no model here looks for 'Tuberculosis'$/,
  ],
  [
    'looked, below',
    [view({ findings: [], scores: [scored(0.1)] })],
    'below-threshold',
    /^AI looked and is below threshold: tuberculosis-type abnormality, score of the whole image 0\.100 \(balanced threshold 0\.500\)$/,
  ],
  [
    'looked, found it elsewhere',
    [view({ findings: [aiFinding({ box: [90, 90, 99, 99] })], scores: [scored(0.8)] })],
    'below-threshold',
    /^AI looked and is below threshold at this place: /,
  ],
  [
    'did not read this image',
    [view({ findings: [], scores: [scored(0.1, 'Tuberculosis', OTHER_IMAGE)] })],
    'not-assessed',
    /^not assessed by any model: chest-adult did not read this image$/,
  ],
  [
    'abstained',
    [view({ status: 'abstained', reason: 'not a chest', scores: [], findings: [] })],
    'abstained',
    /^AI abstained: not a chest$/,
  ],
  [
    'failed',
    [view({ status: 'failed', reason: 'out of memory', scores: [], findings: [] })],
    'not-assessed',
    /^not assessed by any model: chest-adult failed \(out of memory\)$/,
  ],
  [
    'looks for something else',
    [view({ findings: [], scores: [scored(0.1, 'Pneumonia')] }, 'Pneumonia', 'pneumonia')],
    'not-assessed',
    /no model here looks for 'Tuberculosis'$/,
  ],
])('a finding of the reader alone: %s', (_, models, stance, words) => {
  const item = compare([readerFinding()], ...models).find(({ kind }) => kind === 'reader-only');
  expect(item).toMatchObject({ stance, words: expect.stringMatching(words) });
});

test('a size that the reader states is held against the mark of the model: below half of one another a line says so', () => {
  const square = [0, 0, 40, 40] as [number, number, number, number];
  const words = (longMm?: number, spacing: [number, number] | null = [0.5, 0.5]): string | undefined =>
    compareFindings(
      [readerFinding({ box: square, ...(longMm === undefined ? {} : { size: { longMm, how: 'stated' } }) })],
      [view({ findings: [aiFinding({ box: square })], scores: [scored(0.8)] })],
      terms,
      () => ({ columns: 100, letters: null, spacing }),
    ).find(({ kind }) => kind === 'agree')?.words;
  // 40 pixels of 0.5 mm.
  expect(words(9.9)).toContain("check the size: you stated 9.9 mm, the model's mark is 20 mm long");
  expect(words(40.1)).toContain('check the size');
  for (const none of [words(10), words(40), words(), words(9.9, null)]) {
    expect(none).toMatch(/^AI agrees/);
    expect(none).not.toContain('check the size');
  }
});

test('a wider model has looked; a narrower one, or one whose sign it may be, has not', () => {
  const stance = (readerLabel: string, modelLabel: string): unknown => {
    const model = view({ findings: [], scores: [scored(0.1, modelLabel)] }, modelLabel, modelLabel);
    const [item] = compare([readerFinding({ label: readerLabel })], model);
    return item?.kind === 'reader-only' ? item.stance : item?.kind;
  };
  expect(stance('Rib fracture', 'Fracture')).toBe('below-threshold');
  expect(stance('Fracture', 'Rib fracture')).toBe('not-assessed');
  expect(stance('Cavity', 'Tuberculosis')).toBe('not-assessed');
  expect(stance('Abnormality', 'Tuberculosis')).toBe('not-assessed');
});

test('of several models the one that looked speaks, before one that abstained', () => {
  const abstained = view({ status: 'abstained', reason: 'x', scores: [], findings: [] });
  const looked = view({ findings: [], scores: [scored(0.1)] });
  expect(compare([readerFinding()], abstained, looked)[0]).toMatchObject({ stance: 'below-threshold' });
});

test('a finding without a place is laid beside one mark; another mark of the image is no difference', () => {
  const model = view({ findings: [aiFinding({ box: null })], scores: [scored(0.8)] });
  const items = compare([readerFinding(), readerFinding({ id: 'r2', box: [90, 90, 99, 99] })], model);
  expect(items.map((item) => (item.kind === 'reader-only' ? item.stance : item.kind)).toSorted()).toEqual([
    'agree',
    'agrees',
  ]);
  expect(items.filter(needsAssessment)).toHaveLength(1);
});

test('what needs a judgement', () => {
  const model = view({ findings: [aiFinding({ box: [90, 90, 99, 99] })], scores: [scored(0.8)] });
  const items = compare([readerFinding(), readerFinding({ id: 'r2', label: 'Cardiomegaly' })], model);
  expect(items.map((item) => [item.kind, needsAssessment(item)])).toEqual([
    ['ai-only', true],
    ['reader-only', true],
    ['reader-only', false],
  ]);
});

test('ids differ by finding and by run, and stay the same for the same ones', () => {
  const ids = (recordId: string): string[] =>
    compare(
      [readerFinding(), readerFinding({ id: 'r2', label: 'Cardiomegaly' })],
      view({ recordId, findings: [aiFinding(), aiFinding({ id: 'a2', box: [90, 90, 99, 99] })] }),
    ).map(({ id }) => id);
  expect(ids('record-1')).toEqual(ids('record-1'));
  expect(new Set([...ids('aaaa-1'), ...ids('bbbb-1')]).size).toBe(6);
});

test.each<[string, ModelView, number, string[]]>([
  [
    'negative',
    view({ findings: [], scores: [scored(0.1)] }),
    1,
    ['no tuberculosis-type abnormality found by this model; nothing else was looked for'],
  ],
  [
    'positive',
    view({ scores: [scored(0.81)] }),
    1,
    [
      'tuberculosis-type abnormality found by this model: highest score 0.810 (balanced threshold 0.500); nothing else was looked for',
    ],
  ],
  [
    'at the high-sensitivity point alone',
    view({ findings: [aiFinding({ operatingPoint: 'high-sensitivity' })], scores: [scored(0.3)] }),
    1,
    ['no tuberculosis-type abnormality found by this model; nothing else was looked for'],
  ],
  [
    'one of three images read',
    view({ findings: [], scores: [scored(0.1)] }),
    3,
    [
      'no tuberculosis-type abnormality found by this model; nothing else was looked for',
      '1 of 3 images were read by this model; the others were not assessed by it',
    ],
  ],
  [
    'abstained',
    view({ status: 'abstained', reason: 'the view is not stated', scores: [], findings: [] }),
    1,
    ['this model abstained: the view is not stated'],
  ],
  [
    'failed',
    view({ status: 'failed', reason: 'it crashed', scores: [], findings: [] }),
    1,
    ['this model failed, and nothing was assessed by it: it crashed'],
  ],
  ['structures only', view({ findings: [], scores: [] }), 1, ['no abnormality was looked for by this model']],
])('the sentence of a result: %s', (_, model, frames, words) => {
  expect(statementsOf(model, frames)).toEqual(words);
});

test('several labels: what was found, then what was not', () => {
  const two: ModelView = {
    result: modelResult({
      findings: [],
      scores: [scored(0.9), scored(0.1, 'Pneumonia'), scored(0.1, 'Nodule')],
    }),
    operatingPoints: { Tuberculosis: points, Pneumonia: points, Nodule: points },
    labels: [{ label: 'Pneumonia', displayWords: 'pneumonia-type opacity' }],
  };
  expect(statementsOf(two, 1)).toEqual([
    'Tuberculosis found by this model: highest score 0.900 (balanced threshold 0.500); no pneumonia-type opacity or Nodule found by this model; nothing else was looked for',
  ]);
});

test('operating points are reached at or above; the site shows those at its own', () => {
  expect(operatingPointOf(0.5, points)).toBe('balanced');
  expect(operatingPointOf(0.499, points)).toBe('high-sensitivity');
  expect(operatingPointOf(0.199, points)).toBeNull();
  expect(isShown({ operatingPoint: 'balanced' })).toBe(true);
  expect(isShown({ operatingPoint: 'high-sensitivity' })).toBe(false);
  expect(isShown({ operatingPoint: 'high-sensitivity' }, 'high-sensitivity')).toBe(true);
  expect(isShown({ operatingPoint: null }, 'high-sensitivity')).toBe(false);
});
