import * as z from 'zod';
import type { PackManifest } from '../shared/pack.ts';

/** One input or output of `network_data_format` in a MONAI bundle's `metadata.json` (MONAI Bundle Specification); other members are not used. */
const portSchema = z.looseObject({
  type: z.string(),
  format: z.string().optional(),
  modality: z.string().optional(),
  num_channels: z.int().positive(),
  spatial_shape: z.array(z.union([z.number(), z.string()])),
  dtype: z.string(),
  value_range: z.array(z.number()).optional(),
  is_patch_data: z.boolean().optional(),
  channel_def: z.record(z.string(), z.string()).optional(),
});

export const monaiMetadataSchema = z.looseObject({
  version: z.string(),
  name: z.string().optional(),
  task: z.string().optional(),
  description: z.string().optional(),
  intended_use: z.string().optional(),
  network_data_format: z.looseObject({
    inputs: z.record(z.string(), portSchema),
    outputs: z.record(z.string(), portSchema),
  }),
});
export type MonaiMetadata = z.infer<typeof monaiMetadataSchema>;

/** What the ONNX file itself says. */
export interface OnnxFacts {
  readonly weights: PackManifest['weights'];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A manifest to be finished by hand, and what the metadata does not state; or why there can be none. */
export type MonaiDraft =
  | { readonly manifest: PackManifest; readonly open: readonly string[] }
  | { readonly unsupported: readonly string[] };

export const MODALITIES: Readonly<Record<string, string[]>> = {
  'X-RAY': ['CR', 'DX'],
  XRAY: ['CR', 'DX'],
  CR: ['CR', 'DX'],
  DX: ['CR', 'DX'],
  MG: ['MG'],
  CT: ['CT'],
  MR: ['MR'],
  MRI: ['MR'],
  US: ['US'],
};

function* contradictions({ network_data_format }: MonaiMetadata, onnx: OnnxFacts): Generator<string> {
  const inputs = Object.values(network_data_format.inputs);
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1 || onnx.inputs.length !== 1) {
    yield 'it has not one input but several, or none';
    return;
  }
  if (input.spatial_shape.length !== 2)
    yield `its input has ${input.spatial_shape.length} dimensions; packs read single images of 2`;
  else if (!input.spatial_shape.every((side) => Number.isInteger(side) && Number(side) > 0)) {
    yield 'its input has no fixed size; export the network for one';
  }
  if (input.is_patch_data === true) yield 'it reads patches of an image (sliding window)';
  if (input.num_channels !== 1)
    yield `its input has ${input.num_channels} channels; metadata.json does not state which colours they are`;
  if (input.dtype !== 'float32') yield `its input is ${input.dtype}; packs give float32`;
  if (input.value_range?.[0] !== 0 || input.value_range[1] !== 1) {
    yield `its input's range is ${JSON.stringify(input.value_range ?? 'not stated')}; packs give 0 to 1: put the rest into the graph`;
  }
  const outputs = Object.entries(network_data_format.outputs);
  if (outputs.length !== onnx.outputs.length)
    yield 'metadata.json and the ONNX file have different numbers of outputs';
  for (const [name, { type, num_channels, format }] of outputs) {
    if (type === 'image' || format === 'segmentation') {
      yield `its output ${name} is an image; metadata.json does not state whether it marks a structure or a finding`;
    } else if (num_channels !== 1)
      yield `its output ${name} holds ${num_channels} numbers; a pack has one number an output: split it in the graph`;
  }
}

export function versionFault({ version }: MonaiMetadata): string | null {
  if (/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(version)) return null;
  return `its version is ${JSON.stringify(version)}, not MAJOR.MINOR.PATCH`;
}

/** True for a bundle whose network reads volumes (`draftOfMonaiVolume`). */
export function readsVolumes({ network_data_format }: MonaiMetadata): boolean {
  return Object.values(network_data_format.inputs)[0]?.spatial_shape.length === 3;
}

/** Small letters, digits and dashes of a name. */
export function idOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64);
}

function scoresOf(
  metadata: MonaiMetadata,
  onnx: OnnxFacts,
): { outputs: PackManifest['outputs']; open: string[] } {
  const open: string[] = [];
  const outputs = Object.entries(metadata.network_data_format.outputs).map(([key, port], index) => {
    const label = port.channel_def?.['0'] ?? key;
    const isProbability = port.value_range?.[0] === 0 && port.value_range[1] === 1;
    if (port.value_range === undefined)
      open.push(`outputs: whether ${key} is a probability or a logit (taken for a logit)`);
    return {
      kind: 'score' as const,
      name: onnx.outputs.includes(key) ? key : (onnx.outputs[index] ?? key),
      label,
      activation: isProbability ? ('none' as const) : ('sigmoid' as const),
      displayWords: label.toLowerCase(),
    };
  });
  return { outputs, open };
}

/**
 * The manifest of a pack, as far as a MONAI bundle's metadata states it. What it does not state is marked REPLACE or listed as open, never
 * guessed in silence; a bundle that a pack cannot express gives the reasons.
 */
export function draftOfMonai(metadata: MonaiMetadata, onnx: OnnxFacts): MonaiDraft {
  const unsupported = [...contradictions(metadata, onnx)];
  const fault = versionFault(metadata);
  if (fault !== null) unsupported.push(fault);
  const id = idOf(metadata.name ?? metadata.task ?? '');
  if (id === '') unsupported.push('it has no name that an id can be made of');
  const [input] = Object.values(metadata.network_data_format.inputs);
  if (unsupported.length > 0 || input === undefined) return { unsupported };
  const [rows, columns] = input.spatial_shape.map(Number) as [number, number];
  const modalities = MODALITIES[(input.modality ?? '').toUpperCase()];
  const { outputs, open } = scoresOf(metadata, onnx);
  const labels = outputs.flatMap((output) => (output.kind === 'score' ? [output.label] : []));
  if (modalities === undefined) open.push('domain.modalities: the modality');
  open.push(
    'domain: body parts, views, ages, and the smallest matrix (taken to be the size of the input)',
    'preprocess: metadata.json states the range of the values (0 to 1) and the size, not how an image gets there. Taken: the least value to 0, the ' +
      "largest to 1, squashed to the size. Compare with configs/inference.json: if the network was trained otherwise, its results here are another model's",
    'operatingPoints and floor: taken to be 0.5 and 0.05; choose them on images that the network was not trained on',
    'limits, CARD.md and golden cases (docs/bring-your-own-model.md)',
  );
  return {
    open,
    manifest: {
      schema: 'overread.pack/1',
      id,
      version: metadata.version,
      name: metadata.name ?? metadata.task ?? id,
      intendedUse:
        metadata.intended_use ?? metadata.description ?? 'REPLACE: on which images, of whom, for what.',
      weights: onnx.weights,
      domain: {
        modalities: modalities ?? ['REPLACE'],
        secondaryCapture: false,
        bodyParts: ['REPLACE'],
        views: 'any',
        minAgeYears: null,
        maxAgeYears: null,
        photometric: ['MONOCHROME1', 'MONOCHROME2'],
        minRows: rows,
        minColumns: columns,
      },
      input: { name: onnx.inputs[0] ?? 'image', dtype: 'float32', shape: [1, 1, rows, columns] },
      preprocess: [
        { op: 'modality-lut' },
        { op: 'grey' },
        { op: 'monochrome2' },
        { op: 'percentile-window', low: 0, high: 100 },
        { op: 'resize', rows, columns, filter: 'triangle-antialias', aspect: 'squash' },
      ],
      outputs,
      floor: Object.fromEntries(labels.map((label) => [label, 0.05])),
      operatingPoints: Object.fromEntries(
        labels.map((label) => [label, { balanced: 0.5, 'high-sensitivity': 0.5 }]),
      ),
      limits: [
        'For research use, not for diagnosis.',
        'REPLACE: what the model does not look for, and where it was never tested.',
      ],
      golden: [],
    },
  };
}
