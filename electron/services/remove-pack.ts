import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ModelsRemove } from '../shared/command-line.ts';
import { Refused } from '../shared/errors.ts';
import type { PackExaminer, PackOnShelf, Store } from '../shared/ports.ts';
import { beginStage, completeTrail, recoverStages } from './pack-stage.ts';

export interface RemoveRequest {
  readonly store: Store;
  readonly packs: PackExaminer;
  /** `id`, where one version is installed, or `id@version`. */
  readonly named: string;
  readonly actor: string;
}

function findPack(packs: PackExaminer, named: string): PackOnShelf {
  const [id = '', version] = named.split('@', 2);
  const all = packs.onShelf().filter((pack) => pack.id === id);
  const installed = all.filter((pack) => pack.origin === 'installed');
  const meant = installed.filter((pack) => version === undefined || pack.version === version);
  const [only] = meant;
  if (meant.length > 1) {
    const names = meant.map((pack) => `${id}@${pack.version}`).join(', ');
    throw new Refused('pack-ambiguous', `Several versions of model ${id} are installed: ${names}. Name one.`);
  }
  if (only !== undefined) return only;
  if (all.some((pack) => pack.origin === 'built-in' && (version === undefined || pack.version === version))) {
    throw new Refused(
      'pack-built-in',
      `Model ${named} is part of this build and stays with it. A newer version that is installed runs in its place.`,
    );
  }
  throw new Refused(
    'model-unknown',
    `There is no model ${named} here. 'overread models list' shows what there is.`,
  );
}

function contentOf(packs: PackExaminer, { directory }: PackOnShelf): string | null {
  try {
    return packs.contentOf(directory);
  } catch {
    // A damaged one is removed all the same.
    return null;
  }
}

/**
 * Takes an installed pack away, by one rename, and audits it. Records that it made stay, and cannot be replayed until it is installed again.
 *
 * @throws Refused `model-unknown`, `pack-ambiguous`, `pack-built-in`.
 */
export function removePack({ store, packs, named, actor }: RemoveRequest): ModelsRemove {
  recoverStages(store, packs);
  const stage = beginStage(store.directory);
  try {
    return store.transaction(() => {
      completeTrail(store, packs);
      const pack = findPack(packs, named);
      const { id, directory, manifest } = pack;
      const version = pack.version ?? '';
      const detail = {
        operation: randomUUID(),
        id,
        version,
        sha256: manifest?.weights.sha256 ?? null,
        contentSha256: contentOf(packs, pack),
      };
      stage.intend({ action: 'remove-model', actor, detail });
      renameSync(directory, join(stage.directory, 'removed'));
      store.audit.append({ actor, action: 'remove-model', studyInstanceUID: null, detail });
      const above = dirname(directory);
      if (existsSync(above) && readdirSync(above).length === 0) rmdirSync(above);
      const running = packs.onShelf().find((one) => one.id === id && one.runs && one.error === null);
      return { id, version, running: running?.version ?? null };
    });
  } finally {
    stage.end();
  }
}
