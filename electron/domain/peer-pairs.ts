import type { Read, ReaderFinding } from '../shared/read.ts';
import { type Counterpart, type ImageSides, matchFindings } from './matching.ts';
import type { Terms } from './terms.ts';

/** Findings of two reads by their ids: of both, of the one alone (`theirs` null), of the other alone (`mine` null). */
export interface PeerPair {
  readonly mine: string | null;
  readonly theirs: string | null;
}

/** A finding of another reader in the form that the matching takes. */
function asOther({ id, label, sopInstanceUID, frame, box, size }: ReaderFinding): Counterpart {
  const other = { id, label, code: null, score: 1, sopInstanceUID, frame, box, operatingPoint: null };
  return size === undefined ? other : { ...other, size };
}

const noSides = (): ImageSides | null => null;

/** Pairs the findings of two readers as the matching pairs a reader's with a model's: one to one, by place and label. */
export function pairReads(
  mine: Pick<Read, 'content'>,
  theirs: Pick<Read, 'content'>,
  terms: Terms,
): PeerPair[] {
  const matches = matchFindings(mine.content.findings, theirs.content.findings.map(asOther), terms, noSides);
  const both = matches.map(({ reader, ai }) => ({ mine: reader.id, theirs: ai.id }));
  const mineMatched = new Set(both.map((pair) => pair.mine));
  const theirsMatched = new Set(both.map((pair) => pair.theirs));
  return [
    ...both,
    ...mine.content.findings
      .filter(({ id }) => !mineMatched.has(id))
      .map(({ id }) => ({ mine: id, theirs: null })),
    ...theirs.content.findings
      .filter(({ id }) => !theirsMatched.has(id))
      .map(({ id }) => ({ mine: null, theirs: id })),
  ];
}
