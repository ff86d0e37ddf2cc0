import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Refused } from '../shared/errors.ts';
import type { PackManifest } from '../shared/pack.ts';
import { checkManifest } from './check-manifest.ts';

/** A pack whose manifest holds together and whose weights are the bytes that it names. */
export interface LoadedPack {
  readonly directory: string;
  readonly manifest: PackManifest;
  readonly manifestSha256: string;
  /** The bytes that were hashed; a session is made of these and not of the file read a second time. */
  readonly weights: Uint8Array;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * A file of a pack, inside its folder: a name that climbs out, or a link that points out of it, is refused, since a
 * pack may come from anywhere.
 *
 * @throws Refused `pack-missing`, `pack-manifest`.
 */
export function readPackFile(directory: string, name: string): Uint8Array {
  const path = resolve(directory, name);
  if (!path.startsWith(resolve(directory) + sep)) {
    throw new Refused(
      'pack-manifest',
      `The model pack in ${directory} names a file outside itself: ${name}.`,
    );
  }
  try {
    if (!realpathSync(path).startsWith(realpathSync(directory) + sep)) {
      throw new Refused(
        'pack-manifest',
        `The model pack in ${directory} holds a link that points out of it: ${name}.`,
      );
    }
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof Refused) throw cause;
    throw new Refused(
      'pack-missing',
      `The model pack in ${directory} lacks its file ${name}, or it cannot be read. Install the pack again.`,
      undefined,
      cause,
    );
  }
}

function parseJson(bytes: Uint8Array, directory: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new Refused('pack-manifest', `The manifest.json in ${directory} is not JSON.`, undefined, cause);
  }
}

/**
 * Reads and checks one pack: schema, agreement of its parts, size and SHA-256 of the weights.
 *
 * @param directory The pack's folder; its name must be the pack's id, or `id/version`.
 * @throws Refused `pack-manifest`, `pack-hash`, `pack-missing`.
 */
export function loadPack(directory: string): LoadedPack {
  const manifestBytes = readPackFile(directory, 'manifest.json');
  const checked = checkManifest(parseJson(manifestBytes, directory));
  if ('faults' in checked) {
    throw new Refused(
      'pack-manifest',
      `The manifest.json in ${directory} cannot be used: ${checked.faults.join('; ')}.`,
      { faults: checked.faults },
    );
  }
  const { manifest } = checked;
  const place = resolve(directory);
  const name = basename(place);
  const isVersion = name === manifest.version && basename(dirname(place)) === manifest.id;
  if (manifest.id !== name && !isVersion) {
    throw new Refused(
      'pack-manifest',
      `The model pack ${manifest.id} ${manifest.version} lies in a folder of another name: ${directory}.`,
    );
  }
  const weights = readPackFile(directory, manifest.weights.file);
  if (weights.length !== manifest.weights.bytes || sha256(weights) !== manifest.weights.sha256) {
    throw new Refused(
      'pack-hash',
      `The weights of model ${manifest.id} (${join(directory, manifest.weights.file)}) are not the ones that its manifest names. ` +
        'They were changed or damaged; install the pack again.',
      { bytes: weights.length, expectedBytes: manifest.weights.bytes },
    );
  }
  return { directory: place, manifest, manifestSha256: sha256(manifestBytes), weights };
}
