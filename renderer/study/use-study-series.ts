import { useEffect, useMemo, useState } from 'react';
import type { StudyDetail } from '../../electron/shared/study.ts';
import { requestBytes } from '../api/request.ts';
import { FrameSource } from '../viewer/frame-source.ts';
import type { StackFrame } from '../viewer/stack-frames.ts';
import { type StudySeries, studySeries } from './study-series.ts';

/** The stacks of a study with their frames, and the frame source of one of them; freed with the screen. */
export function useStudySeries(study: StudyDetail, current: number) {
  // Details that were asked for again and are the same keep their identity (react-query), and so do the frames.
  const { seriesList } = study;
  const all: readonly StudySeries[] = useMemo(() => studySeries(seriesList), [seriesList]);
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

/** Frames of one stack stay while another is looked at, within a share of the whole budget. */
const BUDGET = 768 * 2 ** 20;

/** Stacks whose frames stay: a series of many phases would fill the memory. At least two, since one is leaving the screen as the next comes. */
const KEPT = 4;

function sourceOf(
  sources: Map<readonly StackFrame[], FrameSource>,
  { series, stack, frames }: StudySeries,
): FrameSource {
  const kept = sources.get(frames);
  const source =
    kept === undefined || kept.disposed
      ? new FrameSource(series.seriesInstanceUID, frames, requestBytes, BUDGET, stack?.index ?? null)
      : kept;
  // The one looked at last stands last.
  sources.delete(frames);
  sources.set(frames, source);
  for (const [oldest, old] of sources) {
    if (sources.size <= KEPT) break;
    old.dispose();
    sources.delete(oldest);
  }
  return source;
}

/** The stack to open with: the first with pixels. */
export function firstWithPixels(study: StudyDetail): number {
  return Math.max(
    0,
    studySeries(study.seriesList).findIndex(({ frames }) => frames.length > 0),
  );
}
