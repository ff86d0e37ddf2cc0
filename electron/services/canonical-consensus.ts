import { canonicalJson } from '../domain/canonical-json.ts';
import type { ConsensusContent, ConsensusSignature } from '../shared/consensus.ts';

/** The very bytes that are hashed: canonical JSON, UTF-8, bound to the hashes of both committed reads and to the record before. */
export function canonicalConsensus(content: ConsensusContent): Uint8Array {
  const {
    id,
    studyInstanceUID,
    kind,
    first,
    second,
    lines,
    settlements,
    outcome,
    words,
    previous,
    proposedBy,
    proposedAt,
  } = content;
  return new TextEncoder().encode(
    canonicalJson({
      schema: 'overread.consensus/1',
      id,
      studyInstanceUID,
      kind,
      first,
      second,
      lines,
      settlements,
      outcome,
      words,
      previous,
      proposedBy,
      proposedAt,
    }),
  );
}

/** The very bytes that a reader signs: what is decided of which hash, by whom and when. */
export function canonicalDecision(
  consensus: { readonly id: string; readonly sha256: string },
  { readerId, decision, words, at }: Omit<ConsensusSignature, 'readerName' | 'signature'>,
): Uint8Array {
  return new TextEncoder().encode(
    canonicalJson({
      schema: 'overread.consensus-signature/1',
      consensusId: consensus.id,
      consensusSha256: consensus.sha256,
      readerId,
      decision,
      words,
      at,
    }),
  );
}
