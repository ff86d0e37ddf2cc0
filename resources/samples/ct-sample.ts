import { type DicomElement, writePart10 } from '../../electron/dicom/write-part10.ts';
import { commonElements, sampleUid } from './common-tags.ts';
import { burnIn } from './mark.ts';
import { repeatable } from './random.ts';
import { centredGrid, slicer } from './slice.ts';

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
const SIZE = 256;
const PIXEL_MM = 1.5625;
const SLICE_MM = 2.5;
const LOWEST_MM = -150;
const SLICES = 112;
/** Stored value = Hounsfield units + 1024, as scanners do. */
const INTERCEPT = -1024;
/** Standard deviation of the noise in soft tissue, Hounsfield units. */
const NOISE = 12;

function elements(index: number, z: number, pixels: Uint8Array): DicomElement[] {
  const corner = (-(SIZE - 1) / 2) * PIXEL_MM;
  return [
    ...commonElements({
      study: 'ct study',
      series: 'ct series',
      modality: 'CT',
      patientName: 'SYNTHETIC^Chest CT',
      patientID: 'SYNTHETIC-CT',
      studyDescription: 'SYNTHETIC chest CT phantom',
      seriesDescription: 'SYNTHETIC axial 2.5 mm',
      instanceNumber: index + 1,
    }),
    { tag: '00080008', vr: 'CS', value: ['ORIGINAL', 'PRIMARY', 'AXIAL'] },
    { tag: '00180050', vr: 'DS', value: SLICE_MM },
    { tag: '00180060', vr: 'DS', value: 120 },
    { tag: '00185100', vr: 'CS', value: 'HFS' },
    { tag: '00200032', vr: 'DS', value: [corner, corner, z] },
    { tag: '00200037', vr: 'DS', value: [1, 0, 0, 0, 1, 0] },
    { tag: '00200052', vr: 'UI', value: sampleUid('ct frame of reference') },
    { tag: '00201040', vr: 'LO', value: '' },
    { tag: '00280002', vr: 'US', value: 1 },
    { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
    { tag: '00280010', vr: 'US', value: SIZE },
    { tag: '00280011', vr: 'US', value: SIZE },
    { tag: '00280030', vr: 'DS', value: [PIXEL_MM, PIXEL_MM] },
    { tag: '00280100', vr: 'US', value: 16 },
    { tag: '00280101', vr: 'US', value: 16 },
    { tag: '00280102', vr: 'US', value: 15 },
    { tag: '00280103', vr: 'US', value: 1 },
    { tag: '00281050', vr: 'DS', value: [40, -600] },
    { tag: '00281051', vr: 'DS', value: [400, 1500] },
    { tag: '00281055', vr: 'LO', value: ['Soft tissue', 'Lung'] },
    { tag: '00281052', vr: 'DS', value: INTERCEPT },
    { tag: '00281053', vr: 'DS', value: 1 },
    { tag: '00281054', vr: 'LO', value: 'HU' },
    { tag: '7FE00010', vr: 'OW', value: pixels },
  ];
}

/** The CT series as Part 10 files, from the feet up: int16, 256 by 256, 2.5 mm apart. */
export function* ctSample(): Generator<{ name: string; bytes: Uint8Array }> {
  const slice = slicer(centredGrid(SIZE, SIZE, PIXEL_MM, PIXEL_MM));
  const random = repeatable(7);
  const stored = new Int16Array(SIZE * SIZE);
  for (let index = 0; index < SLICES; index++) {
    const z = LOWEST_MM + index * SLICE_MM;
    const hu = slice(z);
    for (let i = 0; i < stored.length; i++) {
      // Three uniform numbers are near enough to a normal one.
      const noise = (random() + random() + random() - 1.5) * 2 * NOISE;
      stored[i] = Math.max(-1024, Math.round((hu[i] ?? 0) + noise)) - INTERCEPT;
    }
    burnIn(stored, SIZE, 1, 1000 - INTERCEPT, -1000 - INTERCEPT);
    const bytes = writePart10({
      sopClassUID: CT_IMAGE_STORAGE,
      sopInstanceUID: sampleUid(`ct ${index}`),
      transferSyntaxUID: '1.2.840.10008.1.2.1',
      elements: elements(index, z, new Uint8Array(stored.buffer.slice(0))),
    });
    yield { name: `ct-${String(index + 1).padStart(3, '0')}.dcm`, bytes };
  }
}
