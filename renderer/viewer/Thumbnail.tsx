import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { toOverreadError } from '../../electron/shared/errors.ts';
import { requestBytes } from '../api/request.ts';
import { framesAddress } from './frame-source.ts';
import type { StackFrame } from './stack-frames.ts';
import { drawThumbnail } from './thumbnail.ts';

interface ThumbnailProps {
  readonly seriesInstanceUID: string;
  /** Index of the stack that the frames are. */
  readonly stack: number;
  readonly frames: readonly StackFrame[];
  /** Fetch only now: the first image of the study goes before all small pictures. */
  readonly ready: boolean;
}

const SIDE = 104;

/** A small picture of a stack's middle frame, fetched when it comes into sight. */
export function Thumbnail({ seriesInstanceUID, stack, frames, ready }: ThumbnailProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const middle = Math.floor(frames.length / 2);
  const image = frames[middle]?.image;
  useEffect(() => {
    const element = canvas.current;
    if (!ready || element === null || image === undefined) return undefined;
    const stop = new AbortController();
    const draw = async () => {
      const path = `${framesAddress(seriesInstanceUID, stack)}from=${middle}&count=1`;
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
  }, [ready, seriesInstanceUID, stack, middle, image]);
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
