import { inItsPlane, type StackDetail } from '../../electron/shared/stack.ts';
import type { SeriesDetail } from '../../electron/shared/study.ts';
import { type FramePlace, frameKey, type StackFrame, stackFrames } from './stack-frames.ts';

/** The frames of one stack in its order, each with its place in the stack and, of multi-frame objects, its own plane. */
export function framesOfStack(series: SeriesDetail, stack: StackDetail): StackFrame[] {
  const all = new Map(stackFrames(series).map((frame) => [frame.key, frame]));
  const refs = stack.runs.flatMap((run) =>
    Array.from({ length: run.count }, (_, i) => ({
      key: frameKey({ sopInstanceUID: run.sopInstanceUID, frame: run.first + i }),
      run,
    })),
  );
  return refs.flatMap(({ key, run }, index) => {
    const frame = all.get(key);
    return frame === undefined
      ? []
      : [{ ...frame, image: inItsPlane(frame.image, run), place: placeOf(stack, index) }];
  });
}

function placeOf(stack: StackDetail, index: number): FramePlace {
  return {
    slice: stack.measures !== null,
    location: stack.locations?.[index] ?? null,
    locationSource: stack.locationSource,
    notices: [...gapNotices(stack, index), ...duplicateNotices(stack, index)],
  };
}

function gapNotices({ gaps }: StackDetail, index: number): string[] {
  return gaps.flatMap(({ after, missing, distance, expected }) => {
    if (index !== after && index !== after + 1) return [];
    const side = index === after ? 'after' : 'before';
    const slices = missing === 1 ? '1 slice seems' : `${missing} slices seem`;
    return [
      `Gap ${side} this slice: ${slices} to be missing (${distance.toFixed(2)} mm instead of ${expected.toFixed(2)})`,
    ];
  });
}

function duplicateNotices({ duplicates, measures }: StackDetail, index: number): string[] {
  // A run of images of one plane is meant to be one.
  if (measures?.places === 1) return [];
  const here = duplicates.find(({ first, count }) => index >= first && index < first + count);
  return here === undefined ? [] : [`One of ${here.count} images at this position`];
}
