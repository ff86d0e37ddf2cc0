import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ResponseRequest, ResponseView } from '../../../electron/shared/response.ts';
import type { LesionLinkRequest, LesionTrack } from '../../../electron/shared/priors.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';

/** The patient's other studies, and whether that is answered: an answer that failed shows none rather than no image. */
export function usePriors(uid: string, readerId: string) {
  const { data, isFetched } = useQuery({
    queryKey: [...keys.priors(uid), readerId],
    queryFn: () => api.priors(uid),
  });
  return { priors: data?.priors ?? [], answered: isFetched };
}

/** A prior as it may be seen beside the study; another one once that is committed. */
export function useOpenPrior(uid: string, prior: string | null, readerId: string, committed: boolean) {
  return useQuery({
    queryKey: [...keys.priors(uid), readerId, 'open', prior, committed],
    queryFn: () => api.openPrior(uid, prior ?? ''),
    enabled: prior !== null,
    // Each opening is audited: one is enough.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** Makes the workstation have what is on the screen: what is worked out there must not be of a mark that was changed a moment ago. */
type Flush = (() => Promise<unknown>) | undefined;

/** Lesions that are followed over studies, and what links them. */
export function useLesions(uid: string, readerId: string, flush: Flush) {
  const queries = useQueryClient();
  const queryKey = [...keys.lesions(uid), readerId];
  const tracks = useQuery({
    queryKey,
    queryFn: async () => {
      await flush?.();
      return api.lesions(uid);
    },
    gcTime: 0,
    // A mark may have changed since the dialog was closed, a moment ago.
    staleTime: 0,
  });
  const link = useMutation({
    mutationFn: (asked: LesionLinkRequest) => api.linkLesion(uid, asked),
    onSuccess: (changed: LesionTrack[]) => {
      queries.setQueryData(queryKey, changed);
      // Links are what the response is measured by.
      void queries.invalidateQueries({ queryKey: keys.response(uid) });
    },
  });
  return { tracks, link };
}

/** The response of the lesions that the reader chose, and what states it. */
export function useResponse(uid: string, readerId: string, flush: Flush) {
  const queries = useQueryClient();
  const queryKey = [...keys.response(uid), readerId];
  const view = useQuery({
    queryKey,
    queryFn: async () => {
      await flush?.();
      return api.response(uid);
    },
    gcTime: 0,
    // A mark may have changed since the dialog was closed, a moment ago.
    staleTime: 0,
  });
  const state = useMutation({
    mutationFn: (said: ResponseRequest) => api.stateResponse(uid, said),
    onSuccess: (changed: ResponseView) => queries.setQueryData(queryKey, changed),
  });
  return { view, state };
}
