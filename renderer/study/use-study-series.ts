import { useEffect, useMemo } from 'react';
import type { StudyDetail } from '../../electron/shared/study.ts';
import { requestBytes } from '../api/request.ts';
import { FrameSource } from '../viewer/frame-source.ts';
import { stackFrames } from '../viewer/stack-frames.ts';
import type { StudySeries } from './SeriesPanel.tsx';

/** The series of a study with their frames, and the frame source of one of them; freed with the screen. */
export function useStudySeries(study: StudyDetail, current: number) {
  // Refetched details describe the same objects: sources must survive that.
  const identity = study.seriesList
    .map((series) => `${series.seriesInstanceUID}/${series.instances.length}`)
    .join();
  const all: readonly StudySeries[] = useMemo(
    () => study.seriesList.map((series) => ({ series, frames: stackFrames(series) })),
    [identity],
  );
  const sources = useMemo(() => new Map<string, FrameSource>(), [all]);
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

function sourceOf(sources: Map<string, FrameSource>, { series, frames }: StudySeries): FrameSource {
  const uid = series.seriesInstanceUID;
  let source = sources.get(uid);
  if (source === undefined || source.disposed) {
    source = new FrameSource(uid, frames, requestBytes, BUDGET);
    sources.set(uid, source);
  }
  return source;
}

/** The series to open with: the first with pixels. */
export function firstWithPixels(study: StudyDetail): number {
  const index = study.seriesList.findIndex((series) => series.instances.some(({ image }) => image !== null));
  return Math.max(0, index);
}
