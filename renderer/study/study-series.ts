import type { StackDetail } from '../../electron/shared/stack.ts';
import type { SeriesDetail } from '../../electron/shared/study.ts';
import { framesOfStack } from '../viewer/frames-of-stack.ts';
import type { StackFrame } from '../viewer/stack-frames.ts';

/** One line of the series panel: a stack, or a series without pixels. */
export interface StudySeries {
  readonly key: string;
  readonly series: SeriesDetail;
  /** Null for a series without pixels. */
  readonly stack: (StackDetail & { readonly index: number }) | null;
  readonly frames: readonly StackFrame[];
}

/** Every stack of every series in the study's order; series without pixels once each, without frames. */
export function studySeries(seriesList: readonly SeriesDetail[]): StudySeries[] {
  return seriesList.flatMap((series): StudySeries[] => {
    const { seriesInstanceUID: uid, stacks } = series;
    if (stacks.length === 0) return [{ key: uid, series, stack: null, frames: [] }];
    return stacks.map((stack, index) => ({
      key: `${uid}/${index}`,
      series,
      stack: { ...stack, index },
      frames: framesOfStack(series, stack),
    }));
  });
}

/** What a series is called: its description, else its modality. */
export function seriesWords({ description, modality }: SeriesDetail): string {
  return description === '' ? `${modality} series` : description;
}

/** What a stack is called in a line of text: the series, and what tells the stack from the others. */
export function stackWords({ series, stack }: Pick<StudySeries, 'series' | 'stack'>): string {
  const name = seriesWords(series);
  return stack === null || stack.label === '' ? name : `${name} · ${stack.label}`;
}

/** The next stack that can be shown, `by` 1 or -1 from the current one, past those without images; null where there is none that way. */
export function seriesBeside(all: readonly StudySeries[], current: number, by: number): number | null {
  for (let next = current + by; next >= 0 && next < all.length; next += by) {
    if ((all[next]?.frames.length ?? 0) > 0) return next;
  }
  return null;
}
