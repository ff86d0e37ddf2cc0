import { randomUUID } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { Addendum, Comparison, Read } from '../shared/read.ts';
import { sha256Of } from './canonical-read.ts';
import { requireCommitted } from './read-guard.ts';
import type { ReadingParts } from './reading-parts.ts';
import { buildComparison } from './reveal-comparison-build.ts';

/** The very bytes that are hashed and signed: bound to the read, and to the addendum before it. */
export function canonicalAddendum(
  read: Pick<Read, 'id' | 'sha256'>,
  addendum: Pick<Addendum, 'id' | 'number' | 'text' | 'createdAt'>,
  previousSha256: string | null,
): Uint8Array {
  const { id, number, text, createdAt } = addendum;
  return new TextEncoder().encode(
    canonicalJson({
      schema: 'overread.addendum/1',
      id,
      readId: read.id,
      readSha256: read.sha256,
      number,
      text,
      createdAt,
      previousSha256,
    }),
  );
}

/**
 * Adds a text to a reader's committed read: hashed, signed with the reader's key, time-stamped, audited; the read itself stays as it
 * is. It never changes and cannot be taken back; a further one may correct it.
 *
 * @param id The same id again adds nothing.
 * @throws Refused `study-unknown`, `read-not-committed`.
 */
export function addAddendum(
  parts: ReadingParts,
  studyInstanceUID: string,
  readerId: string,
  text: string,
  id: string = randomUUID(),
): Comparison {
  const { store, clock } = parts;
  return store.transaction(() => {
    const read = requireCommitted(store, studyInstanceUID, readerId);
    const addenda = store.reads.addenda(read.id);
    // A double click, or an answer that was lost on the way: it is signed already.
    if (addenda.some((one) => one.id === id)) return buildComparison(parts, read);
    const previous = addenda.at(-1);
    const draft = {
      id,
      number: (previous?.number ?? 0) + 1,
      text: text.trim(),
      createdAt: clock.now(),
    };
    const bytes = canonicalAddendum(read, draft, previous?.sha256 ?? null);
    const sha256 = sha256Of(bytes);
    store.reads.addAddendum(read.id, { ...draft, sha256, signature: store.readers.sign(readerId, bytes) });
    store.reads.saveAddendumDraft(read.id, '');
    store.audit.append({
      actor: readerId,
      action: 'addendum',
      studyInstanceUID,
      detail: { readId: read.id, number: draft.number, sha256 },
    });
    return buildComparison(parts, read);
  });
}
