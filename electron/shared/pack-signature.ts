import * as z from 'zod';

/** In a pack's folder; it signs every other file of it. */
export const SIGNATURE_FILE = 'signature.json';

/** `signature.json`: Ed25519 (RFC 8032) over the canonical list of the pack's files (`domain/pack-content`). */
export const packSignatureFileSchema = z.strictObject({
  keyId: z.string().min(1).max(200),
  algorithm: z.literal('ed25519'),
  signature: z.base64().max(200),
});

/**
 * `signed`: by a key that the policy trusts, and right. `untrusted`: by a key that the policy does not name, so that nobody can say whether it is
 * right. A wrong signature is no state: such a pack is refused.
 */
export const packSignatureStateSchema = z.enum(['signed', 'untrusted', 'not-signed']);
export type PackSignatureState = z.infer<typeof packSignatureStateSchema>;

export interface PackSignature {
  readonly state: PackSignatureState;
  /** Of the key that the pack names; null where it has no signature. */
  readonly keyId: string | null;
}

/** A file of a pack: its name from the pack's folder on, with slashes. */
export interface PackFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}
