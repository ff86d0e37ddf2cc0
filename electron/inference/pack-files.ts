import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packContent } from '../domain/pack-content.ts';
import { Refused } from '../shared/errors.ts';
import type { PackFile } from '../shared/pack-signature.ts';
import { readPackFile, sha256 } from './load-pack.ts';

/** More folders in folders than this is no pack. */
const DEPTH = 8;

function namesIn(directory: string, inside: string, depth: number): string[] {
  return readdirSync(join(directory, inside), { withFileTypes: true }).flatMap((item) => {
    const name = inside === '' ? item.name : `${inside}/${item.name}`;
    if (item.isDirectory() && depth < DEPTH) return namesIn(directory, name, depth + 1);
    if (item.isFile()) return [name];
    throw new Refused(
      'pack-link',
      `The model pack in ${directory} holds what is no plain file: ${name}. Links and devices are not followed; put the file itself there.`,
    );
  });
}

/** Names of every file of a pack, from its folder on. Throws `Refused('pack-link')` where one is a link or no file. */
export function packFileNames(directory: string): string[] {
  return namesIn(directory, '', 0);
}

/** Every file of a pack with its size and hash. */
export function packFiles(directory: string): PackFile[] {
  return packFileNames(directory).map((name) => {
    const bytes = readPackFile(directory, name);
    return { name, bytes: bytes.length, sha256: sha256(bytes) };
  });
}

/** SHA-256 of a pack's content: the same for the same files, whatever their signature. */
export function contentSha256(files: readonly PackFile[]): string {
  return createHash('sha256').update(packContent(files)).digest('hex');
}
