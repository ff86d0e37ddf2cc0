import * as z from 'zod';
import type { PackManifest } from '../shared/pack.ts';
import type { PackVolume, VolumeStep } from '../shared/pack-volume.ts';
import {
  idOf,
  MODALITIES,
  type MonaiDraft,
  type MonaiMetadata,
  type OnnxFacts,
  versionFault,
} from './monai-bundle.ts';

type Port = MonaiMetadata['network_data_format']['inputs'][string];

/** The parts of a bundle's `configs/inference.json` that are looked at; a value may be a reference ('@…') or an expression ('$…'), which nothing here follows. */
export const monaiInferenceSchema = z.looseObject({
  preprocessing: z.looseObject({ transforms: z.array(z.looseObject({ _target_: z.string() })) }).optional(),
  inferer: z.looseObject({ _target_: z.string() }).optional(),
});
export type MonaiInference = z.infer<typeof monaiInferenceSchema>;

/** Transforms that only bring the image in. */
const WITHOUT_EFFECT = [
  'LoadImaged',
  'EnsureChannelFirstd',
  'EnsureTyped',
  'ToTensord',
  'AddChanneld',
  'CastToTyped',
];
const LETTERS: Readonly<Record<string, string>> = { L: 'L', R: 'R', P: 'P', A: 'A', S: 'H', I: 'F' };
const DEFAULT_AXES = 'RAH';

const number = z.number();
const orientationSchema = z.looseObject({ axcodes: z.string().regex(/^[LRPASI]{3}$/) });
const spacingSchema = z.looseObject({
  pixdim: z.tuple([number.positive(), number.positive(), number.positive()]),
});
const rangeSchema = z.looseObject({
  a_min: number,
  a_max: number,
  b_min: number,
  b_max: number,
  clip: z.boolean().optional(),
});
const normalizeSchema = z.looseObject({
  nonzero: z.boolean().optional(),
  subtrahend: z.undefined().optional(),
  divisor: z.undefined().optional(),
});
const infererSchema = z.looseObject({
  overlap: number.min(0).max(0.9).optional(),
  sigma_scale: number.positive().max(1).optional(),
});

/** One transform as a step; null where it has no effect on the values, or words where it is not taken over. */
function stepOf(transform: { readonly _target_: string }): VolumeStep | null | { readonly open: string } {
  const name = transform._target_.split('.').at(-1) ?? '';
  if (WITHOUT_EFFECT.includes(name)) return null;
  const open = {
    open: `volume.steps: ${name} of configs/inference.json is not taken over; say it by hand, or put it into the graph`,
  };
  if (name === 'Orientationd') {
    const parsed = orientationSchema.safeParse(transform);
    if (!parsed.success) return open;
    return { op: 'orient', axes: Array.from(parsed.data.axcodes, (letter) => LETTERS[letter]).join('') };
  }
  if (name === 'Spacingd') {
    const parsed = spacingSchema.safeParse(transform);
    return parsed.success ? { op: 'spacing', mm: parsed.data.pixdim } : open;
  }
  if (name === 'ScaleIntensityRanged') {
    const parsed = rangeSchema.safeParse(transform);
    if (!parsed.success) return open;
    const { a_min, a_max, b_min, b_max, clip = false } = parsed.data;
    return { op: 'scale-range', from: [a_min, a_max], to: [b_min, b_max], clip };
  }
  if (name === 'NormalizeIntensityd') {
    const parsed = normalizeSchema.safeParse(transform);
    return parsed.success ? { op: 'standardise', nonZeroOnly: parsed.data.nonzero ?? false } : open;
  }
  return open;
}

const RANK: Readonly<Record<VolumeStep['op'], number>> = {
  'modality-lut': 0,
  orient: 1,
  spacing: 2,
  'scale-range': 3,
  standardise: 3,
};

/** Orientation and spacing commute where the spacing is given for the axes after it; a pack has one order for them. */
function stepsOf(inference: MonaiInference | null): { steps: VolumeStep[]; open: string[] } {
  const open: string[] = [];
  const steps: VolumeStep[] = [{ op: 'modality-lut' }];
  const transforms = inference?.preprocessing?.transforms ?? [];
  const names = transforms.map(({ _target_ }) => _target_.split('.').at(-1) ?? '');
  for (const transform of transforms) {
    const step = stepOf(transform);
    if (step === null) continue;
    if ('open' in step) open.push(step.open);
    else steps.push(step);
  }
  const [oriented, spaced] = [names.indexOf('Orientationd'), names.indexOf('Spacingd')];
  if (spaced >= 0 && spaced < oriented)
    open.push(
      'volume.steps: the bundle resamples before it orients; spacing here is in the order of the oriented axes: check the three numbers',
    );
  if (inference === null)
    open.push(
      'volume.steps: there is no configs/inference.json that says orientation, spacing and intensities, and metadata.json does not. Taken: RAS (here RAH), the image’s own spacing, values as they are',
    );
  if (!steps.some(({ op }) => op === 'orient')) {
    steps.push({ op: 'orient', axes: DEFAULT_AXES });
    if (inference !== null) open.push('volume.steps: no orientation is stated; taken: RAS (here RAH)');
  }
  if (inference !== null && !steps.some(({ op }) => op === 'spacing'))
    open.push('volume.steps: no spacing is stated; taken: the image’s own');
  return { steps: steps.toSorted((a, b) => RANK[a.op] - RANK[b.op]), open };
}

function windowOf(inference: MonaiInference | null): { window: PackVolume['window']; open: string[] } {
  const parsed = infererSchema.safeParse(inference?.inferer ?? {});
  const isSliding = inference?.inferer?._target_.endsWith('SlidingWindowInferer') === true;
  const { overlap = 0.25, sigma_scale = 0.125 } = parsed.success ? parsed.data : {};
  const gaussian = inference?.inferer?.['mode'] === 'gaussian';
  const open: string[] = [];
  if (!isSliding || !parsed.success)
    open.push(
      'volume.window: how windows overlap is not stated in numbers; taken: 0.25, and a Gaussian of 0.125',
    );
  else if (!gaussian)
    open.push(
      'volume.window: the bundle weighs all of a window alike; a pack weighs by a Gaussian, so values near windows’ edges differ a little',
    );
  return { window: { overlap, sigma: sigma_scale, pad: 0 }, open };
}

function* contradictions(
  input: Port,
  outputs: readonly [string, Port][],
  onnx: OnnxFacts,
): Generator<string> {
  if (!input.spatial_shape.every((side) => Number.isInteger(side) && Number(side) > 0))
    yield 'its input has no fixed size; export the network for one window';
  if (input.num_channels !== 1)
    yield `its input has ${input.num_channels} channels; a pack that reads volumes gives one`;
  if (input.dtype !== 'float32') yield `its input is ${input.dtype}; packs give float32`;
  const [output, ...others] = outputs;
  if (output === undefined || others.length > 0 || onnx.outputs.length !== 1 || onnx.inputs.length !== 1) {
    yield 'it has not one input and one output';
    return;
  }
  const [name, { type, format, channel_def = {}, num_channels }] = output;
  if (type !== 'image' && format !== 'segmentation')
    yield `its output ${name} is no segmentation; of volumes packs read nothing else`;
  if (Object.keys(channel_def).length !== num_channels)
    yield `metadata.json does not name the ${num_channels} channels of its output ${name}`;
}

function outputOf(
  [key, port]: [string, Port],
  onnx: OnnxFacts,
): { output: PackManifest['outputs'][number]; open: string[] } {
  const named = Object.entries(port.channel_def ?? {}).map(([channel, label]) => ({
    channel: Number(channel),
    label,
  }));
  const background = named.some(({ channel, label }) => channel === 0 && /^background$/i.test(label));
  const classes = named
    .filter(({ channel }) => !(background && channel === 0))
    .map(({ channel, label }) => ({
      channel,
      id: idOf(label) || `class-${channel}`,
      label,
      structure: true as const,
      ...(background ? {} : { threshold: 0.5 }),
    }));
  const how = background ? 'a softmax over the classes and the largest of them' : 'a sigmoid each and 0.5';
  return {
    output: {
      kind: 'segmentation',
      name: onnx.outputs[0] ?? key,
      activation: background ? 'softmax' : 'sigmoid',
      decide: background ? 'argmax' : 'threshold',
      classes,
    },
    open: [
      `outputs: whether the ONNX file gives logits, and how they are decided. Taken: logits, ${how}`,
      'outputs: all classes are taken for anatomical structures, since metadata.json does not say; a lesion must not be packed as one, for packs of volumes have no findings',
    ],
  };
}

/**
 * The manifest of a pack that reads volumes, as far as a MONAI bundle states it: names, window and classes from `metadata.json`; orientation,
 * spacing, intensities and overlap from `configs/inference.json`, where they are written as plain values. What is not stated is marked
 * REPLACE or listed as open.
 */
export function draftOfMonaiVolume(
  metadata: MonaiMetadata,
  onnx: OnnxFacts,
  inference: MonaiInference | null,
): MonaiDraft {
  const [input] = Object.values(metadata.network_data_format.inputs);
  const outputs = Object.entries(metadata.network_data_format.outputs);
  const id = idOf(metadata.name ?? metadata.task ?? '');
  const unsupported = input === undefined ? ['it has no input'] : [...contradictions(input, outputs, onnx)];
  const fault = versionFault(metadata);
  if (fault !== null) unsupported.push(fault);
  if (id === '') unsupported.push('it has no name that an id can be made of');
  const [first] = outputs;
  if (unsupported.length > 0 || input === undefined || first === undefined) return { unsupported };
  const [size0, size1, size2] = input.spatial_shape.map(Number) as [number, number, number];
  const modalities = MODALITIES[(input.modality ?? '').toUpperCase()];
  const { steps, open: openSteps } = stepsOf(inference);
  const { window, open: openWindow } = windowOf(inference);
  const { output, open: openOutput } = outputOf(first, onnx);
  return {
    open: [
      ...(modalities === undefined ? ['domain.modalities: the modality'] : []),
      'domain: body parts, ages; volume.limits: slices, distance and obliqueness that the network was trained for (taken: 10 slices, 5 mm, 20°)',
      ...openSteps,
      ...openWindow,
      ...openOutput,
      'limits, CARD.md and golden cases (docs/bring-your-own-model.md, with the script of docs/model-pack-template-volume)',
    ],
    manifest: {
      schema: 'overread.pack/1',
      id,
      version: metadata.version,
      name: metadata.name ?? metadata.task ?? id,
      intendedUse:
        metadata.intended_use ?? metadata.description ?? 'REPLACE: on which series, of whom, for what.',
      weights: onnx.weights,
      domain: {
        modalities: modalities ?? ['REPLACE'],
        secondaryCapture: false,
        bodyParts: ['REPLACE'],
        views: 'any',
        minAgeYears: null,
        maxAgeYears: null,
        photometric: ['MONOCHROME2'],
        minRows: 64,
        minColumns: 64,
      },
      input: { name: onnx.inputs[0] ?? 'image', dtype: 'float32', shape: [1, 1, size0, size1, size2] },
      preprocess: [],
      volume: { steps, window, limits: { minSlices: 10, maxDistance: 5, maxOblique: 20 } },
      outputs: [output],
      floor: {},
      operatingPoints: {},
      limits: ['For research use, not for diagnosis.', 'REPLACE: where the model was never tested.'],
      golden: [],
    },
  };
}
