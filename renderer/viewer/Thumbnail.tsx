import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { toOverreadError } from '../../electron/shared/errors.ts';
import { requestBytes } from '../api/request.ts';
import type { StackFrame } from './stack-frames.ts';
import { drawThumbnail } from './thumbnail.ts';

interface ThumbnailProps {
  readonly seriesInstanceUID: string;
  readonly frames: readonly StackFrame[];
  /** Fetch only now: the first image of the study goes before all small pictures. */
  readonly ready: boolean;
}

const SIDE = 104;

/** A small picture of the series' middle frame, fetched when it comes into sight. */
export function Thumbnail({ seriesInstanceUID, frames, ready }: ThumbnailProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const middle = Math.floor(frames.length / 2);
  const image = frames[middle]?.image;
  useEffect(() => {
    const element = canvas.current;
    if (!ready || element === null || image === undefined) return undefined;
    const stop = new AbortController();
    const draw = async () => {
      const path = `/api/series/${encodeURIComponent(seriesInstanceUID)}/frames?from=${middle}&count=1`;
      setProblem(drawThumbnail(element, await requestBytes(path, stop.signal), image));
    };
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      draw().catch((thrown: unknown) => {
        if (!stop.signal.aborted) setProblem(toOverreadError(thrown).message);
      });
    });
    seen.observe(element);
    return () => {
      stop.abort();
      seen.disconnect();
    };
  }, [ready, seriesInstanceUID, middle, image]);
  return (
    <span className="thumb" title={problem ?? undefined}>
      <canvas ref={canvas} width={SIDE} height={SIDE} aria-hidden />
      {problem === null ? null : (
        <span className="thumb__problem">
          <TriangleAlert size={14} aria-hidden /> cannot be shown
        </span>
      )}
    </span>
  );
}
