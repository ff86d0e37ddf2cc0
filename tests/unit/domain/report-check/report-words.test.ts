import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../../electron/domain/report-check/check-report.ts';
import { readMark } from '../../../../electron/domain/report-check/marks.ts';
import { loadReportWords } from '../../../../electron/services/report-words.ts';
import { reportWordsSchema } from '../../../../electron/shared/report-words.ts';

const lexicon = loadReportWords('resources');
const file = reportWordsSchema.parse(
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../../resources/terminology/report-words.json'), 'utf8'),
  ),
);

function kinds(text: string, labels: string[], study = {}): string[] {
  const findings = labels.map((label) => ({ label }));
  return checkReport({ study, findings, text }, lexicon).map(
    ({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`,
  );
}

describe('the list of words', () => {
  it('names only concepts that it has, each once', () => {
    const ids = new Set(file.entities.map(({ id }) => id));
    expect(ids.size).toBe(file.entities.length);
    const named = file.entities.flatMap(({ is = [], signOf = [], denies }) => [
      ...is,
      ...signOf,
      ...(denies === undefined ? [] : [denies]),
    ]);
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('has something on both sides of every gap', () => {
    const words = file.entities.flatMap((entity) => entity.words);
    const bad = words.filter((word) =>
      word.split(/…|\.\./).some((half) => word.search(/…|\.\./) !== -1 && !/[\p{L}\p{N}]/u.test(half)),
    );
    expect(bad).toEqual([]);
  });

  it.each([
    'Renal stone',
    'Rib metastasis',
    'Scapholunate ligament tear',
    'Morton neuroma',
    'Perianal fistula',
    'Talar dome lesion',
    'Osgood-Schlatter disease',
    'Adhesive capsulitis',
    'Submandibular stone',
    'Meckel diverticulum',
    'Croup',
    'Mastitis',
  ])('knows the label %s', (label) => {
    expect(readMark({ label }, lexicon).ids.length).toBeGreaterThan(0);
  });
});

describe('paraphrases', () => {
  it.each([
    ['Pleural effusion', 'The left costophrenic angle is obliterated.'],
    ['Renal stone', 'A concretion is lodged in the lower pole of the kidney.'],
    ['Shoulder dislocation', 'The humeral head lies beneath the coracoid.'],
    ['Deep vein thrombosis', 'The popliteal vein does not compress.'],
    ['Deep vein thrombosis', 'The popliteal veins are non-compressible.'],
    ['Ureteric dilatation', 'Dilated left proximal ureter.'],
    ['Breast cancer metastases', 'Cannonball deposits in both lungs.'],
    ['Liver lesion', 'A hypodense focus in the liver.'],
  ])('%s: %s', (label, text) => {
    expect(kinds(text, [label])).toEqual([]);
  });

  it('reads a denial between the halves of a phrase, not one of its own', () => {
    expect(kinds('Kidneys without stones.', ['Renal stone'])).toEqual(['negation: Kidneys without stones']);
    expect(kinds('The ligaments are not intact.', ['Ligament tear'])).toEqual([]);
  });

  it('does not object to a place that is described in words no list knows', () => {
    const mark = { label: 'Fracture', site: 'calcaneus' };
    const said = (text: string): string[] =>
      checkReport({ study: {}, findings: [mark], text }, lexicon).map(({ kind }) => kind);
    expect(said('The calcaneus has a strange zigzag through it.')).toEqual([]);
    expect(said('The calcaneus is normal in outline and density.')).toContain('unmentioned');
    expect(said('The talus has a strange zigzag through it.')).toContain('unmentioned');
  });
});

describe('words that are no findings', () => {
  it.each([
    'The growth plates are open.',
    'Discussed with Dr Murphy of the stroke team.',
    'Referred to the fracture clinic.',
    'A drain was left in place.',
    'Acoustic shadowing from bowel gas.',
    'The fatty hilum of the node is preserved.',
    'Slight loss of detail secondary to motion.',
    'Simple cortical cysts of both kidneys.',
    'Resection cavity without nodular enhancement.',
    'Collapsed distal bowel.',
  ])('%s', (text) => {
    expect(kinds(text, [])).toEqual([]);
  });

  it('takes no side from verbs and positions, no body part from another examination', () => {
    const mark = [{ label: 'Pneumothorax', laterality: 'right' as const }];
    const text =
      'Left lateral decubitus view. The pneumothorax was left untreated. Her pelvic ultrasound is noted.';
    const study = { modality: 'DX', bodyPart: 'CHEST' };
    expect(checkReport({ study, findings: mark, text }, lexicon)).toEqual([]);
  });
});
