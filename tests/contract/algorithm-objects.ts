import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DicomElement } from '../../electron/dicom/dicom-element.ts';
import { writePart10 } from '../../electron/dicom/write-part10.ts';

const STORAGE = '1.2.840.10008.5.1.4.1.1';
const STUDY = '1.2.826.0.1.77';

/** One object of the study, named the same in both folders. */
function object(
  sop: string,
  sopClass: string,
  elements: readonly DicomElement[],
  series = `${STUDY}.${sop}`,
): Uint8Array {
  return writePart10({
    sopClassUID: `${STORAGE}.${sopClass}`,
    sopInstanceUID: `${STUDY}.${sop}.1`,
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    elements: [
      { tag: '00080020', vr: 'DA', value: '20260101' },
      { tag: '00100010', vr: 'PN', value: 'DOE^JANE' },
      { tag: '00100020', vr: 'LO', value: 'P1' },
      { tag: '0020000D', vr: 'UI', value: STUDY },
      { tag: '0020000E', vr: 'UI', value: series },
      ...elements,
    ],
  });
}

function pixels(rows: number, columns: number): DicomElement[] {
  return [
    { tag: '00280002', vr: 'US', value: 1 },
    { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
    { tag: '00280010', vr: 'US', value: rows },
    { tag: '00280011', vr: 'US', value: columns },
    { tag: '00280100', vr: 'US', value: 8 },
    { tag: '00280101', vr: 'US', value: 8 },
    { tag: '00280102', vr: 'US', value: 7 },
    { tag: '00280103', vr: 'US', value: 0 },
    { tag: '7FE00010', vr: 'OB', value: new Uint8Array(rows * columns).fill(rows) },
  ];
}

const text = (tag: string, vr: string, value: string): DicomElement => ({ tag, vr, value });

/** The image itself, the same whatever an algorithm said of it. */
const radiograph = object('1', '1.1', [
  text('00080060', 'CS', 'CR'),
  text('00081030', 'LO', 'Chest'),
  text('00080050', 'SH', 'A1'),
  ...pixels(4, 6),
]);

/** What may stand in an answer only after the commit. */
export const TELLING = [
  'nodule',
  'SECRET',
  'SEG',
  'Segmentation',
  'Structured',
  'CAD',
  'Presentation',
  `${STUDY}.2`,
  `${STUDY}.3`,
  `${STUDY}.6`,
];

export const WITHHELD_STUDY = STUDY;
export const WITHHELD_SOPS = [`${STUDY}.2.1`, `${STUDY}.3.1`, `${STUDY}.4.1`, `${STUDY}.6.1`];
export const WITHHELD_SERIES = [`${STUDY}.2`, `${STUDY}.3`, `${STUDY}.4`, `${STUDY}.6`];

/** An image, with what an algorithm found in it: CAD reports, a segmentation and captures; in the other folder a lone report that found nothing. */
export function writeAlgorithmObjects(folder: string, findings: 'many' | 'none'): string {
  const path = join(folder, findings);
  mkdirSync(path, { recursive: true });
  const put = (name: string, bytes: Uint8Array): void => writeFileSync(join(path, name), bytes);
  // The last in the order of names: what an algorithm said must not be believed for being first.
  put('z', radiograph);
  if (findings === 'none') {
    // No accession number, a later study date: nothing of it may reach the study's own line either.
    put('b', object('2', '88.11', [text('00080060', 'CS', 'SR'), text('0008103E', 'LO', 'nothing found')]));
    return path;
  }
  put(
    'b',
    object('2', '88.65', [
      text('00080060', 'CS', 'SR'),
      text('00081030', 'LO', 'SECRET nodule 21 mm'),
      text('0008103E', 'LO', 'Chest CAD: nodule'),
      text('00080080', 'LO', 'SECRET'),
    ]),
  );
  put(
    'c',
    object('3', '66.4', [
      text('00080060', 'CS', 'SEG'),
      text('0008103E', 'LO', 'nodule mask'),
      { tag: '00620002', vr: 'SQ', value: [[text('00620008', 'CS', 'AUTOMATIC')]] },
      ...pixels(4, 6),
    ]),
  );
  put(
    'd',
    object('4', '7', [
      text('00080060', 'CS', 'CR'),
      text('0008103E', 'LO', 'SECRET overlay'),
      { tag: '00200011', vr: 'IS', value: 1 },
      ...pixels(9, 9),
    ]),
  );
  // In the image's own series too.
  put(
    'e',
    object('5', '11.1', [text('00080060', 'CS', 'PR'), text('0008103E', 'LO', 'SECRET marks')], `${STUDY}.1`),
  );
  // Flags too: a capture that had to be mended, and two reports under one UID.
  put('f', object('6', '7', [text('00080060', 'CS', 'OT'), ...pixels(9, 9)]).subarray(132));
  put(
    'g',
    object('2', '88.65', [text('00080060', 'CS', 'SR'), text('0008103E', 'LO', 'Chest CAD: nodules')]),
  );
  return path;
}
