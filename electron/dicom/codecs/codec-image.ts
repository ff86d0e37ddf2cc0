import { Refused } from '../../shared/errors.ts';

/** What a codec gives: cells as they came out of the stream, before DICOM's own description is applied. */
export interface CodecImage {
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  /** Bits a sample as the stream states them. */
  readonly precision: number;
  readonly signed: boolean;
  /** Components interleaved. Unsigned arrays hold bit patterns of `precision` bits; signed ones hold values. */
  readonly data: Uint8Array | Int8Array | Uint16Array | Int16Array;
  /** True where the codec has already made RGB of it. */
  readonly isRgb: boolean;
}

/** A stream that its codec cannot decode exactly. */
export function codecFailed(words: string, cause?: unknown): Refused {
  return new Refused('codec-failed', `The compressed frame cannot be decoded: ${words}.`, undefined, cause);
}
