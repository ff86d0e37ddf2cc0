import type { Prior } from '../../../electron/shared/priors.ts';
import type { ScrollLink } from '../../viewer/link-scroll.ts';
import { count, modalities } from '../../ui/words.ts';

/** '2025-03-02 · CT · Chest'. */
export function priorWords({ date, modality, description }: Prior): string {
  return [date === '' ? 'no date' : date, modalities(modality), description]
    .filter((part) => part !== '')
    .join(' · ');
}

/** '263 days before', against the study that is open. */
export function whenWords({ when, days }: Prior): string {
  if (when === 'undated' || days === null) return 'time between not known';
  if (days === 0) return 'same day';
  const number = Math.abs(days) === 1 ? '1 day' : `${count(Math.abs(days))} days`;
  return when === 'earlier' ? `${number} before` : `${number} after`;
}

/** What stands behind 'Linked'. */
export function linkWords(link: ScrollLink, linked: boolean): string {
  if (link.kind === 'none') return 'one image: nothing to scroll';
  if (!linked) return 'off: each scrolls alone';
  if (link.kind === 'fraction') return 'by fraction of the stack, not by position';
  const shift = Math.abs(link.offset) < 0.05 ? '' : `, shifted by ${link.offset.toFixed(1)} mm`;
  return `by position${shift}: check the level`;
}

/** Why it has to be checked. */
export function linkReason(link: ScrollLink): string {
  switch (link.kind) {
    case 'none':
      return 'One of the two has one image alone.';
    case 'fraction':
      return 'The slices are not parallel, have no positions, or lie nowhere at the same: the levels do not go together.';
    case 'position':
      return 'Each study has coordinates of its own: the same position is the same level only as far as the patient lay alike. Unlink, scroll one to the right level, and link again to shift it.';
  }
}
