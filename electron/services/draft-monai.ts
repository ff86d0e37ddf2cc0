import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { draftOfMonai, monaiMetadataSchema, readsVolumes } from '../domain/monai-bundle.ts';
import { draftOfMonaiVolume, type MonaiInference, monaiInferenceSchema } from '../domain/monai-volume.ts';
import type { ModelsFromMonai } from '../shared/command-line.ts';
import { Refused } from '../shared/errors.ts';
import type { OnnxReader } from '../shared/ports.ts';
import { PACK_LIMITS } from './pack-source.ts';

export interface MonaiRequest {
  readonly onnx: OnnxReader;
  /** The bundle's folder: configs/metadata.json and one ONNX file (models/model.onnx, usually). */
  readonly source: string;
  /** The pack's folder to make; must not be there. */
  readonly out: string;
}

function readMetadata(source: string) {
  const path = join(source, 'configs', 'metadata.json');
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new Refused(
      'monai-metadata',
      `${path} ${why}. Name the folder of a MONAI bundle.`,
      undefined,
      cause,
    );
  }
  const parsed = monaiMetadataSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Refused('monai-metadata', `${path} is no metadata of a MONAI bundle: ${faults.join('; ')}.`);
}

/** How the bundle prepares its images; null where it does not say it in JSON. */
function readInference(source: string): MonaiInference | null {
  try {
    const json: unknown = JSON.parse(readFileSync(join(source, 'configs', 'inference.json'), 'utf8'));
    return monaiInferenceSchema.safeParse(json).data ?? null;
  } catch {
    // YAML, another name, or none: what it would have said is then listed as open.
    return null;
  }
}

function readWeights(source: string): { file: string; bytes: Uint8Array } {
  const found = globSync(['models/*.onnx', '*.onnx'], { cwd: source });
  const [file] = found;
  if (file === undefined || found.length > 1) {
    const named = found.length === 0 ? 'none' : found.join(', ');
    throw new Refused(
      'monai-weights',
      `The bundle must hold one ONNX file, in models/ or beside it; there is: ${named}. TorchScript and checkpoints are not read: export the network ` +
        "('python -m monai.bundle onnx_export').",
    );
  }
  const path = join(source, file);
  if (statSync(path).size > PACK_LIMITS.fileBytes) {
    throw new Refused('pack-too-large', `${path} is larger than this build reads.`);
  }
  return { file: basename(file).replaceAll(/[^A-Za-z0-9._-]/g, '-'), bytes: readFileSync(path) };
}

/**
 * Makes the folder of a pack from a MONAI bundle that holds ONNX, as far as the bundle's metadata says what a manifest must; the answer lists what is
 * left to be said by hand. It cannot be installed before: it has no golden cases.
 *
 * @throws Refused `monai-metadata`, `monai-weights`, `monai-unsupported` with every reason, `exists`.
 */
export function draftFromMonai({ onnx, source, out }: MonaiRequest): ModelsFromMonai {
  const folder = resolve(source);
  const metadata = readMetadata(folder);
  const { file, bytes } = readWeights(folder);
  const { inputs, outputs, opset, parameters } = onnx.read(bytes);
  if (opset === null)
    throw new Refused('monai-weights', `${file} in ${folder} is no ONNX model, or a damaged one.`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const weights = { file, sha256, bytes: bytes.byteLength, opset, parameters: Math.max(1, parameters) };
  const facts = { weights, inputs, outputs };
  const draft = readsVolumes(metadata)
    ? draftOfMonaiVolume(metadata, facts, readInference(folder))
    : draftOfMonai(metadata, facts);
  if ('unsupported' in draft) {
    throw new Refused(
      'monai-unsupported',
      `The MONAI bundle in ${folder} cannot be made a pack of this build: ${draft.unsupported.join('; ')}.`,
      { reasons: draft.unsupported },
    );
  }
  if (existsSync(out)) throw new Refused('exists', `${out} is there already; name a new folder.`);
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, file), bytes);
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(draft.manifest, null, 2)}\n`);
  const { id, version } = draft.manifest;
  return { path: out, id, version, open: [...draft.open] };
}
