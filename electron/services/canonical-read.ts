import { createPublicKey, hash, verify } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { Store } from '../shared/ports.ts';
import type { Read } from '../shared/read.ts';

/** What a commit fixes of a read: everything but what is made from it (hash, signature) and the time of the last save. */
export type FixedRead = Omit<Read, 'sha256' | 'signature' | 'status' | 'updatedAt'>;

/** The very bytes that are hashed and signed: canonical JSON, UTF-8, with the hashes of the files that were read. */
export function canonicalRead(store: Pick<Store, 'studies'>, read: FixedRead): Uint8Array {
  const sopInstanceUIDs = new Set(
    [...read.framesDisplayed, ...read.framesNotSeen].map((frame) => frame.sopInstanceUID),
  );
  const files = store.studies
    .instancesOf(read.studyInstanceUID)
    .filter(({ header }) => sopInstanceUIDs.has(header.sopInstanceUID))
    .map(({ header, sha256 }) => ({ sopInstanceUID: header.sopInstanceUID, sha256 }))
    .toSorted((a, b) => (a.sopInstanceUID < b.sopInstanceUID ? -1 : 1));
  const fixed = {
    schema: 'overread.read/1',
    id: read.id,
    studyInstanceUID: read.studyInstanceUID,
    readerId: read.readerId,
    readerName: read.readerName,
    content: read.content,
    createdAt: read.createdAt,
    committedAt: read.committedAt,
    framesDisplayed: read.framesDisplayed,
    framesNotSeen: read.framesNotSeen,
    files,
    ...(read.aiMode === null ? {} : { aiMode: read.aiMode, aiShownAt: read.aiShownAt }),
    // Reads from before it was measured were signed without it.
    ...(read.activeSeconds === null ? {} : { activeSeconds: read.activeSeconds }),
  };
  return new TextEncoder().encode(canonicalJson(fixed));
}

/** SHA-256, lower-case hex. */
export function sha256Of(bytes: Uint8Array): string {
  return hash('sha256', bytes);
}

/**
 * What a check of a committed read found.
 *
 * - `intact`: content, files' hashes and signature belong together.
 * - `not-committed`: a draft; there is nothing to check.
 * - `changed`: the content or the hashes of its files are not what was hashed at the commit.
 * - `signature-wrong`: the hash fits, but this reader's key did not sign it.
 * - `reader-unknown`: the reader's key is not here.
 */
export type ReadVerification = 'intact' | 'not-committed' | 'changed' | 'signature-wrong' | 'reader-unknown';

/** Checks a committed read against its hash and its reader's Ed25519 key. */
export function verifyRead(store: Pick<Store, 'studies' | 'readers'>, read: Read): ReadVerification {
  if (read.status !== 'committed' || read.sha256 === null || read.signature === null) return 'not-committed';
  const bytes = canonicalRead(store, read);
  if (sha256Of(bytes) !== read.sha256) return 'changed';
  const reader = store.readers.find(read.readerId);
  if (reader === undefined) return 'reader-unknown';
  return isSignedBy(reader.publicKey, bytes, read.signature) ? 'intact' : 'signature-wrong';
}

/** Whether the Ed25519 key (SPKI, base64) made this signature (base64) over the bytes. */
export function isSignedBy(publicKey: string, bytes: Uint8Array, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return verify(null, bytes, key, Buffer.from(signature, 'base64'));
  } catch {
    // A key or signature that cannot even be parsed signs nothing: that is the answer, not an accident.
    return false;
  }
}
