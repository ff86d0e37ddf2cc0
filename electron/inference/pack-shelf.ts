import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareVersions } from '../domain/pack-version.ts';
import { Refused, toWire, type WireError } from '../shared/errors.ts';
import type { PackManifest } from '../shared/pack.ts';
import type { PackSignature } from '../shared/pack-signature.ts';
import { type ModelsPolicy, NO_MODELS_POLICY } from '../shared/policy.ts';
import type { PackIdentity, PackOnShelf } from '../shared/ports.ts';
import { loadPack } from './load-pack.ts';
import { packFileNames, packFiles } from './pack-files.ts';
import { judgeSignature } from './pack-signature.ts';

/** An installed pack without its weights in memory. */
export interface ShelvedPack {
  readonly directory: string;
  readonly manifest: PackManifest;
  readonly manifestSha256: string;
  /** Null for a pack of the build. */
  readonly signature: PackSignature | null;
}

/** The packs as they lay at one moment. */
export interface ShelfLook {
  /** Every model there is, sorted; those that are refused among them. */
  readonly ids: readonly string[];
  /** As `PackShelf.pack`. A pack is read when it is first asked for, and no other is. */
  pack(id: string, exactly?: PackIdentity): ShelvedPack;
}

export interface PackShelf {
  /** Where there are packs, once for several questions: each other method looks anew. */
  look(): ShelfLook;
  /** One a model: the version that runs, where it is not refused. */
  packs(): ShelvedPack[];
  /** Models whose version that would run is refused. An older one does not take its place in silence. */
  refused(): { id: string; error: WireError }[];
  /** The version that runs, or exactly this one. Throws `Refused('model-unknown')`, or what refused the pack. */
  pack(id: string, exactly?: PackIdentity): ShelvedPack;
  everyVersion(): ShelvedPack[];
  onShelf(): PackOnShelf[];
}

/** Where packs lie. */
export interface ShelfPlaces {
  /** One folder a pack: those of the build. */
  readonly builtIn: string;
  /** `id/version/`: those that were installed. Null where there can be none. */
  readonly installed: string | null;
  readonly policy?: ModelsPolicy;
}

interface Found {
  readonly id: string;
  /** By the folder, for installed ones. */
  readonly version: string | null;
  readonly directory: string;
  readonly origin: 'built-in' | 'installed';
}

type Entry = Found & { readonly stamp: string } & (
    | { readonly pack: ShelvedPack; readonly error: null }
    | { readonly pack: null; readonly error: WireError }
  );

/** A model with its versions, the newest first, and the one that runs. */
interface Model {
  readonly id: string;
  readonly versions: Entry[];
  readonly runs: Entry;
}

function subfolders(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((item) => item.isDirectory() && !item.name.startsWith('.'))
    .map((item) => item.name);
}

function looksLikePack(directory: string): boolean {
  const names = readdirSync(directory);
  return names.includes('manifest.json') || names.some((name) => name.endsWith('.onnx'));
}

function findBuiltIn(directory: string): Found[] {
  return subfolders(directory)
    .map((id): Found => ({ id, version: null, directory: join(directory, id), origin: 'built-in' }))
    .filter((found) => looksLikePack(found.directory));
}

function findInstalled(directory: string): Found[] {
  return subfolders(directory).flatMap((id) =>
    subfolders(join(directory, id))
      .filter((version) => /^\d+\.\d+\.\d+$/.test(version))
      .map(
        (version): Found => ({ id, version, directory: join(directory, id, version), origin: 'installed' }),
      ),
  );
}

/** Changes when a file of the pack is written anew: any of an installed one, whose signature is over all; manifest and weights of the build's. */
function stampOf({ directory, origin }: Found): string {
  try {
    return (origin === 'installed' ? packFileNames(directory) : readdirSync(directory))
      .map((name) => {
        const stat = statSync(join(directory, name));
        return stat.isFile() ? `${name}:${stat.size}:${stat.mtimeMs}` : '';
      })
      .join('|');
  } catch (thrown) {
    // Being removed, or a link in it: opening says which.
    return `unreadable: ${toWire(thrown).message}`;
  }
}

/** The newest first; a pack of the build whose version is not known last, and before an installed one of its own version. */
function byAge(a: Entry, b: Entry): number {
  if (a.version === null || b.version === null) {
    return a.version === b.version ? 0 : a.version === null ? 1 : -1;
  }
  return compareVersions(b.version, a.version) || (a.origin === 'built-in' ? -1 : 1);
}

function isExactly({ pack }: Entry, { version, sha256 }: PackIdentity): boolean {
  return pack?.manifest.version === version && pack.manifest.weights.sha256 === sha256;
}

/**
 * The packs on this machine, those of the build and those installed, looked at again on every call and hashed again only when a file
 * changed. A pack that is refused is kept with its reason, never passed over in silence. Of several versions the newest runs, unless
 * the policy pins one.
 */
export function openPackShelf({ builtIn, installed, policy = NO_MODELS_POLICY }: ShelfPlaces): PackShelf {
  const known = new Map<string, Entry>();

  function open(found: Found, stamp: string): Entry {
    try {
      // The signature first: nothing of a pack is believed before.
      const signature =
        found.origin === 'built-in'
          ? null
          : judgeSignature(found.directory, packFiles(found.directory), policy);
      const { manifest, manifestSha256, directory } = loadPack(found.directory);
      const pack = { directory, manifest, manifestSha256, signature };
      return { ...found, stamp, version: manifest.version, pack, error: null };
    } catch (error) {
      return { ...found, stamp, pack: null, error: toWire(error) };
    }
  }

  function entryOf(found: Found): Entry {
    const stamp = stampOf(found);
    const before = known.get(found.directory);
    if (before?.stamp === stamp) return before;
    const entry = open(found, stamp);
    known.set(found.directory, entry);
    return entry;
  }

  function foundById(): Map<string, Found[]> {
    return Map.groupBy(
      [...findBuiltIn(builtIn), ...(installed === null ? [] : findInstalled(installed))],
      ({ id }) => id,
    );
  }

  function running(id: string, versions: readonly Entry[]): Entry {
    const [newest] = versions;
    if (newest === undefined) throw new Refused('model-unknown', `There is no model ${id} here.`, { id });
    const pinned = policy.pinned[id];
    if (pinned === undefined) return newest;
    const entry = versions.find(({ version }) => version === pinned);
    if (entry !== undefined) return entry;
    const message = `The policy of this site pins model ${id} to ${pinned}, which is not installed. Install it, or change the policy.`;
    return { ...newest, pack: null, error: { type: 'refused', code: 'pack-pinned', message } };
  }

  function modelOf(id: string, found: readonly Found[]): Model {
    const versions = found.map(entryOf).toSorted(byAge);
    return { id, versions, runs: running(id, versions) };
  }

  function models(): Model[] {
    return [...foundById()]
      .map(([id, found]) => modelOf(id, found))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  function look(): ShelfLook {
    const byId = foundById();
    const opened = new Map<string, Model>();
    const ids = [...byId.keys()].toSorted();
    return {
      ids,
      pack(id, exactly) {
        const found = byId.get(id);
        if (found === undefined) {
          const names = ids.join(', ') || 'none';
          throw new Refused('model-unknown', `There is no model ${id} here. Installed: ${names}.`, { id });
        }
        const model = opened.get(id) ?? modelOf(id, found);
        opened.set(id, model);
        const entry =
          exactly === undefined ? model.runs : model.versions.find((one) => isExactly(one, exactly));
        if (entry === undefined) {
          const message = `Version ${exactly?.version} of model ${id} is not installed.`;
          throw new Refused('model-unknown', message, { id });
        }
        if (entry.pack === null) throw new Refused(entry.error.code, entry.error.message, entry.error.detail);
        return entry.pack;
      },
    };
  }

  return {
    look,
    pack: (id, exactly) => look().pack(id, exactly),
    packs: () => models().flatMap(({ runs }) => (runs.pack === null ? [] : [runs.pack])),
    refused: () =>
      models().flatMap(({ id, runs }) => (runs.error === null ? [] : [{ id, error: runs.error }])),
    everyVersion: () =>
      models().flatMap(({ versions }) => versions.flatMap(({ pack }) => (pack === null ? [] : [pack]))),
    onShelf: () =>
      models().flatMap(({ versions, runs }) => {
        // A pin that is not there is said beside the newest.
        const shown = versions.map((entry) => (runs.directory === entry.directory ? runs : entry));
        return shown.map(({ id, version, directory, origin, pack, error }) => ({
          id,
          version,
          directory,
          origin,
          runs: runs.directory === directory,
          manifest: pack?.manifest ?? null,
          signature: pack?.signature ?? null,
          error,
        }));
      }),
  };
}
