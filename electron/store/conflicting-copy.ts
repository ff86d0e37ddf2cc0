import { createHash } from 'node:crypto';
import type { InstanceHeader, StagedInstance } from '../shared/ports.ts';

/**
 * The identity of a file whose SOP Instance UID was taken by another content: a UID under 2.25 (PS3.5 Annex B.2) that follows from the UID
 * in the file and from its SHA-256, so that the same copy has the same identity on every machine and in every import.
 */
export function identityOfCopy(sopInstanceUID: string, sha256: string): string {
  const digest = createHash('sha256')
    .update(`overread.conflicting-copy/1 ${sopInstanceUID} ${sha256}`)
    .digest();
  digest[6] = ((digest[6] as number) & 0x0f) | 0x80;
  digest[8] = ((digest[8] as number) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${digest.subarray(0, 16).toString('hex')}`)}`;
}

/** The copy under its own identity; the file itself stays as it came. */
export function asCopy(staged: StagedInstance): StagedInstance {
  const { headerText, ...kept } = staged;
  const header = headerText === undefined ? staged.header : (JSON.parse(headerText) as InstanceHeader);
  const { sopInstanceUID } = header;
  return {
    ...kept,
    header: {
      ...header,
      sopInstanceUID: identityOfCopy(sopInstanceUID, kept.sha256),
      conflictOf: sopInstanceUID,
    },
  };
}
