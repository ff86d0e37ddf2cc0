import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReferralRequest, ReferralStepRequest, ToldReferrals } from '../../electron/shared/referral.ts';
import { api } from '../api/endpoints.ts';
import { keys } from '../api/keys.ts';

/** The referrals of a study as the reader at the screen may know them, and what is done with them. */
export function useReferrals(uid: string, readerId: string) {
  const queries = useQueryClient();
  const key = [...keys.referrals(uid), readerId];
  const told = useQuery({ queryKey: key, queryFn: () => api.referrals(uid) });
  const onSuccess = (changed: ToldReferrals) => {
    queries.setQueryData(key, changed);
    void queries.invalidateQueries({ queryKey: keys.studies });
  };
  const refer = useMutation({ mutationFn: (asked: ReferralRequest) => api.refer(uid, asked), onSuccess });
  const step = useMutation({
    mutationFn: ({ id, taken }: { id: string; taken: ReferralStepRequest }) =>
      api.stepReferral(uid, id, taken),
    onSuccess,
  });
  return { told: told.data, refer, step };
}
