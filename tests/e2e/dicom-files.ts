import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DicomElement, writePart10 } from '../../electron/dicom/write-part10.ts';

/** What a test image says of itself; synthetic through and through. */
export interface TestSeries {
  /** YYYYMMDD. */
  readonly studyDate?: string;
  readonly patientName: string;
  readonly patientID: string;
  readonly modality: string;
  readonly description: string;
  readonly root: string;
  readonly rows: number;
  readonly columns: number;
  readonly slices: number;
  /** Frames of each file, all alike; 1 unless told. */
  readonly frames?: number;
  readonly photometric: 'MONOCHROME1' | 'MONOCHROME2' | 'RGB';
  readonly signed?: boolean;
  readonly slope?: number;
  readonly intercept?: number;
  readonly window?: readonly [number, number];
  readonly spacing?: readonly [number, number];
  readonly elements?: readonly DicomElement[];
  /** What one slice says otherwise than the series, by tag. */
  readonly sliceElements?: (slice: number) => readonly DicomElement[];
  /** A slice whose frame is RLE that ends too early: its header is in order, its pixels cannot be decoded. */
  readonly brokenSlice?: number;
  /** Stored value (or channel) at a pixel. */
  readonly value: (column: number, row: number, slice: number, sample: number) => number;
}

const CT = '1.2.840.10008.5.1.4.1.1.2';
const DX = '1.2.840.10008.5.1.4.1.1.1.1';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const RLE_LOSSLESS = '1.2.840.10008.1.2.5';
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';

/** Writes a series as Part 10 files into a folder, one a slice. */
export function writeSeries(folder: string, series: TestSeries): void {
  mkdirSync(folder, { recursive: true });
  for (let slice = 0; slice < series.slices; slice += 1) {
    writeFileSync(join(folder, `${String(slice + 1).padStart(4, '0')}.dcm`), sliceBytes(series, slice));
  }
}

/** The study's UID. */
export function studyUID(series: TestSeries): string {
  return `${series.root}.1`;
}

function sliceBytes(series: TestSeries, slice: number): Uint8Array {
  const { modality, rows, columns, photometric, root, signed = false } = series;
  const colour = photometric === 'RGB';
  const sopClassUID = colour ? SECONDARY_CAPTURE : modality === 'CT' ? CT : DX;
  const elements: DicomElement[] = [
    { tag: '00080020', vr: 'DA', value: series.studyDate ?? '20261120' },
    { tag: '00080030', vr: 'TM', value: '101500' },
    { tag: '00080060', vr: 'CS', value: modality },
    { tag: '00081030', vr: 'LO', value: series.description },
    { tag: '0008103E', vr: 'LO', value: series.description },
    { tag: '00100010', vr: 'PN', value: series.patientName },
    { tag: '00100020', vr: 'LO', value: series.patientID },
    { tag: '00100030', vr: 'DA', value: '19720304' },
    { tag: '00100040', vr: 'CS', value: 'F' },
    { tag: '0020000D', vr: 'UI', value: `${root}.1` },
    { tag: '0020000E', vr: 'UI', value: `${root}.2` },
    { tag: '00200011', vr: 'IS', value: '1' },
    { tag: '00200013', vr: 'IS', value: String(slice + 1) },
    { tag: '00280002', vr: 'US', value: colour ? 3 : 1 },
    { tag: '00280004', vr: 'CS', value: photometric },
    { tag: '00280010', vr: 'US', value: rows },
    { tag: '00280011', vr: 'US', value: columns },
    { tag: '00280100', vr: 'US', value: colour ? 8 : 16 },
    { tag: '00280101', vr: 'US', value: colour ? 8 : 16 },
    { tag: '00280102', vr: 'US', value: colour ? 7 : 15 },
    { tag: '00280103', vr: 'US', value: signed ? 1 : 0 },
    slice === series.brokenSlice
      ? { tag: '7FE00010', vr: 'OB', value: { fragments: [endsEarly()] } }
      : {
          tag: '7FE00010',
          vr: colour ? 'OB' : 'OW',
          value: repeated(pixels(series, slice), series.frames ?? 1),
        },
    // Digitised film: a capture of unknown origin would be withheld until the commit.
    ...(colour
      ? [
          { tag: '00080064', vr: 'CS', value: 'DF' },
          { tag: '00280006', vr: 'US', value: 0 },
        ]
      : []),
    ...(series.slope === undefined
      ? []
      : [
          { tag: '00281052', vr: 'DS', value: String(series.intercept ?? 0) },
          { tag: '00281053', vr: 'DS', value: String(series.slope) },
          { tag: '00281054', vr: 'LO', value: modality === 'CT' ? 'HU' : 'US' },
        ]),
    ...(series.window === undefined
      ? []
      : [
          { tag: '00281050', vr: 'DS', value: String(series.window[0]) },
          { tag: '00281051', vr: 'DS', value: String(series.window[1]) },
        ]),
    ...(series.spacing === undefined
      ? []
      : [{ tag: modality === 'CT' ? '00280030' : '00181164', vr: 'DS', value: series.spacing.join('\\') }]),
    ...(modality === 'CT'
      ? [
          { tag: '00200032', vr: 'DS', value: `0\\0\\${slice * 2}` },
          { tag: '00200037', vr: 'DS', value: '1\\0\\0\\0\\1\\0' },
          { tag: '00200052', vr: 'UI', value: `${root}.9` },
        ]
      : []),
    ...(series.elements ?? []),
  ];
  const own = series.sliceElements?.(slice) ?? [];
  const changed = new Set(own.map(({ tag }) => tag));
  const merged = [...elements.filter(({ tag }) => !changed.has(tag)), ...own];
  const sopInstanceUID = `${root}.3.${slice + 1}`;
  const transferSyntaxUID = slice === series.brokenSlice ? RLE_LOSSLESS : EXPLICIT_LITTLE_ENDIAN;
  return writePart10({ sopClassUID, sopInstanceUID, transferSyntaxUID, elements: merged });
}

/** Two RLE segments (PS3.5 Annex G) that hold one run of 128 bytes each. */
function endsEarly(): Uint8Array {
  const bytes = Buffer.alloc(64 + 4);
  [2, 64, 66].forEach((value, index) => bytes.writeUInt32LE(value, index * 4));
  bytes.set([0x81, 0x11, 0x81, 0x22], 64);
  return bytes;
}

/** The same frame several times over. */
function repeated(frame: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(frame.length * times);
  for (let i = 0; i < times; i += 1) all.set(frame, i * frame.length);
  return all;
}

function pixels(series: TestSeries, slice: number): Uint8Array {
  const { rows, columns, photometric, value } = series;
  const samples = photometric === 'RGB' ? 3 : 1;
  const bytes = new Uint8Array(rows * columns * samples * (samples === 3 ? 1 : 2));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      for (let sample = 0; sample < samples; sample += 1) {
        const stored = value(column, row, slice, sample);
        if (samples === 3) view.setUint8(at, stored);
        else view.setUint16(at, stored & 0xffff, true);
        at += samples === 3 ? 1 : 2;
      }
    }
  }
  return bytes;
}
