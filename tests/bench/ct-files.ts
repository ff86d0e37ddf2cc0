import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePart10 } from '../../electron/dicom/write-part10.ts';

export interface CtFiles {
  /** Root of all UIDs: other roots are other patients. */
  readonly root: string;
  readonly studies: number;
  readonly seriesOfStudy: number;
  readonly slicesOfSeries: number;
  /** Rows and columns, 16 bits each. */
  readonly side: number;
}

/** Writes CT-like Part 10 files, explicit little endian, one folder a series. Each has its own pixels: no two are the same bytes. */
export function writeCtFiles(directory: string, files: CtFiles): void {
  const { root, studies, seriesOfStudy, slicesOfSeries, side } = files;
  const pixels = new Uint8Array(side * side * 2);
  let written = 0;
  for (let study = 1; study <= studies; study++) {
    for (let series = 1; series <= seriesOfStudy; series++) {
      const folder = join(directory, String(study), String(series));
      mkdirSync(folder, { recursive: true });
      for (let slice = 1; slice <= slicesOfSeries; slice++) {
        written += 1;
        new DataView(pixels.buffer).setUint32(0, written, true);
        const bytes = ctFile(`${root}.${study}`, study, series, slice, side, pixels);
        writeFileSync(join(folder, `${slice}.dcm`), bytes);
      }
    }
  }
}

function ctFile(
  studyUID: string,
  study: number,
  series: number,
  slice: number,
  side: number,
  pixels: Uint8Array,
): Uint8Array {
  return writePart10({
    sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUID: `${studyUID}.${series}.${slice}`,
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    elements: [
      { tag: '00080008', vr: 'CS', value: ['ORIGINAL', 'PRIMARY', 'AXIAL'] },
      { tag: '00080020', vr: 'DA', value: '20260101' },
      { tag: '00080030', vr: 'TM', value: '120000' },
      { tag: '00080050', vr: 'SH', value: `A${study}` },
      { tag: '00080060', vr: 'CS', value: 'CT' },
      { tag: '00080070', vr: 'LO', value: 'Bench' },
      { tag: '00081030', vr: 'LO', value: 'Bench study' },
      { tag: '0008103E', vr: 'LO', value: `Series ${series}` },
      { tag: '00100010', vr: 'PN', value: `BENCH^Patient ${study}` },
      { tag: '00100020', vr: 'LO', value: `BENCH-${study}` },
      { tag: '00100030', vr: 'DA', value: '19700101' },
      { tag: '00100040', vr: 'CS', value: 'O' },
      { tag: '00180015', vr: 'CS', value: 'CHEST' },
      { tag: '00180050', vr: 'DS', value: 1 },
      { tag: '0020000D', vr: 'UI', value: studyUID },
      { tag: '0020000E', vr: 'UI', value: `${studyUID}.${series}` },
      { tag: '00200011', vr: 'IS', value: series },
      { tag: '00200013', vr: 'IS', value: slice },
      { tag: '00200032', vr: 'DS', value: [-100, -100, slice] },
      { tag: '00200037', vr: 'DS', value: [1, 0, 0, 0, 1, 0] },
      { tag: '00280002', vr: 'US', value: 1 },
      { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
      { tag: '00280010', vr: 'US', value: side },
      { tag: '00280011', vr: 'US', value: side },
      { tag: '00280030', vr: 'DS', value: [1, 1] },
      { tag: '00280100', vr: 'US', value: 16 },
      { tag: '00280101', vr: 'US', value: 16 },
      { tag: '00280102', vr: 'US', value: 15 },
      { tag: '00280103', vr: 'US', value: 1 },
      { tag: '00281050', vr: 'DS', value: 40 },
      { tag: '00281051', vr: 'DS', value: 400 },
      { tag: '00281052', vr: 'DS', value: -1024 },
      { tag: '00281053', vr: 'DS', value: 1 },
      { tag: '7FE00010', vr: 'OW', value: pixels },
    ],
  });
}
