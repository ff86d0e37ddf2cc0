import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';

const POLL_MS = 1500;

/** The comparison; asked for again while the AI is still reading. */
export function useComparison(studyInstanceUID: string) {
  return useQuery({
    queryKey: keys.comparison(studyInstanceUID),
    queryFn: () => api.comparison(studyInstanceUID),
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.aiState === 'ready' ? false : POLL_MS),
  });
}
