import { Refused } from '../shared/errors.ts';
import type { ModelsPolicy } from '../shared/policy.ts';
import type { CancelSignal, GoldenCheck, PackExamination } from '../shared/ports.ts';
import { type ChildRunner, EngineDied } from './child-runner.ts';
import { type LoadedPack, loadPack } from './load-pack.ts';
import { hasExternalData, opsetOf } from './onnx-model.ts';
import { contentSha256, packFiles } from './pack-files.ts';
import { judgeSignature } from './pack-signature.ts';

function checkOpset({ manifest, weights }: LoadedPack): void {
  const opset = opsetOf(weights);
  if (opset === manifest.weights.opset) return;
  const found = opset === null ? 'name none: the file is no ONNX model, or a damaged one' : `use ${opset}`;
  throw new Refused(
    'pack-opset',
    `The manifest of model ${manifest.id} says operator set ${manifest.weights.opset}, but its weights ${found}.`,
    { opset, stated: manifest.weights.opset },
  );
}

function checkWhole({ manifest, weights }: LoadedPack): void {
  if (!hasExternalData(weights)) return;
  throw new Refused(
    'pack-weights',
    `The weights of model ${manifest.id} lie partly in another file (external data), which no hash covers. Export the model with its weights inside.`,
  );
}

async function runInChild(
  runner: ChildRunner,
  { directory, manifest, manifestSha256 }: LoadedPack,
  signal: CancelSignal | undefined,
): Promise<GoldenCheck[]> {
  let checks: GoldenCheck[] = [];
  try {
    await runner.run(
      { type: 'goldens', pack: { directory, manifestSha256 }, device: 'cpu' },
      {
        onReply: (reply) => {
          if (reply.type === 'golden') checks.push(reply.check);
        },
        onRestart: () => {
          checks = [];
        },
      },
      signal,
    );
    return checks;
  } catch (thrown) {
    if (!(thrown instanceof EngineDied)) throw thrown;
    throw new Refused(
      'pack-weights',
      `Model ${manifest.id} ended the engine while its golden cases ran. ${thrown.message}`,
      undefined,
      thrown,
    );
  }
}

/**
 * All that a pack must hold to before it is installed: signature, schema, hashes, operator set, and that its golden cases give here, on the
 * CPU, what they gave elsewhere. The first fault is the answer.
 *
 * @param directory A folder that nobody else writes to, named as `loadPack` wants it.
 * @throws Refused `pack-signature`, `pack-manifest`, `pack-hash`, `pack-missing`, `pack-link`, `pack-opset`, `pack-weights`,
 *   `pack-golden-missing`, `pack-golden`; Cancelled.
 */
export async function examinePack(
  runner: ChildRunner,
  directory: string,
  policy: ModelsPolicy,
  signal?: CancelSignal,
): Promise<PackExamination> {
  const files = packFiles(directory);
  const signature = judgeSignature(directory, files, policy);
  const pack = loadPack(directory);
  const { manifest, manifestSha256 } = pack;
  checkOpset(pack);
  checkWhole(pack);
  if (manifest.golden.length === 0) {
    throw new Refused(
      'pack-golden-missing',
      `Model ${manifest.id} carries no golden case, so nobody can show that it computes here what it computed where it was made. ` +
        'Add at least one (docs/bring-your-own-model.md says how).',
    );
  }
  const checks = await runInChild(runner, pack, signal);
  const bad = checks.filter((check) => !check.ok);
  if (bad.length > 0 || checks.length !== manifest.golden.length) {
    throw new Refused(
      'pack-golden',
      `${bad.length} of ${manifest.golden.length} golden cases of model ${manifest.id} do not reproduce on this machine. ` +
        `${bad[0]?.name ?? ''}: ${bad[0]?.reason ?? 'it was not run'}`,
      { checks },
    );
  }
  return { manifest, manifestSha256, contentSha256: contentSha256(files), signature, checks };
}
