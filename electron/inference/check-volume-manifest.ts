import type { PackManifest } from '../shared/pack.ts';
import type { PackVolume, VolumeStep } from '../shared/pack-volume.ts';

/** The order in which the steps of a volume come; each at most once but the last, which change values only. */
const ORDER: readonly (readonly VolumeStep['op'][])[] = [
  ['modality-lut'],
  ['orient'],
  ['spacing'],
  ['scale-range', 'standardise'],
];

function isInOrder(steps: readonly VolumeStep[]): boolean {
  const places = steps.map(({ op }) => ORDER.findIndex((ops) => ops.includes(op)));
  return places.every((place, at) => {
    const before = places[at - 1] ?? -1;
    return place > before || (place === before && place === ORDER.length - 1);
  });
}

function* segmentationContradictions(manifest: PackManifest): Generator<string> {
  const [output, ...others] = manifest.outputs;
  if (output?.kind !== 'segmentation' || others.length > 0) {
    yield 'a pack that reads volumes has one output, of the kind ‘segmentation’';
    return;
  }
  const { classes, activation, decide } = output;
  for (const what of ['channel', 'id', 'label'] as const) {
    const twice = classes.find((one, at) => classes.findIndex((other) => other[what] === one[what]) !== at);
    if (twice !== undefined) yield `two classes have the ${what} ‘${twice[what]}’`;
  }
  for (const { label, threshold } of classes) {
    if ((decide === 'threshold') !== (threshold !== undefined))
      yield `‘${label}’ ${decide === 'threshold' ? 'has no threshold' : 'has a threshold, but argmax decides'}`;
  }
  if (
    activation === 'softmax' &&
    decide === 'argmax' &&
    classes.some(({ channel }) => channel === 0) &&
    classes.length === 1
  )
    yield 'of a softmax the only class is channel 0: where is the background?';
}

/** What a pack that reads volumes must hold to. */
export function* volumeContradictions(manifest: PackManifest, { steps }: PackVolume): Generator<string> {
  const { shape } = manifest.input;
  if (shape.length !== 5 || shape[0] !== 1 || shape[1] !== 1)
    yield 'input.shape of a pack that reads volumes must be [1, 1] and the three sizes of a window';
  if (manifest.preprocess.length > 0)
    yield 'preprocess must be empty where there is volume: its steps are in volume.steps';
  if (!isInOrder(steps))
    yield 'volume.steps must come in this order: modality-lut, orient, spacing, then scale-range and standardise; the first three once';
  if (!steps.some(({ op }) => op === 'orient')) yield 'volume.steps must say how the input lies (orient)';
  for (const step of steps) {
    if (step.op === 'scale-range' && (step.from[0] === step.from[1] || step.to[0] === step.to[1]))
      yield 'scale-range: from and to must each be two different numbers';
  }
  if (manifest.outOfDomain !== undefined) yield 'outOfDomain is of packs that read images';
  const { photometric, views } = manifest.domain;
  if (photometric.join() !== 'MONOCHROME2')
    yield 'domain.photometric of a pack that reads volumes must be MONOCHROME2 alone';
  if (views !== 'any') yield 'domain.views of a pack that reads volumes must be ‘any’: slices have no view';
  yield* segmentationContradictions(manifest);
}
