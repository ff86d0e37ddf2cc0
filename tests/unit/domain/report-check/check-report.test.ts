import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../../electron/domain/report-check/check-report.ts';
import { loadReportWords } from '../../../../electron/services/report-words.ts';
import {
  type CheckedFinding,
  type CheckReportInput,
  REPORT_TEXT_LIMIT,
} from '../../../../electron/shared/report-check.ts';
import { measure, precision, recall, reportCases } from './measured.ts';

const lexicon = loadReportWords('resources');
const CHEST: CheckReportInput['study'] = { modality: 'DX', bodyPart: 'CHEST', sex: 'M', age: 60 };

function said(text: string, findings: CheckedFinding[] = [], study = CHEST): string[] {
  return checkReport({ study, findings, text }, lexicon).map(
    ({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`,
  );
}

const nodule: CheckedFinding = { label: 'Nodule', laterality: 'right', site: 'right upper lobe', sizeMm: 12 };
const fracture: CheckedFinding = {
  label: 'Fracture',
  laterality: 'left',
  site: 'distal radius',
  sizeMm: null,
};
const WRIST = { modality: 'CR', bodyPart: 'WRIST', sex: 'F', age: 40 };

describe('a report against its marks', () => {
  it('is silent where text and marks agree', () => {
    expect(
      said('FINDINGS: A 12 mm nodule in the right upper lobe. IMPRESSION: Right upper lobe nodule.', [
        nodule,
      ]),
    ).toEqual([]);
    expect(
      said(
        'FINDINGS: 1.2 cm nodule, RUL (previously 8 mm). No effusion or pneumothorax. IMPRESSION: Growing nodule.',
        [nodule],
      ),
    ).toEqual([]);
  });

  it.each([
    ['FINDINGS: A 12 mm nodule in the left upper lobe. IMPRESSION: Nodule.', ['laterality: left']],
    ['FINDINGS: The lungs are clear. IMPRESSION: Normal.', ['unmentioned: The lungs are clear.']],
    ['FINDINGS: No nodule is seen. IMPRESSION: Normal.', ['negation: No nodule']],
    ['FINDINGS: A 21 mm nodule in the right upper lobe. IMPRESSION: Nodule.', ['measurement: 21 mm']],
    ['FINDINGS: A nodule in the right upper lobe measuring 12. IMPRESSION: Nodule.', ['measurement: 12']],
    [
      'FINDINGS: 12 mm nodule in the right upper lobe. Small left pleural effusion. IMPRESSION: Nodule, effusion.',
      ['unmarked: pleural effusion'],
    ],
    ['FINDINGS: 12 mm nodule in the right upper lobe. IMPRESSION: No nodule.', ['impression: No nodule']],
    [
      'FINDINGS: 12 mm nodule in the right upper lobe. The uterus is normal. IMPRESSION: Nodule.',
      ['bodyPart: uterus', 'sex: uterus'],
    ],
    [
      'FINDINGS: 12 mm nodule in the right upper lobe. The patella is intact. IMPRESSION: Nodule.',
      ['bodyPart: patella'],
    ],
  ])('%s', (text, expected) => {
    expect(said(text, [nodule])).toEqual(expected);
  });

  it('asks for a communication of critical results, and takes none that failed', () => {
    const pneumothorax: CheckedFinding = { label: 'Pneumothorax', laterality: 'left' };
    const text = 'FINDINGS: Tension pneumothorax on the left. IMPRESSION: Left tension pneumothorax.';
    expect(said(text, [pneumothorax])).toEqual(['critical: Tension pneumothorax']);
    expect(said(`${text} Communicated to Dr Roe by telephone at 10:05.`, [pneumothorax])).toEqual([]);
    expect(said(`${text} Dr Roe could not be reached by telephone.`, [pneumothorax])).toEqual([
      'critical: Tension pneumothorax',
    ]);
  });

  it.each([
    'FINDINGS: No change in the fracture of the distal left radius. IMPRESSION: Radius fracture.',
    'FINDINGS: Fracture of the distal left radius, no other fracture. IMPRESSION: Distal radius fracture.',
    'FINDINGS: Not only a fracture of the left distal radius is seen. IMPRESSION: Fracture of the radius.',
    'FINDINGS: Colles fracture on the left. No dislocation. IMPRESSION: Colles fracture.',
    'HISTORY: Mother had hip fractures. FINDINGS: Fracture of the left distal radius. IMPRESSION: Fracture.',
  ])('is silent: %s', (text) => {
    expect(said(text, [fracture], WRIST)).toEqual([]);
  });

  it('knows a part of the body from its neighbour', () => {
    expect(
      said('FINDINGS: Fracture of the scaphoid. IMPRESSION: Scaphoid fracture.', [fracture], WRIST),
    ).toEqual(['unmarked: Fracture of the scaphoid', 'unmentioned: Fracture of the scaphoid.']);
  });
});

describe('bad input', () => {
  it('an empty text mentions nothing; a hostile one ends', () => {
    expect(said('', [nodule])).toEqual(['unmentioned: ']);
    expect(said('', [])).toEqual([]);
    // A rule that looks at all pairs of words would run into the test's limit of time.
    for (const words of ['no ', '12 x ', '((((', 'left fracture ', 'A 3 mm nodule. ', 'Findings: ', '\n'])
      expect(
        Array.isArray(said(words.repeat(REPORT_TEXT_LIMIT / words.length), [nodule, fracture], WRIST)),
      ).toBe(true);
  }, 120_000);
});

describe('measured on written sets', () => {
  it.each([
    ['developed-on', 0.95, 0.95],
    ['independent', 0.9, 0.85],
  ])('%s: precision and recall', (name, leastPrecision, leastRecall) => {
    const { all } = measure(reportCases(name), lexicon);
    expect(precision(all)).toBeGreaterThanOrEqual(leastPrecision);
    expect(recall(all)).toBeGreaterThanOrEqual(leastRecall);
  });

  it('holds more than 400 sentences of ours', () => {
    const sentences = ['developed-on', 'held-out', 'independent'].flatMap((name) =>
      reportCases(name).flatMap(({ text }) => text.split(/[.!?]\s/)),
    );
    expect(sentences.length).toBeGreaterThan(400);
  });
});
