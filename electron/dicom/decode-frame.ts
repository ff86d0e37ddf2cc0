import { Refused } from '../shared/errors.ts';
import type { DecodedFrame, FrameWithValues } from '../shared/pixels.ts';
import { decodeEncapsulatedFrame } from './encapsulated-frame.ts';
import { type Encapsulated, frameBytesOf, readFragments } from './fragments.ts';
import { readFrameValues } from './frame-values.ts';
import { decodeNativeFrame } from './native-frame.ts';
import { type ParsedObject, parseObject } from './parse-object.ts';
import { isVideo } from './transfer-syntax.ts';
import { nativePixelBytes, type PixelLayout, readPixelLayout } from './pixel-layout.ts';

/** A parsed object whose frames can be decoded one after the other without parsing again. */
export interface FrameSource {
  readonly object: ParsedObject;
  readonly layout: PixelLayout;
  /** Null for uncompressed pixels. */
  readonly encapsulated: Encapsulated | null;
}

/** Parses once for many frames. Throws `Refused` as `parseObject` and `readPixelLayout` do. */
export function openFrames(bytes: Uint8Array): FrameSource {
  const object = parseObject(bytes);
  if (!object.pixelElement) {
    throw new Refused('pixel-data-missing', 'The object has no pixels to decode.');
  }
  const layout = readPixelLayout(object);
  if (object.syntax.codec === 'none') {
    throw new Refused(
      'transfer-syntax-unsupported',
      isVideo(object.syntax)
        ? `This is video (${object.syntax.name}): no frame of it is shown by this build.`
        : `Transfer syntax ${object.syntax.name} (${object.syntax.uid}) is not decoded by this build.`,
    );
  }
  const encapsulated = object.syntax.codec === 'native' ? null : readFragments(object);
  return { object, layout, encapsulated };
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
  if (!source.encapsulated) {
    throw new Refused(
      'bad-fragments',
      'The transfer syntax is a compressed one, the pixels are not in fragments.',
    );
  }
  const bytes = frameBytesOf(object, source.encapsulated, layout.frames, frame);
  return decodeEncapsulatedFrame(bytes, object.syntax, layout);
}

/**
 * Stored values of one frame of an object that was opened, with what this frame's values mean.
 * @throws Refused as `decodeFrameOf` does; `bad-modality-lut`
 */
export async function readFrameOf(source: FrameSource, frame: number): Promise<FrameWithValues> {
  const decoded = await decodeFrameOf(source, frame);
  return { ...decoded, values: readFrameValues(source.object, source.layout, frame) };
}

/**
 * Stored values of one frame (0-based) of a Part 10 object: no rescale, no inversion, no window; row by row, colour
 * interleaved, YBR turned into RGB, palette indices as they are.
 * @throws Refused with a code wherever the values are not certain
 */
export async function decodeFrame(bytes: Uint8Array, frame: number): Promise<DecodedFrame> {
  return decodeFrameOf(openFrames(bytes), frame);
}
