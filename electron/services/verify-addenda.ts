import type { Store } from '../shared/ports.ts';
import type { Read } from '../shared/read.ts';
import { canonicalAddendum } from './add-addendum.ts';
import { isSignedBy, sha256Of } from './canonical-read.ts';

/** Whether each addendum of a committed read is the one that its reader signed, in its place behind the one before. */
export function areAddendaIntact(store: Pick<Store, 'reads' | 'readers'>, read: Read): boolean {
  const reader = store.readers.find(read.readerId);
  let previous: string | null = null;
  let number = 0;
  for (const addendum of store.reads.addenda(read.id)) {
    const bytes = canonicalAddendum(read, addendum, previous);
    number += 1;
    if (addendum.number !== number || sha256Of(bytes) !== addendum.sha256 || reader === undefined)
      return false;
    if (!isSignedBy(reader.publicKey, bytes, addendum.signature)) return false;
    previous = addendum.sha256;
  }
  return true;
}
