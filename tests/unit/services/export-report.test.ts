import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { describe, expect, test } from 'vitest';
import type { DicomElement } from '../../../electron/dicom/write-part10.ts';
import { assessDifference } from '../../../electron/services/assess-difference.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { exportPdf } from '../../../electron/services/export-report.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { revealComparison } from '../../../electron/services/reveal-comparison.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import type { ReadContent } from '../../../electron/shared/read.ts';
import { temporaryFolder } from '../store/parts.ts';
import {
  actionsOf,
  aiFinding,
  BOTH_FRAMES,
  modelResult,
  readerFinding,
  onScreen,
  readingWorld,
  type ReadingWorld,
  RECORD,
  saveResult,
  STUDY,
} from './reading-world.ts';

const CONTENT: ReadContent = {
  findings: [
    readerFinding({ comment: 'Poorly defined, about 2 cm.' }),
    readerFinding({
      id: 'r2',
      label: 'Cardiomegaly',
      shape: 'rectangle',
      box: [44, 96, 92, 128],
      laterality: 'midline',
    }),
  ],
  noAbnormalFinding: false,
  impression:
    'Opacity in the right upper zone, suspicious of active tuberculosis.\nEnlarged heart. Sputum advised.',
};

async function committed(elements: DicomElement[] = [], content = CONTENT): Promise<ReadingWorld> {
  const world = readingWorld(elements);
  const scattered = aiFinding({ id: 'a2', score: 0.57, box: [84, 40, 112, 66] });
  saveResult(world, modelResult({ findings: [aiFinding(), scattered] }));
  openStudy(world, STUDY, world.reader.id);
  saveRead(world, STUDY, world.reader.id, content);
  await commitRead(world, STUDY, world.reader.id, {
    content: onScreen(world),
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });
  return world;
}

const pdfOf = (world: ReadingWorld, readerId: string | null = null): Promise<Uint8Array> =>
  exportPdf(world, {
    studyInstanceUID: STUDY,
    readerId,
    actor: readerId ?? 'operator',
    build: '0.1.0+test',
  });

/** OVERREAD_TEST_OUTPUT keeps what a person may want to look at. */
function keep(name: string, pdf: Uint8Array): string {
  const folder = process.env['OVERREAD_TEST_OUTPUT'] ?? temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, pdf);
  return path;
}

test('without a committed read it is refused, for a reader and for the command line', async () => {
  const world = readingWorld();
  saveResult(world);
  openStudy(world, STUDY, world.reader.id);
  const refused = { type: 'refused', code: 'read-not-committed' };
  await expect(pdfOf(world)).rejects.toMatchObject(refused);
  await expect(pdfOf(world, world.reader.id)).rejects.toMatchObject(refused);
  expect(actionsOf(world)).not.toContain('export');
});

test('an export is audited, and is a reveal where its reader sees the AI first on it', async () => {
  const world = await committed();
  await pdfOf(world);
  expect(actionsOf(world).slice(-1)).toEqual(['export']);
  await pdfOf(world, world.reader.id);
  expect(actionsOf(world).slice(-2)).toEqual(['reveal', 'export']);
  await pdfOf(world, world.reader.id);
  expect(actionsOf(world).filter((action) => action === 'reveal')).toHaveLength(1);
  const [entry] = world.store.audit.list(1, 0);
  expect(entry?.detail).toMatchObject({ as: 'pdf', records: [RECORD] });
});

const withPdftotext = spawnSync('pdftotext', ['-v']).error === undefined;

describe.skipIf(!withPdftotext)('read back by pdftotext', () => {
  function textOf(pdf: Uint8Array, name: string): string {
    const path = keep(name, pdf);
    // As it lies on the page, and as it was drawn: the letters on the key image stand between the words of lines beside it.
    return ['-layout', '-raw']
      .map((order) => {
        const { stdout, stderr, status } = spawnSync('pdftotext', [order, path, '-'], { encoding: 'utf8' });
        expect(status, stderr).toBe(0);
        return stdout.replaceAll(/\s+/g, ' ');
      })
      .join(' ');
  }

  test('one page says whose study, read, AI result, differences and judgement it is, and with what', async () => {
    const world = await committed();
    const { items } = revealComparison(world, STUDY, world.reader.id);
    const judged = items.find((item) => item.kind === 'agree')?.id ?? '';
    const request = { verdict: 'accept' as const, reason: 'Seen on the image', comment: 'same place' };
    assessDifference(world, STUDY, world.reader.id, judged, request);
    const pdf = await pdfOf(world);
    expect((await PDFDocument.load(pdf)).getPageCount()).toBe(1);
    const text = textOf(pdf, 'report.pdf');
    for (const words of [
      'For research use, not for diagnosis',
      'DOE, JANE',
      '0012345',
      'F, 54 y',
      'Chest PA',
      'R. Reader',
      'signature checked',
      'Frames seen 2 of 2',
      'Tuberculosis',
      'right',
      '3 of 4',
      '6.0 × 12.0 mm at the',
      'series 1, image 1',
      'Poorly defined, about',
      'Opacity in the right upper zone, suspicious of active tuberculosis.',
      'chest-adult',
      'tuberculosis-type abnormality',
      'score 0.810',
      'calibrated probability 64 %',
      'balanced 0.500',
      'Lung field area: 21346 mm² at the detector',
      RECORD,
      'AI agrees',
      'AI only',
      'Cardiomegaly: not assessed by any model: no model here looks',
      'accept: Seen on the image',
      'same place',
      'not judged yet',
      'Overread 0.1.0+test',
      'page 1 of 1',
    ]) {
      expect(text).toContain(words);
    }
    // Long hexadecimal numbers wrap.
    expect(text.replaceAll(' ', '')).toContain(modelResult().model.sha256.slice(0, 20));
  });

  test('a negative result, an undrawn key image and no finding are said in words', async () => {
    const world = readingWorld();
    const scores = BOTH_FRAMES.map((ref) => ({ ...ref, label: 'Tuberculosis', score: 0.1 }));
    saveResult(world, modelResult({ findings: [], scores }));
    openStudy(world, STUDY, world.reader.id);
    saveRead(world, STUDY, world.reader.id, { findings: [], noAbnormalFinding: true, impression: '' });
    await commitRead(world, STUDY, world.reader.id, {
      content: onScreen(world),
      framesDisplayed: [],
      acknowledgeUnseen: true,
    });
    const text = textOf(await pdfOf(world), 'negative.pdf');
    expect(text).toContain('The reader states: no abnormal finding.');
    expect(text).toContain('no tuberculosis-type abnormality found by this model; nothing else');
    expect(text).toContain('no difference to settle');
    expect(text).toContain('Frames seen 0 of 2');
    expect(text).toContain('Not seen by the reader (2): series 1, images 1–2 (not displayed)');
    expect(text).not.toMatch(/(?<!ab)normal (radiograph found|study)/);
  });

  test('text that fills more than a page goes on on the next one, to its last word', async () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      readerFinding({ id: `f${index}`, label: `Nodule ${index}`, comment: `comment ${index} `.repeat(12) }),
    );
    const impression = `${'A long impression. '.repeat(400)}The very last word.`;
    const world = await committed([], { findings: many, noAbnormalFinding: false, impression });
    const pdf = await pdfOf(world);
    const pages = (await PDFDocument.load(pdf)).getPageCount();
    expect(pages).toBeGreaterThan(2);
    const text = textOf(pdf, 'long.pdf');
    expect(text).toContain('The very last word.');
    expect(text).toContain('Nodule 39');
    // Everything stands in the text twice: as it lies and as it is drawn.
    expect(text.split('comment 39').length - 1).toBe(2 * 12);
    expect(text).toContain(`page ${pages} of ${pages}`);
    expect(text.split('DOE, JANE · 0012345').length - 1).toBe(2 * (pages - 1));
  });

  test('a name that the fonts lack is plainly marked, never a gap', async () => {
    const world = await committed([
      { tag: '00080005', vr: 'CS', value: 'ISO_IR 192' },
      { tag: '00100010', vr: 'PN', value: 'Yamada^Tarou=山田^太郎=やまだ^たろう' },
      { tag: '00081030', vr: 'LO', value: 'Thorax über čas' },
      { tag: '00100020', vr: 'LO', value: '山田' },
    ]);
    const text = textOf(await pdfOf(world), 'japanese.pdf');
    expect(text).toContain('Yamada');
    expect(text).toContain('[U+5C71 U+7530]');
    expect(text).toContain('Thorax über cas');
    expect(text).toContain("Some letters are not in this page's fonts");
  });
});
