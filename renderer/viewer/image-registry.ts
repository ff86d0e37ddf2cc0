import { cache } from '@cornerstonejs/core';
import type { Voi } from '../../electron/shared/frame-values.ts';
import type { FrameSource } from './frame-source.ts';
import type { StackFrame } from './stack-frames.ts';

/** What stands behind an image id: a frame of a source that is open in a viewport. */
export interface RegisteredImage {
  readonly source: FrameSource;
  readonly index: number;
  readonly frame: StackFrame;
  /** Null: the values themselves, for a straight window. Else their greys under this curve, made when the image is loaded. */
  readonly curve: (() => Voi) | null;
}

const images = new Map<string, RegisteredImage>();
let sources = 0;

/**
 * Names every frame of a source for Cornerstone: `overread:<n>/<index>`, then twice more with `/a` and `/b` for its greys under a curve:
 * two, since a curve that changes must be an image that Cornerstone does not have yet. Cornerstone forgets a frame that the source drops,
 * and all of them with `unregister`: its images are the source's own arrays, which it would keep alive.
 *
 * @param curveOf The curve of a frame at this moment.
 */
export function registerSource(
  source: FrameSource,
  curveOf: (index: number) => Voi,
): { imageIds: string[]; unregister: () => void } {
  sources += 1;
  const name = sources;
  const idsOf = (suffix: '' | '/a' | '/b'): string[] =>
    source.frames.map((frame, index) => {
      const imageId = `overread:${name}/${index}${suffix}`;
      const curve = suffix === '' ? null : () => curveOf(index);
      images.set(imageId, { source, index, frame, curve });
      return imageId;
    });
  const byKind = [idsOf(''), idsOf('/a'), idsOf('/b')];
  const stop = source.onDrop((index) => byKind.forEach((ids) => forget(ids[index])));
  const imageIds = byKind.flat();
  const unregister = (): void => {
    stop();
    for (const imageId of imageIds) {
      images.delete(imageId);
      forget(imageId);
    }
  };
  return { imageIds, unregister };
}

function forget(imageId: string | undefined): void {
  if (imageId === undefined || cache.getImageLoadObject(imageId) === undefined) return;
  cache.removeImageLoadObject(imageId, { force: true });
}

/** The frame behind an image id; undefined once its viewport is closed. */
export function registeredImage(imageId: string): RegisteredImage | undefined {
  return images.get(imageId);
}
