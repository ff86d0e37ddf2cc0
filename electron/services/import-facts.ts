import type { Stated } from '../shared/study.ts';
import type { StagedItem } from './import-port.ts';

/**
 * Which of the stated facts are taken for a study. Of a plain image all of them: a person is their only source. Of DICOM files
 * only what no file with pixels says; what a file says is never overridden by an import.
 *
 * @returns null where nothing is stated.
 */
export function factsToState(items: readonly StagedItem[], stated: Stated): Stated | null {
  if (items.some(({ plain }) => plain)) return Object.keys(stated).length === 0 ? null : stated;
  const images = items.map(({ header }) => header).filter(({ image }) => image !== null);
  if (images.length === 0) return null;
  const open: Stated = {
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
