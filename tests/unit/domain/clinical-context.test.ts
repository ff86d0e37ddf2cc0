import { expect, test } from 'vitest';
import { readContext } from '../../../electron/domain/report-text/clinical-context.ts';
import { loadReportWords } from '../../../electron/services/report-words.ts';
import { measureContext } from './clinical-context.ts';

const lexicon = loadReportWords('resources');

test.each([
  ['Exclude SAH.', 'SAH', 'uncertain'],
  ['Rule out lung cancer.', 'lung cancer', 'uncertain'],
  ['No fever or cough.', 'cough', 'negated'],
  ['PMH: asthma, diabetes.', 'diabetes', 'historical'],
  ['Mastectomy in 2012.', 'Mastectomy', 'historical'],
  ['Father had tuberculosis.', 'tuberculosis', 'family'],
] as const)('%s', (text, words, flag) => {
  const found = readContext(text, lexicon).find(({ start, end }) => text.slice(start, end) === words);
  expect(found).toMatchObject({ [flag]: true });
});

test.each([
  ['developed-on', 0.85, 0.9, 0.85],
  ['held-out', 0.8, 0.75, 0.8],
])('%s: how much is found, and said rightly', (name, precision, recall, flags) => {
  const counts = measureContext(name, lexicon);
  expect(counts.hits / (counts.hits + counts.alarms)).toBeGreaterThanOrEqual(precision);
  expect(counts.hits / (counts.hits + counts.misses)).toBeGreaterThanOrEqual(recall);
  expect(counts.flags / counts.hits).toBeGreaterThanOrEqual(flags);
});
