import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SavedView } from '../../../electron/shared/worklist.ts';
import { keys } from '../../api/keys.ts';

/** A change of the reader's views; its answer is the list as it is now. */
export function useViewChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (act: () => Promise<SavedView[]>) => act(),
    onSuccess: (views) => queries.setQueryData(keys.views, views),
  });
}
