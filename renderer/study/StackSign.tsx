import { Info, TriangleAlert } from 'lucide-react';
import { isFault, type StackDetail } from '../../electron/shared/stack.ts';
import type { SeriesDetail } from '../../electron/shared/study.ts';

/** What a stack's entry says of its geometry. */
export interface Sign {
  /** Something is odd: it has a triangle, not a colour alone. */
  readonly fault: boolean;
  /** A few words for each reason. */
  readonly short: readonly string[];
  readonly words: string;
}

/** Modalities whose images are slices of the patient: that they have no position is worth a word. */
const SLICES: ReadonlySet<string> = new Set(['CT', 'MR', 'PT']);

/**
 * The sign of a stack that is no regular volume; null for regular ones, and where there is nothing to tell: one image, projections and
 * other pictures that no position could place.
 */
export function signOf({ modality }: SeriesDetail, { verdict, frames }: StackDetail): Sign | null {
  if (verdict.kind === 'regular') return null;
  const faults = verdict.reasons.filter(isFault);
  const telling = verdict.reasons.filter(
    // That it is a localiser is its label already.
    ({ code }) => frames > 1 && code !== 'localiser' && (code !== 'no-position' || SLICES.has(modality)),
  );
  const reasons = faults.length > 0 ? faults : telling;
  if (reasons.length === 0) return null;
  const so = verdict.kind === 'resampled' ? 'A volume only after resampling.' : 'Not a volume.';
  return {
    fault: faults.length > 0,
    short: reasons.map(({ sign }) => sign),
    words: [so, ...reasons.map(({ words }) => words)].join(' '),
  };
}

/** A sign and its words. */
export function StackSign({ sign }: { readonly sign: Sign }) {
  const Icon = sign.fault ? TriangleAlert : Info;
  return sign.short.map((words) => (
    <span key={words} className={sign.fault ? 'stack-sign stack-sign--fault' : 'stack-sign'}>
      <Icon size={12} aria-hidden /> {words}
    </span>
  ));
}
