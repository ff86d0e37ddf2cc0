import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Refused, toWire, type WireError } from '../shared/errors.ts';
import type { PackManifest } from '../shared/pack.ts';
import { loadPack } from './load-pack.ts';

/** An installed pack without its weights in memory. */
export interface ShelvedPack {
  readonly directory: string;
  readonly manifest: PackManifest;
  readonly manifestSha256: string;
}

export interface PackShelf {
  packs(): ShelvedPack[];
  refused(): { id: string; error: WireError }[];
  /** Throws `Refused('model-unknown')`, or what refused the pack. */
  pack(id: string): ShelvedPack;
}

type Entry = { id: string; stamp: string } & (
  | { pack: ShelvedPack; error: null }
  | { pack: null; error: WireError }
);

/** Changes when a pack's manifest or weights are written anew. */
function stampOf(directory: string): string {
  return readdirSync(directory)
    .map((name) => {
      const stat = statSync(join(directory, name));
      return stat.isFile() ? `${name}:${stat.size}:${stat.mtimeMs}` : '';
    })
    .join('|');
}

function looksLikePack(directory: string): boolean {
  const names = readdirSync(directory);
  return names.includes('manifest.json') || names.some((name) => name.endsWith('.onnx'));
}

function open(directory: string, id: string, stamp: string): Entry {
  try {
    const { manifest, manifestSha256, directory: place } = loadPack(directory);
    return { id, stamp, pack: { directory: place, manifest, manifestSha256 }, error: null };
  } catch (error) {
    return { id, stamp, pack: null, error: toWire(error) };
  }
}

/**
 * The packs in a folder: each folder in it that holds a manifest or an ONNX file. Looked at again on every call, hashed again
 * only when a file changed. A pack that is refused is kept with its reason, never passed over in silence.
 */
export function openPackShelf(packsDirectory: string): PackShelf {
  const known = new Map<string, Entry>();

  function entries(): Entry[] {
    if (!existsSync(packsDirectory)) return [];
    return readdirSync(packsDirectory, { withFileTypes: true })
      .filter((item) => item.isDirectory() && looksLikePack(join(packsDirectory, item.name)))
      .map((item) => item.name)
      .sort()
      .map((id) => {
        const directory = join(packsDirectory, id);
        const stamp = stampOf(directory);
        const before = known.get(id);
        if (before?.stamp === stamp) return before;
        const entry = open(directory, id, stamp);
        known.set(id, entry);
        return entry;
      });
  }

  return {
    packs: () => entries().flatMap((entry) => (entry.pack === null ? [] : [entry.pack])),
    refused: () =>
      entries().flatMap((entry) => (entry.error === null ? [] : [{ id: entry.id, error: entry.error }])),
    pack(id) {
      const all = entries();
      const entry = all.find((one) => one.id === id);
      if (entry === undefined) {
        const names = all.map((one) => one.id).join(', ') || 'none';
        throw new Refused('model-unknown', `There is no model ${id} here. Installed: ${names}.`, { id });
      }
      if (entry.pack === null) throw new Refused(entry.error.code, entry.error.message, entry.error.detail);
      return entry.pack;
    },
  };
}
