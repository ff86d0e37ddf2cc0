import type { PackManifest } from '../shared/pack.ts';
import type { AnalysisInput } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import { judgeDomain } from './domain-rules.ts';

/** Which images of a study a model reads, or why it reads none. */
export type InputSelection =
  | {
      readonly inputs: readonly AnalysisInput[];
      readonly stated: Stated;
      readonly notes: readonly string[];
    }
  | { readonly abstains: string };

/** Each reason once, the most frequent first; with the number of images where there are several reasons or images. */
export function summarise(reasons: readonly string[], images: number): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const sorted = [...counts].toSorted((a, b) => b[1] - a[1]);
  if (images === 1 || (sorted.length === 1 && reasons.length === images))
    return sorted.map(([reason]) => reason).join(' ');
  const shown = sorted.slice(0, 3).map(([reason, count]) => `${count} of ${images} images: ${reason}`);
  const more = sorted.length > 3 ? ` And ${sorted.length - 3} more reasons.` : '';
  return shown.join(' ') + more;
}

/**
 * The images that a model's domain takes. Objects without pixels (reports, dose sheets) are no images and are passed over; an image
 * that fits but is of a kind that this build cannot decode makes the model abstain, because a result that
 * leaves out an image of the study says less than it seems to.
 */
export function selectInputs(
  manifest: PackManifest,
  candidates: readonly AnalysisInput[],
  stated: Stated,
): InputSelection {
  const images = candidates.filter(({ header }) => header.image !== null);
  if (images.length === 0) return { abstains: 'The study holds no image.' };
  const inputs: AnalysisInput[] = [];
  const reasons: string[] = [];
  const notes = new Set<string>();
  let used: Stated = {};
  for (const input of images) {
    const judgement = judgeDomain(manifest, input.header, stated);
    if (!judgement.fits) {
      reasons.push(judgement.reason);
      continue;
    }
    inputs.push(input);
    used = { ...used, ...judgement.stated };
    for (const note of judgement.notes) notes.add(note);
  }
  if (inputs.length === 0) return { abstains: summarise(reasons, images.length) };
  const undrawn = inputs.find(({ header }) => header.notDrawn !== null);
  if (undrawn !== undefined) {
    return { abstains: `An image that the model would read cannot be decoded: ${undrawn.header.notDrawn}` };
  }
  if (reasons.length > 0) notes.add(`Not read: ${summarise(reasons, images.length)}`);
  return { inputs, stated: used, notes: [...notes] };
}
