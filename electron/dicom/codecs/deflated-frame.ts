import { inflateRawSync } from 'node:zlib';
import { codecFailed } from './codec-image.ts';

/**
 * Deflated Image Frame (PS3.5 §A.4.13): one frame of uncompressed pixels as one raw deflate stream (RFC 1951), padded to even length.
 * @param size bytes of the frame; one more is forgiven as padding
 * @throws Refused `codec-failed`
 */
export function inflateFrame(encoded: Uint8Array, size: number): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = inflateRawSync(encoded, { maxOutputLength: size + 1 });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    throw codecFailed(
      code === 'ERR_BUFFER_TOO_LARGE'
        ? `it is longer than the ${size} bytes that the header describes`
        : 'its deflate stream is damaged',
      cause,
    );
  }
  if (bytes.length < size) throw codecFailed(`it has ${bytes.length} bytes where ${size} are described`);
  return bytes;
}
