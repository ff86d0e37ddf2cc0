import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';

const WAITING_MS = 1500;
/** A model may run again at any time, once facts are stated; no event tells of models. */
const READY_MS = 5000;

/** The comparison; asked for again, more often while the AI is still reading. */
export function useComparison(studyInstanceUID: string) {
  return useQuery({
    queryKey: keys.comparison(studyInstanceUID),
    queryFn: () => api.comparison(studyInstanceUID),
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.aiState === 'ready' ? READY_MS : WAITING_MS),
  });
}
