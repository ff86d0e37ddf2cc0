import { useEffect, useMemo, useState } from 'react';
import type { StudyDetail } from '../../electron/shared/study.ts';
import { requestBytes } from '../api/request.ts';
import { FrameSource, STACK_BYTES } from '../viewer/frame-source.ts';
import { KeptSources } from '../viewer/kept-sources.ts';
import type { StackFrame } from '../viewer/stack-frames.ts';
import { type StudySeries, studySeries } from './study-series.ts';

/**
 * The stacks of a study with their frames, and the frame source of one of them; freed with the screen.
 *
 * @param beside The study beside which this one is looked at as a prior: until that is committed this one is as blind.
 */
export function useStudySeries(study: StudyDetail, current: number, beside: string | null = null) {
  // Details that were asked for again and are the same keep their identity (react-query), and so do the frames.
  const { seriesList } = study;
  const all: readonly StudySeries[] = useMemo(() => studySeries(seriesList), [seriesList]);
  const [sources] = useState(() => new KeptSources<readonly StackFrame[]>(KEPT, KEPT_BYTES));
  useEffect(() => () => sources.dispose(), [sources]);
  const chosen = all[current];
  const source =
    chosen === undefined || chosen.frames.length === 0
      ? null
      : sources.get(chosen.frames, () => sourceOf(chosen, beside));
  return { all, source };
}

/** Frames of the stacks looked at before stay beside those of the one on the screen: this many stacks in all, and this much. */
const KEPT = 4;
const KEPT_BYTES = 320 * 2 ** 20;

function sourceOf({ series, stack, frames }: StudySeries, beside: string | null): FrameSource {
  const fetchBytes = (path: string, signal: AbortSignal) =>
    requestBytes(beside === null ? path : `${path}&beside=${encodeURIComponent(beside)}`, signal);
  return new FrameSource(series.seriesInstanceUID, frames, fetchBytes, STACK_BYTES, stack?.index ?? null);
}

/** The stack to open with: the first with pixels. */
export function firstWithPixels(study: StudyDetail): number {
  return Math.max(
    0,
    studySeries(study.seriesList).findIndex(({ frames }) => frames.length > 0),
  );
}
