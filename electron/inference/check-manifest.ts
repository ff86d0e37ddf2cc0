import { estimateContradictions, tileContradictions } from './check-output-kinds.ts';
import { volumeContradictions } from './check-volume-manifest.ts';
import { type PackManifest, packManifestSchema } from '../shared/pack.ts';

function scoreLabels(manifest: PackManifest): string[] {
  return manifest.outputs.flatMap((output) => (output.kind === 'score' ? [output.label] : []));
}

function twice(words: readonly string[]): string | undefined {
  return words.find((word, at) => words.indexOf(word) !== at);
}

/** What a pack that reads single images must hold to. */
function* imageContradictions(manifest: PackManifest): Generator<string> {
  const [batch, channels, rows, columns] = manifest.input.shape;
  const last = manifest.preprocess.at(-1);
  const colour = manifest.preprocess.findIndex((step) => step.op === 'rgb');
  const wanted = colour < 0 ? 1 : 3;
  if (batch !== 1 || channels !== wanted || manifest.input.shape.length !== 4)
    yield `input.shape must be [1, ${wanted}, rows, columns]`;
  if (
    colour > 0 ||
    (colour === 0 && manifest.preprocess.slice(1).some((step) => step.op !== 'resize' && step.op !== 'tiles'))
  ) {
    yield 'rgb must be the first step of preprocess, and only resize or tiles may follow it';
  }
  if ((last?.op !== 'resize' && last?.op !== 'tiles') || last.rows !== rows || last.columns !== columns) {
    yield 'the last step of preprocess must be a resize to the input’s rows and columns, or tiles of them';
  }
  yield* tileContradictions(manifest);
  if (manifest.outputs.some(({ kind }) => kind === 'segmentation'))
    yield 'an output ‘segmentation’ is of a pack that reads volumes; a mask of an image is ‘mask’';
}

function* contradictions(manifest: PackManifest): Generator<string> {
  yield* manifest.volume === undefined
    ? imageContradictions(manifest)
    : volumeContradictions(manifest, manifest.volume);
  const { minRows, minColumns, maxRows = minRows, maxColumns = minColumns } = manifest.domain;
  if (maxRows < minRows || maxColumns < minColumns) yield 'the largest size of domain is below the least';
  const labels = scoreLabels(manifest);
  for (const label of labels) {
    const points = manifest.operatingPoints[label];
    if (points === undefined) yield `operatingPoints has nothing for ‘${label}’`;
    else if (points.balanced < points['high-sensitivity']) {
      yield `the balanced operating point of ‘${label}’ is below the high-sensitivity one`;
    }
    if (manifest.floor[label] === undefined) yield `floor has nothing for ‘${label}’`;
  }
  const named = { ...manifest.operatingPoints, ...manifest.floor, ...manifest.calibration };
  for (const label of Object.keys(named)) {
    if (!labels.includes(label)) yield `‘${label}’ is no score of this pack`;
  }
  for (const output of manifest.outputs) {
    if (output.kind === 'heatmap' && !labels.includes(output.explains)) {
      yield `the heatmap ‘${output.id}’ explains ‘${output.explains}’, which is no score of this pack`;
    }
    if (output.kind === 'detection' && !labels.includes(output.label)) {
      yield `the detections ‘${output.id}’ are of ‘${output.label}’, which is no score of this pack`;
    }
    if (output.kind === 'measure' && output.unless !== undefined && !labels.includes(output.unless)) {
      yield `the measure ‘${output.label}’ is not given where there is ‘${output.unless}’, which is no score of this pack`;
    }
    if (output.kind === 'regression') yield* estimateContradictions(output);
    if (output.kind === 'mask' && !output.structure) {
      yield `the mask ‘${output.id}’ is not a structure; masks of findings cannot be read by this build`;
    }
  }
  const { minAgeYears: least, maxAgeYears: most } = manifest.domain;
  if (least !== null && most !== null && least > most) yield 'domain: minAgeYears is above maxAgeYears';
  for (const step of manifest.preprocess) {
    if (step.op === 'percentile-window' && step.low >= step.high)
      yield 'percentile-window: low must be below high';
  }
  const repeated =
    twice([
      ...manifest.outputs.map((output) => output.name),
      ...(manifest.outOfDomain ?? []).map((rule) => rule.output),
    ]) ??
    twice(
      manifest.outputs.flatMap((output) =>
        output.kind === 'mask' || output.kind === 'heatmap'
          ? [output.id]
          : output.kind === 'tiles'
            ? output.classes.map(({ id }) => id)
            : [],
      ),
    ) ??
    twice(
      manifest.outputs.flatMap((output) =>
        output.kind === 'measure' || output.kind === 'regression' ? [output.label] : [],
      ),
    ) ??
    twice(labels);
  if (repeated !== undefined) yield `‘${repeated}’ is named twice among the outputs`;
}

/** The manifest, or what is wrong with it: the schema first, then what its parts say of each other. */
export function checkManifest(
  json: unknown,
): { readonly manifest: PackManifest } | { readonly faults: string[] } {
  const parsed = packManifestSchema.safeParse(json);
  if (!parsed.success) {
    return {
      faults: parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    };
  }
  const faults = [...contradictions(parsed.data)];
  return faults.length > 0 ? { faults } : { manifest: parsed.data };
}
