import { useEffect, useMemo, useState } from 'react';
import type { StudyDetail } from '../../electron/shared/study.ts';
import { requestBytes } from '../api/request.ts';
import { FrameSource } from '../viewer/frame-source.ts';
import { type StackFrame, stackFrames } from '../viewer/stack-frames.ts';
import type { StudySeries } from './SeriesPanel.tsx';

/** The series of a study with their frames, and the frame source of one of them; freed with the screen. */
export function useStudySeries(study: StudyDetail, current: number) {
  // Details that were asked for again and are the same keep their identity (react-query), and so do the frames.
  const { seriesList } = study;
  const all: readonly StudySeries[] = useMemo(
    () => seriesList.map((series) => ({ series, frames: stackFrames(series) })),
    [seriesList],
  );
  const [sources] = useState(() => new Map<readonly StackFrame[], FrameSource>());
  useEffect(
    () => () => {
      for (const source of sources.values()) source.dispose();
      sources.clear();
    },
    [sources],
  );
  const chosen = all[current];
  const source = chosen === undefined || chosen.frames.length === 0 ? null : sourceOf(sources, chosen);
  return { all, source };
}

/** Frames of one series stay while another is looked at, within a share of the whole budget. */
const BUDGET = 768 * 2 ** 20;

function sourceOf(
  sources: Map<readonly StackFrame[], FrameSource>,
  { series, frames }: StudySeries,
): FrameSource {
  let source = sources.get(frames);
  if (source === undefined || source.disposed) {
    source = new FrameSource(series.seriesInstanceUID, frames, requestBytes, BUDGET);
    sources.set(frames, source);
  }
  return source;
}

/** The series to open with: the first with pixels. */
export function firstWithPixels(study: StudyDetail): number {
  const index = study.seriesList.findIndex((series) => series.instances.some(({ image }) => image !== null));
  return Math.max(0, index);
}
