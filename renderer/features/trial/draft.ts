import type { FrameRef } from '../../../electron/shared/read.ts';
import type { Opinion } from '../../../electron/shared/reader-study.ts';
import type { Mark } from '../../viewer/marks.ts';

export interface DraftMark {
  readonly id: string;
  readonly at: FrameRef;
  readonly box: [number, number, number, number];
  readonly rating: number;
}

/** An opinion that is not locked. */
export interface Draft {
  /** Null until the reader has said it. */
  readonly rating: number | null;
  readonly marks: readonly DraftMark[];
}

/** What is not locked is kept while the window is open, so that a look at the worklist loses nothing. */
const kept = new Map<string, Draft>();

export const keptDraft = (key: string): Draft | undefined => kept.get(key);
export const keepDraft = (key: string, draft: Draft): void => void kept.set(key, draft);
export const dropDraft = (key: string): void => void kept.delete(key);

export function draftOf(opinion: Opinion | null): Draft {
  if (opinion === null) return { rating: null, marks: [] };
  return {
    rating: opinion.rating,
    marks: opinion.marks.map(({ image, frame, box, rating }) => ({
      id: crypto.randomUUID(),
      at: { sopInstanceUID: image, frame },
      box,
      rating,
    })),
  };
}

/** @param rating What the reader said of the case. */
export function opinionOf({ marks }: Draft, rating: number): Opinion {
  return {
    rating,
    marks: marks.map(({ at, box, rating: own }) => ({
      image: at.sopInstanceUID,
      frame: at.frame,
      box,
      rating: own,
    })),
  };
}

/** Numbered as in the list. */
export function outlinesOf({ marks }: Draft): Mark[] {
  return marks.map(({ id, at, box, rating }, index) => ({
    id,
    at,
    shape: 'rectangle',
    box,
    tone: 'reader',
    label: `${index + 1} rated ${rating}`,
    movable: true,
  }));
}
