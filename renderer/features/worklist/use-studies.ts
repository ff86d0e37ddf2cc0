import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type WorklistView } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';

const PAGE = 200;

/** The rows of a view, page by page; all of them where they have to be sorted here (`everything`). */
export function useStudies(query: string, view: WorklistView, everything: boolean) {
  const pages = useInfiniteQuery({
    queryKey: [...keys.studies, view, query],
    queryFn: ({ pageParam }) => api.studies(query, view, pageParam, PAGE),
    initialPageParam: 0,
    getNextPageParam: (last, all) => {
      const loaded = all.reduce((sum, page) => sum + page.rows.length, 0);
      return last.rows.length > 0 && loaded < last.total ? loaded : undefined;
    },
    placeholderData: keepPreviousData,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (everything && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [everything, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const rows = pages.data?.pages.flatMap((page) => page.rows) ?? [];
  const last = pages.data?.pages.at(-1);
  return { ...pages, rows, total: last?.total ?? 0, totalIsMinimum: last?.totalIsMinimum === true };
}
