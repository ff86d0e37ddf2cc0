import { expect, test } from 'vitest';
import type { DicomElement } from '../../../electron/dicom/dicom-element.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { extentOf, extentWords as reportWords } from '../../../electron/domain/measurement.ts';
import { attributesOf } from '../../../electron/services/export-report-facts.ts';
import { edgeLettersOfImage } from '../../../electron/shared/orientation.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';
import { ellipseWords, extentWords, lengthWords } from '../../../renderer/viewer/format-measured.ts';
import { framesOfStack } from '../../../renderer/viewer/frames-of-stack.ts';
import { measuredImage } from '../../../renderer/viewer/measured-image.ts';
import { frameValues } from '../../fixtures/frame-values.ts';
import { el, sample } from '../dicom/samples.ts';
import { codesOf } from '../domain/series/files.ts';
import { stage, temporaryStore } from '../store/parts.ts';

const AXIAL = [1, 0, 0, 0, 1, 0];
const SAGITTAL = [0, 1, 0, 0, 0, -1];
const CORONAL = [1, 0, 0, 0, 0, -1];

interface Frame {
  readonly spacing: number;
  readonly orientation?: readonly number[];
  readonly z?: number;
}

/** A stored study of one enhanced object whose frames have these planes. */
function study(frames: readonly Frame[], ...elements: DicomElement[]): StudyDetail {
  const store = temporaryStore();
  const item = (tag: string, element: DicomElement) => el(`${tag} SQ`, [[element]]);
  const groups = frames.map(({ spacing, orientation = AXIAL, z = 0 }) => [
    item('00289110', el('00280030 DS', [spacing, spacing])),
    item('00209116', el('00200037 DS', [...orientation])),
    item('00209113', el('00200032 DS', [0, 0, z])),
  ]);
  const header = readHeader(
    sample([
      el('00280008 IS', frames.length),
      el('7FE00010 OW', new Uint8Array(12 * frames.length)),
      el('52009230 SQ', groups),
      ...elements,
    ]),
  );
  store.studies.storeStudy('1.2.3', [stage(store, header, 'object')], null, 'operator');
  return store.studies.detail('1.2.3', null);
}

/** The frames as the viewer has them, by their number in the object. */
const framesOf = ({ seriesList: [series] }: StudyDetail) =>
  (series?.stacks ?? [])
    .flatMap((stack) => framesOfStack(series as NonNullable<typeof series>, stack))
    .toSorted((a, b) => a.frame - b.frame);

const SPACINGS = [1, 3, 0.5].map((spacing) => ({ spacing }));
const decoded = {
  rows: 2,
  columns: 3,
  samples: 1,
  type: 'int16',
  photometric: 'MONOCHROME2',
  data: new Int16Array(6),
  values: frameValues(),
} as const;

test('100 pixels on frames of 1, 3 and 0.5 mm are 100, 300 and 50 mm, on the screen and in the report', () => {
  const object = study(SPACINGS);
  const frames = framesOf(object);
  expect(frames.map(({ frame }) => frame)).toEqual([0, 1, 2]);
  expect(frames.map(({ image }) => lengthWords([0, 0, 100, 0], image))).toEqual([
    '100 mm',
    '300 mm',
    '50 mm',
  ]);
  expect(frames.map(({ image }) => lengthWords([0, 0, 0, 100], image))).toEqual([
    '100 mm',
    '300 mm',
    '50 mm',
  ]);
  expect(frames.map(({ image }) => extentWords([0, 0, 100, 10], image))).toEqual([
    '100 × 10 mm',
    '300 × 30 mm',
    '50 × 5 mm',
  ]);
  const area = (pixels: number) => `area ${(Math.PI * pixels).toPrecision(3)} mm²`;
  expect(frames.map(({ image }) => ellipseWords([0, 0, 4, 2], measuredImage(decoded, image))[0])).toEqual([
    area(2),
    area(18),
    `area ${(Math.PI / 2).toFixed(2)} mm²`,
  ]);
  const report = frames.map((ref) => attributesOf(object, ref));
  expect(report.map((image) => image && reportWords(extentOf(image, [0, 0, 100, 10])))).toEqual([
    '100.0 × 10.0 mm',
    '300.0 × 30.0 mm',
    '50.0 × 5.0 mm',
  ]);
});

test('on a projection that nothing calibrated the unit says that it holds at the detector', () => {
  const frames = framesOf(study(SPACINGS, el('00080060 CS', 'XA')));
  expect(frames.map(({ image }) => lengthWords([0, 0, 100, 0], image))).toEqual([
    '100 mm at the detector',
    '300 mm at the detector',
    '50 mm at the detector',
  ]);
});

test('a header of an earlier build, which kept no source of such spacings, is measured in pixels', () => {
  const object = study(SPACINGS);
  const old = {
    ...object,
    seriesList: object.seriesList.map((series) => ({
      ...series,
      instances: series.instances.map((one) => ({
        ...one,
        image: one.image && { ...one.image, spacingSource: null },
      })),
    })),
  };
  const [, second] = framesOf(old);
  expect(second?.image.pixelSpacing).toEqual([3, 3]);
  expect(second && lengthWords([0, 0, 100, 0], second.image)).toBe('100 px');
});

test('letters are each frame’s own', () => {
  const frames = framesOf(
    study([AXIAL, SAGITTAL, CORONAL].map((orientation, i) => ({ spacing: i + 1, orientation }))),
  );
  expect(frames.map(({ image }) => edgeLettersOfImage(image))).toEqual([
    { left: 'R', right: 'L', top: 'A', bottom: 'P' },
    { left: 'A', right: 'P', top: 'H', bottom: 'F' },
    { left: 'R', right: 'L', top: 'H', bottom: 'F' },
  ]);
});

test('the stacks of an object with two spacings are volumes, each with its own', () => {
  const heights = [0, 2, 4, 6];
  const [series] = study([0.5, 0.7].flatMap((spacing) => heights.map((z) => ({ spacing, z })))).seriesList;
  expect(series?.stacks.map(({ label }) => label)).toEqual([
    '3 × 2 pixels of 0.500 mm',
    '3 × 2 pixels of 0.700 mm',
  ]);
  expect(series?.stacks.map(codesOf)).toEqual([[], []]);
});

test('where the spacing holds at the detector, they are none', () => {
  const heights = [0, 2, 4, 6];
  const frames = [0.5, 0.7].flatMap((spacing) => heights.map((z) => ({ spacing, z })));
  const [series] = study(frames, el('00080060 CS', 'XA')).seriesList;
  expect(series?.stacks.map(codesOf)).toEqual([['no-spacing'], ['no-spacing']]);
  expect(series?.stacks.map(({ label }) => label)).toEqual([
    '3 × 2 pixels, stated spacing 0.500 mm',
    '3 × 2 pixels, stated spacing 0.700 mm',
  ]);
});
