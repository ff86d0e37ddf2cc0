import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  Consensus,
  ConsensusAnswer,
  ConsensusRequest,
  ConsensusView,
} from '../../../electron/shared/consensus.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';

/** What the reader and others hold together of a study, and what is done about it. */
export function useConsensus(uid: string, readerId: string) {
  const queries = useQueryClient();
  const key = [...keys.consensus(uid), readerId];
  const { data } = useQuery({ queryKey: key, queryFn: () => api.consensus(uid) });
  const onSuccess = (changed: ConsensusView) => {
    queries.setQueryData(key, changed);
    void queries.invalidateQueries({ queryKey: keys.studies });
  };
  // Another reader may have signed in another window: what is there now is asked for again.
  const onError = () => void queries.invalidateQueries({ queryKey: key });
  const propose = useMutation({
    mutationFn: (asked: ConsensusRequest) => api.proposeConsensus(uid, asked),
    onSuccess,
    onError,
  });
  const answer = useMutation({
    mutationFn: ({ id, answered }: { id: string; answered: ConsensusAnswer }) =>
      api.answerConsensus(uid, id, answered),
    onSuccess,
    onError,
  });
  return { view: data, propose, answer };
}

/** Whether this reader is one of the two. */
export function takesPart({ first, second }: Consensus, readerId: string): boolean {
  return first.readerId === readerId || second.readerId === readerId;
}

/** The other of the two, by name. */
export function otherOf({ first, second }: Consensus, readerId: string): string {
  return first.readerId === readerId ? second.readerName : first.readerName;
}

/** Id of the other's committed read. */
export function otherReadOf({ first, second }: Consensus, readerId: string): string {
  return first.readerId === readerId ? second.readId : first.readId;
}
