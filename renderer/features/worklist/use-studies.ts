import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { WorklistChoice } from '../../../electron/shared/worklist.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { parametersOf } from './choice.ts';

const PAGE = 200;
/** Rows that fill the largest window: until there are so many, the next part is asked for at once. */
const ENOUGH = 60;

/** The rows of a choice, part by part. A part may hold few rows though more are to come: the workstation looks on from there. */
export function useStudies(choice: WorklistChoice, today: string) {
  const pages = useInfiniteQuery({
    queryKey: [...keys.studies, choice, today],
    queryFn: ({ pageParam }) => api.studies(parametersOf(choice, new Date()), PAGE, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const { hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage } = pages;
  const rows = pages.data?.pages.flatMap((page) => page.rows) ?? [];
  const looking = hasNextPage && rows.length < ENOUGH && !isPlaceholderData;
  useEffect(() => {
    if (looking && !isFetchingNextPage) void fetchNextPage();
  }, [looking, isFetchingNextPage, fetchNextPage]);
  const first = pages.data?.pages[0];
  const told = first?.total ?? 0;
  return {
    ...pages,
    rows,
    looking,
    // Without a next part there are as many as have come.
    total: hasNextPage
      ? Math.max(told, rows.length)
      : Math.max(rows.length, first?.totalIsMinimum ? 0 : told),
    totalIsMinimum: hasNextPage && first?.totalIsMinimum === true,
  };
}
