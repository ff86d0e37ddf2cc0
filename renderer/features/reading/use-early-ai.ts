import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import type { Comparison, Read } from '../../../electron/shared/read.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';

const WAITING_MS = 1500;

/** What the models found, before the commit: where the site's policy shows it first, or this reader asked for it. */
export interface EarlyAi {
  /** Undefined while it was not shown. */
  readonly shown: Comparison | undefined;
  /** Null where the policy leaves nothing to ask for: blind first, or shown already. */
  readonly ask: (() => void) | null;
  readonly asking: boolean;
  readonly error: Error | null;
}

export function useEarlyAi(read: Read): EarlyAi {
  const uid = read.studyInstanceUID;
  const queries = useQueryClient();
  const session = useQuery({ queryKey: keys.session, queryFn: api.session });
  const mode = session.data?.policy.aiMode ?? 'blind-first';
  const key = ['ai', uid];
  const show = useMutation({
    mutationFn: () => api.showAi(uid),
    onSuccess: (shown) => queries.setQueryData(key, shown),
  });
  const wasShown = read.aiShownAt !== null || show.isSuccess;
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => api.shownAi(uid),
    enabled: wasShown,
    refetchInterval: (query) => (query.state.data?.aiState === 'waiting' ? WAITING_MS : false),
  });
  const first = mode === 'ai-first' && !wasShown && show.isIdle;
  const showFirst = useEffectEvent(() => show.mutate());
  useEffect(() => {
    if (first) showFirst();
  }, [first]);
  return {
    shown: wasShown ? data : undefined,
    // Where it was refused (an independent read is asked for), it can be asked for again.
    ask: (mode === 'on-request' || show.isError) && !wasShown ? () => show.mutate() : null,
    asking: show.isPending,
    error: show.error,
  };
}
