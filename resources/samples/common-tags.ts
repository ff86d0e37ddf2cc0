import { createHash } from 'node:crypto';
import type { DicomElement } from '../../electron/dicom/write-part10.ts';

/** A UID under 2.25 (PS3.5 Annex B.2) that follows from a name: every machine makes the same samples. */
export function sampleUid(name: string): string {
  const digest = createHash('sha256').update(`overread sample ${name}`).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${digest.subarray(0, 16).toString('hex')}`)}`;
}

export const COMMENT = 'SYNTHETIC phantom made by Overread. Not a patient.';

export interface SampleFacts {
  readonly study: string;
  readonly series: string;
  readonly modality: string;
  readonly patientName: string;
  readonly patientID: string;
  readonly studyDescription: string;
  readonly seriesDescription: string;
  readonly instanceNumber: number;
}

/** Patient, study, series, equipment and SOP common modules of a sample. */
export function commonElements(facts: SampleFacts): DicomElement[] {
  return [
    { tag: '00080020', vr: 'DA', value: '20260101' },
    { tag: '00080021', vr: 'DA', value: '20260101' },
    { tag: '00080023', vr: 'DA', value: '20260101' },
    { tag: '00080022', vr: 'DA', value: '20260101' },
    { tag: '00080030', vr: 'TM', value: '120000' },
    { tag: '00080031', vr: 'TM', value: '120000' },
    { tag: '00080032', vr: 'TM', value: '120000' },
    { tag: '00080033', vr: 'TM', value: '120000' },
    { tag: '00080050', vr: 'SH', value: '' },
    { tag: '00080060', vr: 'CS', value: facts.modality },
    { tag: '00080070', vr: 'LO', value: 'Overread (synthetic)' },
    { tag: '00081090', vr: 'LO', value: 'Chest phantom' },
    { tag: '00081030', vr: 'LO', value: facts.studyDescription },
    { tag: '0008103E', vr: 'LO', value: facts.seriesDescription },
    { tag: '00080090', vr: 'PN', value: '' },
    { tag: '00100010', vr: 'PN', value: facts.patientName },
    { tag: '00100020', vr: 'LO', value: facts.patientID },
    { tag: '00100030', vr: 'DA', value: '' },
    { tag: '00100040', vr: 'CS', value: 'O' },
    { tag: '00101010', vr: 'AS', value: '050Y' },
    { tag: '00104000', vr: 'LT', value: COMMENT },
    { tag: '00180015', vr: 'CS', value: 'CHEST' },
    { tag: '00181000', vr: 'LO', value: '1' },
    { tag: '00181020', vr: 'LO', value: '1' },
    { tag: '0020000D', vr: 'UI', value: sampleUid(facts.study) },
    { tag: '0020000E', vr: 'UI', value: sampleUid(facts.series) },
    { tag: '00200010', vr: 'SH', value: 'SYNTHETIC' },
    { tag: '00200011', vr: 'IS', value: 1 },
    { tag: '00200012', vr: 'IS', value: 1 },
    { tag: '00200013', vr: 'IS', value: facts.instanceNumber },
    { tag: '00204000', vr: 'LT', value: COMMENT },
    { tag: '00280301', vr: 'CS', value: 'YES' },
  ];
}
