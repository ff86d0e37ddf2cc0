import type { ImageAttributes } from '../../electron/shared/pixels.ts';
import type { FrameRef } from '../../electron/shared/read.ts';
import type { InstanceDetail, SeriesDetail } from '../../electron/shared/study.ts';

/** One frame of a series in display order, with what is known of its image. */
export interface StackFrame extends FrameRef {
  /** `sopInstanceUID#frame`: the key of caches. */
  readonly key: string;
  readonly image: ImageAttributes;
  readonly instance: InstanceDetail;
  /** Where the frame lies in its stack; absent where it was not taken from one. */
  readonly place?: FramePlace;
}

/** What is said of a frame beside its image because of the stack that it belongs to. */
export interface FramePlace {
  /** Whether the frame has a position: it is called a slice then. */
  readonly slice: boolean;
  /** Millimetres; null where the files do not say. */
  readonly location: number | null;
  /** 'file': Slice Location as stated. 'normal': along the normal, from the origin of the patient's coordinates. */
  readonly locationSource: 'file' | 'normal' | null;
  /** Missing slices beside this one, others at the same position: whole sentences. */
  readonly notices: readonly string[];
}

/** The key of a frame. */
export function frameKey(ref: FrameRef): string {
  return `${ref.sopInstanceUID}#${ref.frame}`;
}

/** All frames of a series that have pixels, in display order; objects without pixels have none. */
export function stackFrames(series: SeriesDetail): StackFrame[] {
  return series.instances.flatMap((instance) => {
    const { image, sopInstanceUID } = instance;
    if (image === null) return [];
    return Array.from({ length: image.frames }, (_, frame) => ({
      sopInstanceUID,
      frame,
      key: `${sopInstanceUID}#${frame}`,
      image,
      instance,
    }));
  });
}
