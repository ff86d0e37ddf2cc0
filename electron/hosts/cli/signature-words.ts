import { missingCaseError } from '../../shared/errors.ts';
import type { PackSignatureState } from '../../shared/pack-signature.ts';

/** Who vouches for a pack, for a person. */
export function signatureWords(state: PackSignatureState | 'built-in', keyId: string | null): string {
  switch (state) {
    case 'built-in':
      return 'part of the build';
    case 'signed':
      return `signed (${keyId})`;
    case 'untrusted':
      return `not signed by a trusted key (${keyId})`;
    case 'not-signed':
      return 'not signed';
    default:
      throw missingCaseError(state);
  }
}
