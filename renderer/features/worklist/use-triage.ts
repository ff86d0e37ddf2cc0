import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { TriageFinding } from '../../../electron/shared/triage.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';

const PAGE = 200;
/** No event tells of models to a reader who has not committed: what they found since is asked for. */
const AGAIN_MS = 15_000;

/** Whether the site's policy has triage by AI. */
export function useTriageAllowed(): boolean {
  const session = useQuery({ queryKey: keys.session, queryFn: api.session });
  return session.data?.policy.aiMode === 'ai-first';
}

/** What is to be read, studies with a positive result of a model first; asked for where it is shown alone. */
export function useTriage(enabled: boolean) {
  const pages = useInfiniteQuery({
    queryKey: [...keys.studies, 'triage'],
    queryFn: ({ pageParam }) => api.triage(PAGE, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    enabled,
    refetchInterval: AGAIN_MS,
  });
  const all = useMemo(() => pages.data?.pages.flatMap((page) => page.rows) ?? [], [pages.data]);
  const ai = useMemo(
    () => new Map<string, readonly TriageFinding[]>(all.map((row) => [row.study.studyInstanceUID, row.ai])),
    [all],
  );
  const first = pages.data?.pages[0];
  return {
    ...pages,
    rows: useMemo(() => all.map(({ study }) => study), [all]),
    ai,
    looking: false,
    total: all.length,
    totalIsMinimum: pages.hasNextPage,
    positives: first?.positives ?? 0,
    positivesIsMinimum: first?.positivesIsMinimum ?? false,
  };
}
