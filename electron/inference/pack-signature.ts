import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { packContent } from '../domain/pack-content.ts';
import { Refused } from '../shared/errors.ts';
import {
  type PackFile,
  type PackSignature,
  packSignatureFileSchema,
  SIGNATURE_FILE,
} from '../shared/pack-signature.ts';
import type { ModelsPolicy } from '../shared/policy.ts';
import { readPackFile } from './load-pack.ts';

/** An Ed25519 public key from PEM, or from the base64 of its DER. Throws where it is none. */
export function publicKeyOf(text: string): KeyObject {
  const key = text.includes('-----BEGIN')
    ? createPublicKey(text)
    : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('It is not an Ed25519 key.');
  return key;
}

function wrong(directory: string, why: string): Refused {
  return new Refused(
    'pack-signature',
    `The signature of the model pack in ${directory} is wrong: ${why}. A file was changed, added or removed after it was signed, ` +
      'or it was signed by somebody else. Get the pack again from whom it is.',
  );
}

function readSignature(directory: string): { keyId: string; signature: string } {
  try {
    return packSignatureFileSchema.parse(
      JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(readPackFile(directory, SIGNATURE_FILE))),
    );
  } catch (cause) {
    if (cause instanceof Refused) throw cause;
    throw wrong(directory, `${SIGNATURE_FILE} cannot be read`);
  }
}

/**
 * Who signed a pack, by the policy's keys.
 *
 * @param files Every file of the pack as it lies there.
 * @throws Refused `pack-signature` where the signature is wrong, or where the policy asks for one by a trusted key and there is none.
 */
export function judgeSignature(
  directory: string,
  files: readonly PackFile[],
  policy: ModelsPolicy,
): PackSignature {
  if (!files.some(({ name }) => name === SIGNATURE_FILE)) {
    if (!policy.requireSignature) return { state: 'not-signed', keyId: null };
    throw new Refused(
      'pack-signature',
      `The model pack in ${directory} is not signed, and the policy of this site takes signed packs only.`,
    );
  }
  const { keyId, signature } = readSignature(directory);
  const key = policy.trustedKeys.find(({ id }) => id === keyId);
  if (key === undefined) {
    if (!policy.requireSignature) return { state: 'untrusted', keyId };
    throw new Refused(
      'pack-signature',
      `The model pack in ${directory} is signed by the key ${keyId}, which the policy of this site does not trust.`,
      { keyId },
    );
  }
  const good = verify(
    null,
    Buffer.from(packContent(files), 'utf8'),
    publicKeyOf(key.publicKey),
    Buffer.from(signature, 'base64'),
  );
  if (!good) throw wrong(directory, `it does not fit the key ${keyId} and the files`);
  return { state: 'signed', keyId };
}
