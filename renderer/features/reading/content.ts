import { type Checklist, checklistFor, type CheckState } from '../../../electron/shared/checklist.ts';
import type { ReadContent } from '../../../electron/shared/read.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';

/** The checklist for a study, by what its files and persons say of it. */
export function checklistOf({ modality, stated, seriesList }: StudyDetail): Checklist | null {
  const modalities = [...modality.split('\\'), stated.modality ?? ''];
  return checklistFor(modalities, [stated.bodyPart ?? '', ...seriesList.map(({ bodyPart }) => bodyPart)]);
}

/** A region in a state, or in none; a list of which nothing is said is left out whole. */
export function withAnswer(content: ReadContent, id: string, state: CheckState | null): ReadContent {
  const { checklist, ...rest } = content;
  const { [id]: _before, ...others } = checklist ?? {};
  const answers = state === null ? others : { ...others, [id]: state };
  return Object.keys(answers).length === 0 ? rest : { ...rest, checklist: answers };
}

export function withText(content: ReadContent, recommendation: string): ReadContent {
  const { recommendation: _before, ...rest } = content;
  return recommendation === '' ? rest : { ...rest, recommendation };
}

/** @param confidence 1 to 4; 0 for none. */
export function withConfidence(content: ReadContent, confidence: number): ReadContent {
  const { confidence: _before, ...rest } = content;
  return confidence === 0 ? rest : { ...rest, confidence };
}
