import { Refused } from '../shared/errors.ts';
import type { DecodedFrame } from '../shared/pixels.ts';
import { decodeNativeFrame } from './native-frame.ts';
import { type ParsedObject, parseObject } from './parse-object.ts';
import { nativePixelBytes, type PixelLayout, readPixelLayout } from './pixel-layout.ts';

/** A parsed object whose frames can be decoded one after the other without parsing again. */
export interface FrameSource {
  readonly object: ParsedObject;
  readonly layout: PixelLayout;
}

/** Parses once for many frames. Throws `Refused` as `parseObject` and `readPixelLayout` do. */
export function openFrames(bytes: Uint8Array): FrameSource {
  const object = parseObject(bytes);
  if (!object.pixelElement) {
    throw new Refused('pixel-data-missing', 'The object has no pixels to decode.');
  }
  return { object, layout: readPixelLayout(object) };
}

/** Stored values of one frame of an object that was opened. */
export async function decodeFrameOf(source: FrameSource, frame: number): Promise<DecodedFrame> {
  const { object, layout } = source;
  if (!Number.isSafeInteger(frame) || frame < 0 || frame >= layout.frames) {
    throw new Refused(
      'frame-out-of-range',
      `There is no frame ${frame + 1}; the object has ${layout.frames}.`,
    );
  }
  if (object.syntax.codec === 'native') {
    const bigEndian = object.syntax.encoding === 'explicit-be';
    return decodeNativeFrame(
      nativePixelBytes(object),
      layout,
      frame,
      bigEndian,
      object.pixelElement?.vr === 'OW',
    );
  }
  throw new Refused(
    'transfer-syntax-unsupported',
    `Transfer syntax ${object.syntax.name} (${object.syntax.uid}) is not decoded by this build.`,
  );
}

/**
 * Stored values of one frame (0-based) of a Part 10 object: no rescale, no inversion, no window; row by row, colour
 * interleaved, YBR turned into RGB, palette indices as they are.
 * @throws Refused with a code wherever the values are not certain
 */
export async function decodeFrame(bytes: Uint8Array, frame: number): Promise<DecodedFrame> {
  return decodeFrameOf(openFrames(bytes), frame);
}
