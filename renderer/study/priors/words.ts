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

export function linkWords(link: ScrollLink, linked: boolean): string {
  if (link.kind === 'none') return 'One image: nothing to scroll together';
  if (!linked) return 'Scrolled apart';
  if (link.kind === 'fraction')
    return 'Scrolled together by fraction of the stack: positions cannot be compared';
  const shift = Math.abs(link.offset) < 0.05 ? '' : `, shifted by ${link.offset.toFixed(1)} mm`;
  return `Scrolled together by position${shift}; each scan has its own coordinates, check the level`;
}
