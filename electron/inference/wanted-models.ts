import { Refused } from '../shared/errors.ts';
import { parseModelChoice } from '../shared/model-name.ts';
import type { ModelsPolicy } from '../shared/policy.ts';
import type { AnalyzeRequest, PackIdentity } from '../shared/ports.ts';
import type { PackShelf, ShelfLook } from './pack-shelf.ts';

/** A model that shall read, and which of its versions where one was asked for. */
export interface WantedModel {
  readonly id: string;
  readonly exactly?: PackIdentity;
}

/** @throws Refused `model-unknown`, with what is installed; `pack-pinned` where the policy pins another version. */
function exactVersion(shelf: PackShelf, policy: ModelsPolicy, id: string, version: string): PackIdentity {
  const versions = shelf.onShelf().filter((pack) => pack.id === id);
  const found = versions.find((pack) => pack.version === version);
  if (found === undefined) {
    const installed = versions.map((pack) => pack.version ?? 'one that cannot be read').join(', ');
    throw new Refused(
      'model-unknown',
      `Version ${version} of model ${id} is not installed. Installed: ${installed}.`,
      { id, version },
    );
  }
  // What may stand before a reader is the site's decision, not that of a command.
  const pinned = policy.pinned[id];
  if (pinned !== undefined && pinned !== version) {
    throw new Refused(
      'pack-pinned',
      `The policy of this site pins model ${id} to ${pinned}, so version ${version} does not run. Leave the version away, or change the policy.`,
      { id, version, pinned },
    );
  }
  if (found.manifest === null) {
    const { code, message } = found.error ?? { code: 'model-unknown', message: 'It cannot be read.' };
    throw new Refused(code, message, { id, version });
  }
  return { version, sha256: found.manifest.weights.sha256 };
}

/**
 * The models of a request, in its order and each once; all installed ones where it names none. A model that is not there at all is wrong
 * use and throws; one that is there and broken is a failed result later.
 *
 * @throws Refused `model-unknown`, `pack-pinned`; what refused a version that was asked for by name.
 */
export function wantedModels(
  shelf: PackShelf,
  look: ShelfLook,
  policy: ModelsPolicy,
  { modelIds, exactly }: Pick<AnalyzeRequest, 'modelIds' | 'exactly'>,
): WantedModel[] {
  return [...new Set(modelIds ?? look.ids)].map((choice) => {
    const { id, version } = parseModelChoice(choice);
    if (!look.ids.includes(id)) look.pack(id);
    if (exactly !== undefined) return { id, exactly };
    return version === null ? { id } : { id, exactly: exactVersion(shelf, policy, id, version) };
  });
}
