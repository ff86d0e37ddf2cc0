import { type PackFile, SIGNATURE_FILE } from '../shared/pack-signature.ts';
import { canonicalJson } from './canonical-json.ts';

/**
 * One text for the content of a pack: canonical JSON of name, size and SHA-256 of each file but its signature, in the order of the names'
 * UTF-16 code units. Its SHA-256 tells two packs apart; its UTF-8 bytes are what is signed, the schema's name being the context.
 */
export function packContent(files: readonly PackFile[]): string {
  const listed = files
    .filter(({ name }) => name !== SIGNATURE_FILE)
    .map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return canonicalJson({ schema: 'overread.pack-content/1', files: listed });
}
