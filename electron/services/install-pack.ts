import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { compareVersions } from '../domain/pack-version.ts';
import type { ModelsInstall } from '../shared/command-line.ts';
import { OverreadError, Refused } from '../shared/errors.ts';
import { type PackManifest, packManifestSchema } from '../shared/pack.ts';
import type { CancelSignal, PackExamination, PackExaminer, PackOnShelf, Store } from '../shared/ports.ts';
import type { ImportLimits } from './import-port.ts';
import { packsOf } from './pack-places.ts';
import { copyPack, isPortableName } from './pack-source.ts';
import { beginStage, completeTrail, flushFolder, recoverStages, type Stage } from './pack-stage.ts';

export interface InstallRequest {
  readonly store: Store;
  readonly packs: PackExaminer;
  /** A pack's folder, or an archive of one. */
  readonly source: string;
  /** Reader id, or 'operator' for the command line. */
  readonly actor: string;
  /** An older version beside a newer one, which goes on running: to replay what the older one gave. */
  readonly allowOlder?: boolean;
  readonly limits?: ImportLimits;
  readonly signal?: CancelSignal;
}

/** The longest id and version that become names of folders on every system. */
const LONGEST = 64;
/** Numbers without leading zeros, so that two versions are never equal but for their names (Semantic Versioning §2). */
const SEMVER = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** The manifest as far as it must be known to give the pack its place; the engine looks at all of it later. */
export function manifestIn(folder: string): PackManifest {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) {
    throw new Refused('pack-missing', `The model pack in ${folder} lacks its manifest.json.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Refused('pack-manifest', `The manifest.json in ${folder} is not JSON.`, undefined, cause);
  }
  const parsed = packManifestSchema.safeParse(json);
  if (!parsed.success) {
    const faults = parsed.error.issues
      .slice(0, 5)
      .map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Refused(
      'pack-manifest',
      `The manifest.json in ${folder} cannot be used: ${faults.join('; ')}.`,
      {
        faults,
      },
    );
  }
  const { id, version } = parsed.data;
  if (id.length > LONGEST || version.length > LONGEST || !isPortableName(id) || !SEMVER.test(version)) {
    throw new Refused(
      'pack-manifest',
      `The manifest.json in ${folder} cannot be used: id and version become names of folders. Both have at most ${LONGEST} characters; the id begins with a ` +
        'letter or digit and is no name that Windows keeps for itself; no number of the version begins with 0.',
    );
  }
  return parsed.data;
}

/** A pack copied to `…/id/version` in a folder, so that it can be examined. */
export async function stagePack(
  source: string,
  folder: string,
  limits?: ImportLimits,
): Promise<{ directory: string; manifest: PackManifest }> {
  const copied = join(folder, 'pack');
  await copyPack(source, copied, limits);
  const manifest = manifestIn(copied);
  const directory = join(folder, manifest.id, manifest.version);
  mkdirSync(dirname(directory), { recursive: true, mode: 0o700 });
  renameSync(copied, directory);
  return { directory, manifest };
}

/** Runs the work; what it says of the copy is said of the source, which is what a person knows. */
export async function namedAs<T>(folder: string, source: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof OverreadError) || thrown.type !== 'refused') throw thrown;
    // The copy lies at folder/pack, then at folder/id/version.
    const [first = '', ...others] = thrown.message.split(folder);
    const rest = others.map((part) => resolve(source) + part.replace(/^(?:[/\\][A-Za-z0-9._-]+){1,2}/, ''));
    throw new Refused(thrown.code, first + rest.join(''), thrown.detail, thrown);
  }
}

function ofVersion(packs: PackExaminer, id: string, version: string): PackOnShelf[] {
  return packs.onShelf().filter((pack) => pack.id === id && pack.version === version);
}

/**
 * What lies there under this id and version already: the same content (then there is nothing to do), a damaged copy (then it is replaced), or
 * nothing.
 *
 * @throws Refused `pack-conflict`: another pack has the name; `pack-downgrade`.
 */
function standing(
  { packs, allowOlder }: InstallRequest,
  { id, version }: PackManifest,
  contentSha256: string,
): PackOnShelf | null {
  const there = ofVersion(packs, id, version).filter(({ error }) => error === null);
  const same = there.find(({ directory }) => packs.contentOf(directory) === contentSha256);
  if (same !== undefined) return same;
  if (there.length > 0) {
    throw new Refused(
      'pack-conflict',
      `Version ${version} of model ${id} is there already with other content. A version stands for one content, since records name it: ` +
        `give the new pack another version, or remove the old one first ('overread models remove ${id}@${version}').`,
    );
  }
  const newest = packs
    .onShelf()
    .flatMap((pack) => (pack.id === id && pack.version !== null ? [pack.version] : []))
    .toSorted(compareVersions)
    .at(-1);
  if (newest !== undefined && compareVersions(version, newest) < 0 && allowOlder !== true) {
    throw new Refused(
      'pack-downgrade',
      `Model ${id} is there in version ${newest}, which is newer than ${version}. With --older the older one is installed beside it; the newer one goes on running.`,
      { newest },
    );
  }
  return null;
}

function runningVersion(packs: PackExaminer, id: string): string | null {
  return packs.onShelf().find((pack) => pack.id === id && pack.runs && pack.error === null)?.version ?? null;
}

function alreadyThere(
  packs: PackExaminer,
  there: PackOnShelf,
  manifest: PackManifest,
  hashes: {
    manifestSha256: string;
    contentSha256: string;
  },
): ModelsInstall {
  return {
    id: manifest.id,
    version: manifest.version,
    status: 'already-installed',
    running: runningVersion(packs, manifest.id),
    sha256: manifest.weights.sha256,
    ...hashes,
    signature: there.origin === 'built-in' ? 'built-in' : (there.signature?.state ?? 'not-signed'),
    keyId: there.signature?.keyId ?? null,
    goldens: [],
  };
}

/** The rename that makes it an installed pack, and its audit entry: under the store's write lock, so that of two installs one comes second. */
function place(request: InstallRequest, stage: Stage, examined: PackExamination, directory: string): boolean {
  const { store, packs, actor } = request;
  const { manifest, manifestSha256, contentSha256, signature } = examined;
  const { id, version, weights } = manifest;
  const detail = {
    operation: randomUUID(),
    id,
    version,
    sha256: weights.sha256,
    manifestSha256,
    contentSha256,
    signature: signature.state,
    keyId: signature.keyId,
  };
  return store.transaction(() => {
    completeTrail(store, packs);
    if (standing(request, manifest, contentSha256) !== null) return false;
    const target = join(packsOf(store.directory), id, version);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    stage.intend({ action: 'install-model', actor, detail });
    // What is there now is damaged, or `standing` would have said so.
    if (existsSync(target)) renameSync(target, join(stage.directory, 'damaged'));
    renameSync(directory, target);
    flushFolder(dirname(target));
    store.audit.append({ actor, action: 'install-model', studyInstanceUID: null, detail });
    return true;
  });
}

/**
 * Installs a pack into the data folder, beside the versions that are there: copied, examined as a whole (signature, schema, hashes, operator set,
 * golden cases), then put in its place by one rename and audited. Killed at any moment, it is there whole or not at all. The same pack
 * again changes nothing.
 *
 * @throws Refused with the reason (see `copyPack`, `examinePack`; `pack-conflict`, `pack-downgrade`): then nothing has changed; Cancelled.
 */
export async function installPack(request: InstallRequest): Promise<ModelsInstall> {
  const { store, packs, source, limits, signal } = request;
  recoverStages(store, packs);
  const stage = beginStage(store.directory);
  try {
    return await namedAs(stage.directory, source, async () => {
      const { directory, manifest } = await stagePack(source, stage.directory, limits);
      // Before the goldens are run: most of what can be said is known by now.
      const before = standing(request, manifest, packs.contentOf(directory));
      const examined = await packs.examine(directory, signal);
      const { manifestSha256, contentSha256, signature, checks } = examined;
      const hashes = { manifestSha256, contentSha256 };
      if (before !== null) return alreadyThere(packs, before, manifest, hashes);
      if (!place(request, stage, examined, directory)) {
        // Somebody else was quicker, with the same pack.
        const there = standing(request, manifest, contentSha256);
        if (there !== null) return alreadyThere(packs, there, manifest, hashes);
      }
      return {
        id: manifest.id,
        version: manifest.version,
        status: 'installed',
        running: runningVersion(packs, manifest.id),
        sha256: manifest.weights.sha256,
        ...hashes,
        signature: signature.state,
        keyId: signature.keyId,
        goldens: [...checks],
      };
    });
  } finally {
    stage.end();
  }
}
