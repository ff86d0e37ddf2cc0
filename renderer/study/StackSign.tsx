import { Info, TriangleAlert } from 'lucide-react';
import { isFault, type StackDetail } from '../../electron/shared/stack.ts';
import type { SeriesDetail } from '../../electron/shared/study.ts';

/** What a stack's entry says of its geometry. */
export interface Sign {
  /** A few words for each reason; one at fault has a triangle, not a colour alone. */
  readonly short: readonly { readonly words: string; readonly fault: boolean }[];
  /** All of it, in sentences. */
  readonly words: string;
}

/** Modalities whose images are slices of the patient: that they have no position is worth a word. */
const SLICES: ReadonlySet<string> = new Set(['CT', 'MR', 'PT']);

/**
 * The sign of a stack that is no regular volume; null for regular ones, and where there is nothing to tell: one image, localisers (their
 * label says so), projections and other pictures that no position could place.
 */
export function signOf({ modality }: SeriesDetail, { verdict, frames }: StackDetail): Sign | null {
  if (verdict.kind === 'regular' || frames === 1) return null;
  const reasons = verdict.reasons.filter(
    ({ code }) => code !== 'localiser' && (code !== 'no-position' || SLICES.has(modality)),
  );
  if (reasons.length === 0) return null;
  const so = verdict.kind === 'resampled' ? 'A volume only after resampling.' : 'Not a volume.';
  return {
    short: reasons.map((reason) => ({ words: reason.sign, fault: isFault(reason) })),
    words: [so, ...reasons.map(({ words }) => words)].join(' '),
  };
}

/** A sign and its words. */
export function StackSign({ sign }: { readonly sign: Sign }) {
  return sign.short.map(({ words, fault }) => {
    const Icon = fault ? TriangleAlert : Info;
    return (
      <span key={words} className={fault ? 'stack-sign stack-sign--fault' : 'stack-sign'}>
        <Icon size={12} aria-hidden /> {words}
      </span>
    );
  });
}
