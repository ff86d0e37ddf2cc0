import { type FrameSource, openFrames, readFrameOf } from '../../dicom/decode-frame.ts';
import { openFileSource } from '../../dicom/file-source.ts';
import { pixelSha256 } from '../../dicom/pixel-hash.ts';
import { Refused } from '../../shared/errors.ts';
import { modalityTransform } from '../../shared/frame-values.ts';
import { freeBuffer } from '../../shared/free-buffer.ts';
import type { FrameWithValues, PixelArray } from '../../shared/pixels.ts';
import { sha256 } from '../load-pack.ts';
import type { Volume, VolumeGeometry } from './volume.ts';

/** One slice of a stack: which frame of which file. */
export interface SliceToRead {
  readonly path: string;
  /** SHA-256 of the file when it was indexed. */
  readonly sha256: string;
  readonly sopInstanceUID: string;
  readonly frame: number;
}

export interface ReadVolume {
  readonly volume: Volume;
  /** Of each slice's stored values. */
  readonly pixelSha256: readonly string[];
  readonly decode_ms: number;
}

interface OpenSlice {
  readonly bytes: Uint8Array;
  readonly source: FrameSource;
}

async function openSlice({ path, sha256: expected }: SliceToRead): Promise<OpenSlice> {
  const source = await openFileSource(path);
  try {
    const bytes = await source.readAll();
    if (sha256(bytes) === expected) return { bytes, source: openFrames(bytes) };
  } finally {
    await source.close();
  }
  throw new Refused(
    'file-changed',
    `${path} is not the file that was indexed: its SHA-256 differs. It was changed or damaged; import it again.`,
  );
}

function checkFrame(frame: FrameWithValues, { shape }: VolumeGeometry, { path }: SliceToRead): void {
  if (frame.samples !== 1 || frame.photometric !== 'MONOCHROME2') {
    throw new Refused(
      'photometric',
      `${path} is stored as ${frame.photometric}; a model of volumes reads MONOCHROME2 only, whose values are quantities.`,
    );
  }
  if (frame.rows === shape[1] && frame.columns === shape[2]) return;
  throw new Refused(
    'header-mismatch',
    `${path} decodes to ${frame.columns} × ${frame.rows} pixels, but the stack is ${shape[2]} × ${shape[1]}.`,
  );
}

/** The values of a frame under its own modality transform, for stacks whose frames do not share one. */
function transformed(frame: FrameWithValues, { path }: SliceToRead): Float32Array {
  const transform = modalityTransform(frame.values);
  const values = new Float32Array(frame.data.length);
  for (let i = 0; i < values.length; i++) values[i] = transform(frame.data[i] as number);
  if (values.every(Number.isFinite)) return values;
  throw new Refused(
    'value-not-a-number',
    `${path} holds values that are not numbers, so a model cannot read it.`,
  );
}

const isFloat = ({ data }: FrameWithValues): boolean =>
  data instanceof Float32Array || data instanceof Float64Array;

/** How the frames of a stack are kept: as stored, where all share one type and one straight transform; else as float32 modality values. */
class Frames {
  readonly #length: number;
  readonly #modality: boolean;
  #data: PixelArray | null = null;
  #slope = 1;
  #intercept = 0;
  readonly #slices: number;

  constructor(slices: number, length: number, modality: boolean) {
    this.#slices = slices;
    this.#length = length;
    this.#modality = modality;
  }

  put(at: number, frame: FrameWithValues, slice: SliceToRead): void {
    if (this.#data === null) this.#begin(frame);
    if (!this.#shares(frame)) this.#toModality(at);
    const data = this.#data as PixelArray;
    const kept = this.#modality && data instanceof Float32Array ? transformed(frame, slice) : frame.data;
    if (kept === frame.data && isFloat(frame) && !frame.data.every(Number.isFinite))
      transformed(frame, slice);
    data.set(kept, at * this.#length);
  }

  #begin(frame: FrameWithValues): void {
    const straight = !isFloat(frame) && frame.values.modalityLut === null;
    const Kind = (this.#modality && !straight ? Float32Array : frame.data.constructor) as new (
      length: number,
    ) => PixelArray;
    this.#data = new Kind(this.#slices * this.#length);
    if (!this.#modality || !straight) return;
    this.#slope = frame.values.rescaleSlope;
    this.#intercept = frame.values.rescaleIntercept;
  }

  #shares({ data, values }: FrameWithValues): boolean {
    if (this.#modality && this.#data instanceof Float32Array) return true;
    if (data.constructor !== this.#data?.constructor) return false;
    const { rescaleSlope, rescaleIntercept, modalityLut } = values;
    return (
      !this.#modality ||
      (modalityLut === null && rescaleSlope === this.#slope && rescaleIntercept === this.#intercept)
    );
  }

  /** What came before is rewritten: scanners that scale each slice for itself (PET) are met here. */
  #toModality(slices: number): void {
    const before = this.#data as PixelArray;
    const now = new Float32Array(before.length);
    for (let i = 0; i < slices * this.#length; i++)
      now[i] = (before[i] as number) * this.#slope + this.#intercept;
    this.#data = now;
    this.#slope = 1;
    this.#intercept = 0;
  }

  done(): Pick<Volume, 'data' | 'slope' | 'intercept'> {
    return { data: this.#data as PixelArray, slope: this.#slope, intercept: this.#intercept };
  }
}

/**
 * Reads, hashes and decodes the slices of a stack with the decoder that the screen uses, each under its own modality transform.
 *
 * @param modality False: stored values as they are.
 * @param onSlice Called after each, with how many are read; waited for.
 * @throws Refused `unreadable`, `file-changed`, `header-mismatch`, `photometric`, `value-not-a-number`; what the decoder refuses.
 */
export async function readVolume(
  slices: readonly SliceToRead[],
  geometry: VolumeGeometry,
  modality: boolean,
  onSlice: (done: number) => Promise<void>,
): Promise<ReadVolume> {
  const began = performance.now();
  const [, rows, columns] = geometry.shape;
  const frames = new Frames(slices.length, rows * columns, modality);
  const hashes: string[] = [];
  let open: { path: string; file: OpenSlice | null } = { path: '', file: null };
  for (const [at, slice] of slices.entries()) {
    // Frames of one object follow each other: it is read once.
    if (open.file === null || open.path !== slice.path) {
      if (open.file !== null) freeBuffer(open.file.bytes);
      open = { path: slice.path, file: await openSlice(slice) };
    }
    const { bytes, source } = open.file as OpenSlice;
    const frame = await readFrameOf(source, slice.frame);
    checkFrame(frame, geometry, slice);
    hashes.push(pixelSha256(frame));
    frames.put(at, frame, slice);
    if (frame.data.buffer !== bytes.buffer) freeBuffer(frame.data);
    await onSlice(at + 1);
  }
  if (open.file !== null) freeBuffer(open.file.bytes);
  return {
    volume: { ...geometry, ...frames.done() },
    pixelSha256: hashes,
    decode_ms: performance.now() - began,
  };
}
