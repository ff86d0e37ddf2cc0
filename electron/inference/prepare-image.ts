import { openFrames, readFrameOf } from '../dicom/decode-frame.ts';
import { openFileSource } from '../dicom/file-source.ts';
import { pixelSha256 } from '../dicom/pixel-hash.ts';
import { Refused } from '../shared/errors.ts';
import { modalityTransform } from '../shared/frame-values.ts';
import type { PackManifest } from '../shared/pack.ts';
import { sha256 } from './load-pack.ts';
import { preprocess } from './preprocess/preprocess.ts';

/** Which image, where it lies, and the matrix that its header states. */
export interface ImageToPrepare {
  readonly path: string;
  /** SHA-256 of the file when it was indexed. */
  readonly sha256: string;
  readonly frame: number;
  readonly rows: number;
  readonly columns: number;
  /** Millimetres between rows and between columns; null where the file does not say. */
  readonly pixelSpacing: readonly [number, number] | null;
}

/** A model's input, and how it came about. */
export interface PreparedImage {
  readonly input: Float32Array;
  readonly pixelSha256: string;
  readonly timings_ms: { readonly decode: number; readonly preprocess: number };
}

async function readWhole(path: string): Promise<Uint8Array> {
  const source = await openFileSource(path);
  try {
    return await source.readAll();
  } finally {
    await source.close();
  }
}

/**
 * Reads, hashes, decodes and preprocesses one image, with the decoder and the modality values that the screen uses: this frame's
 * own, from the file itself.
 *
 * @throws Refused `unreadable`, `file-changed` where the file is not the one that was indexed, `header-mismatch` where the
 *   decoded matrix is not the header's; what the decoder and the preprocessing refuse.
 */
export async function prepareImage(
  image: ImageToPrepare,
  manifest: Pick<PackManifest, 'id' | 'preprocess' | 'input'>,
): Promise<PreparedImage> {
  const began = performance.now();
  const bytes = await readWhole(image.path);
  if (sha256(bytes) !== image.sha256) {
    throw new Refused(
      'file-changed',
      `${image.path} is not the file that was indexed: its SHA-256 differs. It was changed or damaged; import it again.`,
    );
  }
  const frame = await readFrameOf(openFrames(bytes), image.frame);
  if (frame.rows !== image.rows || frame.columns !== image.columns) {
    throw new Refused(
      'header-mismatch',
      `${image.path} decodes to ${frame.columns} × ${frame.rows} pixels, but its header says ${image.columns} × ${image.rows}.`,
    );
  }
  const hash = pixelSha256(frame);
  const decoded = performance.now();
  const input = preprocess(frame, modalityTransform(frame.values), manifest, image.pixelSpacing);
  const done = performance.now();
  return { input, pixelSha256: hash, timings_ms: { decode: decoded - began, preprocess: done - decoded } };
}
