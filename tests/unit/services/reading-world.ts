import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { createDecoderPool } from '../../../electron/dicom/decoder-pool.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { type DicomElement, writePart10 } from '../../../electron/dicom/write-part10.ts';
import type { ReadingPartsWithPixels } from '../../../electron/services/reading-parts.ts';
import { loadTerminology } from '../../../electron/services/terminology.ts';
import type {
  AiFinding,
  InferenceRecord,
  ModelResult,
  OutputMap,
} from '../../../electron/shared/analysis.ts';
import { type PackManifest, packManifestSchema } from '../../../electron/shared/pack.ts';
import type { StagedInstance } from '../../../electron/shared/ports.ts';
import type { ReadContent, ReaderFinding } from '../../../electron/shared/read.ts';
import type { Reader } from '../../../electron/shared/session.ts';
import { temporaryStore } from '../store/parts.ts';

export const STUDY = '1.2.3.7';
export const IMAGE = '1.2.3.7.1.1';
export const OTHER_IMAGE = '1.2.3.7.1.2';
export const RECORD = 'record-1';

const ROWS = 160;
const COLUMNS = 128;

/** A real store with one two-image radiograph, a reader, the real decoder and one pack. */
export interface ReadingWorld extends ReadingPartsWithPixels {
  readonly reader: Reader;
  installed: PackManifest[];
}

export function readingWorld(elements: readonly DicomElement[] = []): ReadingWorld {
  const store = temporaryStore();
  const decoder = createDecoderPool({ workers: 1 });
  onTestFinished(() => decoder.close());
  const staged = [IMAGE, OTHER_IMAGE].map((uid, index) => stageFile(store, radiograph(uid, index, elements)));
  store.studies.storeStudy(STUDY, staged, null, 'operator');
  let ticks = 0;
  const world: ReadingWorld = {
    store,
    decoder,
    reader: store.readers.create('R. Reader'),
    terminology: loadTerminology('resources'),
    clock: { now: () => new Date(Date.UTC(2026, 10, 23, 12, 0, ticks++)).toISOString() },
    installed: [pack()],
    packs: () => world.installed,
  };
  return world;
}

/** The draft as a window that is up to date shows it. */
export function onScreen({ store, reader }: ReadingWorld): ReadContent {
  return (
    store.reads.find(STUDY, reader.id)?.content ?? { findings: [], noAbnormalFinding: false, impression: '' }
  );
}

export function stageFile(store: ReadingWorld['store'], bytes: Uint8Array): StagedInstance {
  const sha256 = hash('sha256', bytes);
  store.blobs.put(bytes, sha256);
  return { header: readHeader(bytes), sha256, bytes: bytes.byteLength, sourcePath: '/from/image.dcm' };
}

/** A 128 × 160 radiograph with a bright disc, 0.5 mm between rows and 0.25 mm between columns at the detector. */
export function radiograph(uid: string, index: number, changes: readonly DicomElement[] = []): Uint8Array {
  const pixels = new Uint16Array(ROWS * COLUMNS);
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const lungs = Math.abs(column - 64) > 12 && Math.abs(column - 64) < 50 && row > 30 && row < 130;
      const disc = Math.hypot(column - 38, row - 60) < 12;
      pixels[row * COLUMNS + column] = disc ? 3600 : lungs ? 900 + row * 3 : 2600;
    }
  }
  return writePart10({
    sopClassUID: '1.2.840.10008.5.1.4.1.1.1.1',
    sopInstanceUID: uid,
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    elements: merge(
      [
        { tag: '0020000D', vr: 'UI', value: STUDY },
        { tag: '0020000E', vr: 'UI', value: `${STUDY}.1` },
        { tag: '00100010', vr: 'PN', value: 'DOE^JANE' },
        { tag: '00100020', vr: 'LO', value: '0012345' },
        { tag: '00100040', vr: 'CS', value: 'F' },
        { tag: '00101010', vr: 'AS', value: '054Y' },
        { tag: '00080020', vr: 'DA', value: '20261120' },
        { tag: '00081030', vr: 'LO', value: 'Chest PA' },
        { tag: '00080060', vr: 'CS', value: 'DX' },
        { tag: '00180015', vr: 'CS', value: 'CHEST' },
        { tag: '00185101', vr: 'CS', value: 'PA' },
        { tag: '00200011', vr: 'IS', value: '1' },
        { tag: '00200013', vr: 'IS', value: `${index + 1}` },
        { tag: '00200020', vr: 'CS', value: ['L', 'F'] },
        { tag: '00181164', vr: 'DS', value: ['0.5', '0.25'] },
        { tag: '00280002', vr: 'US', value: 1 },
        { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
        { tag: '00280010', vr: 'US', value: ROWS },
        { tag: '00280011', vr: 'US', value: COLUMNS },
        { tag: '00280100', vr: 'US', value: 16 },
        { tag: '00280101', vr: 'US', value: 12 },
        { tag: '00280102', vr: 'US', value: 11 },
        { tag: '00280103', vr: 'US', value: 0 },
        { tag: '7FE00010', vr: 'OW', value: new Uint8Array(pixels.buffer) },
      ],
      changes,
    ),
  });
}

function merge(elements: readonly DicomElement[], changes: readonly DicomElement[]): DicomElement[] {
  return [...new Map([...elements, ...changes].map((element) => [element.tag, element])).values()];
}

/** The shipped pack's manifest with fixed thresholds. */
export function pack(): PackManifest {
  const shipped = packManifestSchema.parse(
    JSON.parse(readFileSync('models/chest-adult/manifest.json', 'utf8')),
  );
  return { ...shipped, operatingPoints: { Tuberculosis: { balanced: 0.5, 'high-sensitivity': 0.2 } } };
}

export function readerFinding(changes: Partial<ReaderFinding> = {}): ReaderFinding {
  return {
    id: 'r1',
    sopInstanceUID: IMAGE,
    frame: 0,
    shape: 'ellipse',
    box: [26, 48, 50, 72],
    label: 'Tuberculosis',
    laterality: 'right',
    certainty: 3,
    comment: '',
    ...changes,
  };
}

export function aiFinding(changes: Partial<AiFinding> = {}): AiFinding {
  return {
    id: 'a1',
    label: 'Tuberculosis',
    code: null,
    score: 0.81,
    sopInstanceUID: IMAGE,
    frame: 0,
    box: [24, 46, 52, 76],
    operatingPoint: 'balanced',
    ...changes,
  };
}

export function modelResult(changes: Partial<ModelResult> = {}): ModelResult {
  const manifest = pack();
  return {
    model: { id: manifest.id, version: manifest.version, sha256: manifest.weights.sha256 },
    status: 'completed',
    reason: null,
    device: 'cpu',
    recordId: RECORD,
    scores: [
      { sopInstanceUID: IMAGE, frame: 0, label: 'Tuberculosis', score: 0.81, probability: 0.64 },
      { sopInstanceUID: OTHER_IMAGE, frame: 0, label: 'Tuberculosis', score: 0.1, probability: 0.04 },
    ],
    findings: [aiFinding()],
    measurements: [
      { name: 'Lung field area', value: 21_345.5, unit: 'mm² at the detector', sopInstanceUID: IMAGE },
    ],
    timings_ms: { decode: 1, preprocess: 1, run: 1, postprocess: 1 },
    ...changes,
  };
}

/** Stores a result as the engine would. */
export function saveResult(
  world: ReadingWorld,
  result: ModelResult = modelResult(),
  maps: readonly OutputMap[] = [],
  studyInstanceUID = STUDY,
  { notes, ...runtime }: { readonly notes?: string[] } & Partial<InferenceRecord['runtime']> = {},
): void {
  const record: InferenceRecord = {
    recordId: result.recordId ?? RECORD,
    studyInstanceUID,
    createdAt: '2026-11-23T11:00:00.000Z',
    inputs: [],
    model: { ...result.model, manifestSha256: 'b'.repeat(64) },
    preprocess: [],
    operatingPoints: pack().operatingPoints,
    runtime: {
      device: 'cpu',
      precision: 'float32',
      threads: 1,
      onnxruntime: '1.30.0',
      node: '24',
      platform: 'test',
      overread: '0.1.0',
      decoder: '1',
      ...runtime,
    },
    ...(notes === undefined ? {} : { notes }),
    stated: {},
    result,
  };
  world.store.results.save(record, maps, []);
}

export const BOTH_FRAMES = [
  { sopInstanceUID: IMAGE, frame: 0 },
  { sopInstanceUID: OTHER_IMAGE, frame: 0 },
];

/** The actions of the audit trail, oldest first. */
export function actionsOf(world: ReadingWorld): string[] {
  return world.store.audit
    .list(1000, 0)
    .map((entry) => entry.action)
    .toReversed();
}
