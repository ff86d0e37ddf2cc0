import { type DicomElement, writePart10 } from '../../electron/dicom/write-part10.ts';
import { commonElements, sampleUid } from './common-tags.ts';
import { burnIn } from './mark.ts';
import { repeatable } from './random.ts';
import { centredGrid, slicer } from './slice.ts';

const DX_FOR_PRESENTATION = '1.2.840.10008.5.1.4.1.1.1.1';
const COLUMNS = 1024;
const ROWS = 1104;
const PIXEL_MM = 0.35;
/** Height of the top row's centre. */
const TOP_MM = 202;
/** Distance of samples along the ray. */
const DEPTH_MM = 1.6;
const DEPTHS = 150;
const LARGEST = 4095;
/** Water at the mean energy of a chest exposure, per millimetre. */
const WATER_PER_MM = 0.0185;

/**
 * Line integrals of the attenuation from back to front along parallel rays (Beer and Lambert), no unit. Column 0 is the patient's
 * right, as a PA radiograph is hung.
 */
function lineIntegrals(): Float32Array {
  const slice = slicer(centredGrid(COLUMNS, DEPTHS, PIXEL_MM, DEPTH_MM));
  const integrals = new Float32Array(COLUMNS * ROWS);
  const random = repeatable(5);
  for (let row = 0; row < ROWS; row++) {
    // Another place within the step for each row: else the steps show as rings.
    const cells = slice(TOP_MM - row * PIXEL_MM, (random() - 0.5) * DEPTH_MM);
    const line = integrals.subarray(row * COLUMNS, (row + 1) * COLUMNS);
    for (let depth = 0; depth < DEPTHS; depth++) {
      const start = depth * COLUMNS;
      for (let column = 0; column < COLUMNS; column++) {
        line[column] = (line[column] ?? 0) + (cells[start + column] ?? 0) + 1000;
      }
    }
    for (let column = 0; column < COLUMNS; column++) {
      line[column] = ((line[column] ?? 0) / 1000) * WATER_PER_MM * DEPTH_MM;
    }
  }
  return integrals;
}

/** A running mean of 2·radius + 1 along lines of `length` cells that lie `step` apart. */
function smooth(
  from: Float32Array,
  length: number,
  step: number,
  starts: number,
  next: number,
  radius: number,
) {
  const to = new Float32Array(from.length);
  for (let line = 0; line < starts; line++) {
    const at = (place: number): number =>
      from[line * next + Math.min(length - 1, Math.max(0, place)) * step] ?? 0;
    let sum = 0;
    for (let place = -radius; place <= radius; place++) sum += at(place);
    for (let place = 0; place < length; place++) {
      to[line * next + place * step] = sum / (2 * radius + 1);
      sum += at(place + radius + 1) - at(place - radius);
    }
  }
  return to;
}

function blurred(image: Float32Array, radius: number): Float32Array {
  const across = smooth(image, COLUMNS, 1, ROWS, COLUMNS, radius);
  return smooth(across, ROWS, COLUMNS, COLUMNS, 1, radius);
}

/** Stored values: 12 bits, bright where much was absorbed, shaped as a film's curve with the edges of a system's processing. */
function exposure(): Uint16Array {
  const sharp = blurred(lineIntegrals(), 1);
  const wide = blurred(blurred(sharp, 40), 40);
  const random = repeatable(11);
  return Uint16Array.from(sharp, (value, i) => {
    const detail = value - (wide[i] ?? 0);
    const noise = (random() + random() - 1) * 0.02;
    const shown = 0.72 * value + 0.55 * detail + noise;
    return Math.round(LARGEST / (1 + Math.exp(-(shown - 1.75) / 0.52)));
  });
}

function elements(pixels: Uint16Array): DicomElement[] {
  return [
    ...commonElements({
      study: 'dx study',
      series: 'dx series',
      modality: 'DX',
      patientName: 'SYNTHETIC^Chest radiograph',
      patientID: 'SYNTHETIC-DX',
      studyDescription: 'SYNTHETIC chest radiograph',
      seriesDescription: 'SYNTHETIC PA, projected phantom',
      instanceNumber: 1,
    }),
    { tag: '00080008', vr: 'CS', value: ['DERIVED', 'PRIMARY'] },
    { tag: '00080068', vr: 'CS', value: 'FOR PRESENTATION' },
    { tag: '00082111', vr: 'ST', value: 'Line integrals through a synthetic phantom' },
    {
      tag: '00082218',
      vr: 'SQ',
      value: [code('816094009', 'SCT', 'Chest')],
    },
    { tag: '00181164', vr: 'DS', value: [PIXEL_MM, PIXEL_MM] },
    { tag: '00181508', vr: 'CS', value: 'NONE' },
    { tag: '00185101', vr: 'CS', value: 'PA' },
    { tag: '00187004', vr: 'CS', value: 'DIRECT' },
    { tag: '00200020', vr: 'CS', value: ['L', 'F'] },
    { tag: '00200062', vr: 'CS', value: 'U' },
    { tag: '00280002', vr: 'US', value: 1 },
    { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
    { tag: '00280010', vr: 'US', value: ROWS },
    { tag: '00280011', vr: 'US', value: COLUMNS },
    { tag: '00280030', vr: 'DS', value: [PIXEL_MM, PIXEL_MM] },
    { tag: '00280100', vr: 'US', value: 16 },
    { tag: '00280101', vr: 'US', value: 12 },
    { tag: '00280102', vr: 'US', value: 11 },
    { tag: '00280103', vr: 'US', value: 0 },
    { tag: '00281040', vr: 'CS', value: 'LOG' },
    { tag: '00281041', vr: 'SS', value: -1 },
    { tag: '00281050', vr: 'DS', value: 2048 },
    { tag: '00281051', vr: 'DS', value: 4096 },
    { tag: '00281052', vr: 'DS', value: 0 },
    { tag: '00281053', vr: 'DS', value: 1 },
    { tag: '00281054', vr: 'LO', value: 'US' },
    { tag: '00282110', vr: 'CS', value: '00' },
    { tag: '00400555', vr: 'SQ', value: [] },
    { tag: '00540220', vr: 'SQ', value: [[...code('272479007', 'SCT', 'postero-anterior'), EMPTY_MODIFIER]] },
    { tag: '20500020', vr: 'CS', value: 'IDENTITY' },
    { tag: '7FE00010', vr: 'OW', value: new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength) },
  ];
}

const EMPTY_MODIFIER: DicomElement = { tag: '00540222', vr: 'SQ', value: [] };

function code(value: string, scheme: string, meaning: string): DicomElement[] {
  return [
    { tag: '00080100', vr: 'SH', value },
    { tag: '00080102', vr: 'SH', value: scheme },
    { tag: '00080104', vr: 'LO', value: meaning },
  ];
}

/** The radiograph as a Part 10 file: PA, 12 bits, MONOCHROME2, 0.35 mm pixels. */
export function radiographSample(): { name: string; bytes: Uint8Array } {
  const pixels = exposure();
  burnIn(pixels, COLUMNS, 4, LARGEST, 0);
  const bytes = writePart10({
    sopClassUID: DX_FOR_PRESENTATION,
    sopInstanceUID: sampleUid('dx'),
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    elements: elements(pixels),
  });
  return { name: 'dx-pa.dcm', bytes };
}
