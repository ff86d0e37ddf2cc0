import type { FrameSource } from './frame-source.ts';
import type { StackFrame } from './stack-frames.ts';

/** What stands behind an image id: a frame of a source that is open in a viewport. */
export interface RegisteredImage {
  readonly source: FrameSource;
  readonly index: number;
  readonly frame: StackFrame;
}

const images = new Map<string, RegisteredImage>();
let sources = 0;

/** Names every frame of a source for Cornerstone: `overread:<n>/<index>`. */
export function registerSource(source: FrameSource): { imageIds: string[]; unregister: () => void } {
  sources += 1;
  const name = sources;
  const imageIds = source.frames.map((frame, index) => {
    const imageId = `overread:${name}/${index}`;
    images.set(imageId, { source, index, frame });
    return imageId;
  });
  return { imageIds, unregister: () => imageIds.forEach((imageId) => images.delete(imageId)) };
}

/** The frame behind an image id; undefined once its viewport is closed. */
export function registeredImage(imageId: string): RegisteredImage | undefined {
  return images.get(imageId);
}
