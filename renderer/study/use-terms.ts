import { useQuery } from '@tanstack/react-query';
import type { StudyDetail } from '../../electron/shared/study.ts';
import { api } from '../api/endpoints.ts';
import { keys } from '../api/keys.ts';

/** The labels to choose from, those of the study's body part first. */
export function useTerms(study: StudyDetail): readonly string[] {
  const { data } = useQuery({ queryKey: keys.terminology, queryFn: api.terminology, staleTime: Infinity });
  if (data === undefined) return [];
  const parts = [study.stated.bodyPart ?? '', ...study.seriesList.map(({ bodyPart }) => bodyPart)].map(
    (part) => part.toLowerCase(),
  );
  const here = data.terms.filter(({ region }) => parts.includes(region));
  const general = data.terms.filter(({ region }) => region === 'any');
  const others = data.terms.filter((term) => !here.includes(term) && !general.includes(term));
  return [...new Set([...here, ...general, ...others].map(({ label }) => label))];
}
