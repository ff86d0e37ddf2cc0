import type { StagedInstance } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';

/**
 * Which of the stated facts are taken for a study. Of a plain image all of them: a person is their only source. Of DICOM files
 * only what no file with pixels says; what a file says is never overridden by an import. That objects of unknown origin were not made by
 * an algorithm is taken where there are such.
 *
 * @returns null where nothing is stated.
 */
export function factsToState(
  items: readonly Pick<StagedInstance, 'header' | 'plain'>[],
  stated: Stated,
): Stated | null {
  if (items.some(({ plain }) => plain === true)) return Object.keys(stated).length === 0 ? null : stated;
  const origin =
    stated.origin !== undefined && items.some(({ header }) => header.origin === 'unknown')
      ? { origin: stated.origin }
      : {};
  const images = items.map(({ header }) => header).filter(({ image }) => image !== null);
  if (images.length === 0) return 'origin' in origin ? origin : null;
  const open: Stated = {
    ...origin,
    ...(stated.modality !== undefined && images.every((h) => h.modality === '')
      ? { modality: stated.modality }
      : {}),
    ...(stated.bodyPart !== undefined && images.every((h) => h.bodyPart === '')
      ? { bodyPart: stated.bodyPart }
      : {}),
    ...(stated.view !== undefined && images.every((h) => h.viewPosition === '') ? { view: stated.view } : {}),
    ...(stated.age !== undefined && images.every((h) => h.age === null) ? { age: stated.age } : {}),
  };
  return Object.keys(open).length === 0 ? null : open;
}
