import type { AiFinding } from '../../shared/analysis.ts';
import { missingCaseError, Refused } from '../../shared/errors.ts';
import type { PackManifest, PackOutput } from '../../shared/pack.ts';
import type { OutputTensor } from '../session.ts';
import { encodeGreyPng } from './encode-png.ts';
import { placementIn, boxOfImage, type Placement } from '../preprocess/letterbox.ts';
import { decodeDetections } from './detections.ts';
import { type Grid, partOf, thresholdRows, upsampleRows } from './grid.ts';
import { boxInImage, components, strongest } from './heatmap-box.ts';
import { countRegions } from './mask-regions.ts';
import { activate, calibrate, operatingPointOf, platt, rawAt } from './scores.ts';
import type { ImageRead, ReadOutputs } from './read-outputs.ts';
import { estimateOf } from './regression.ts';
import { compareSides, structureArea } from './structure-area.ts';
import { qualityMeasurements } from './technical-quality.ts';
import { readTiles } from './tile-map.ts';

export type { ImageRead, ReadOutputs } from './read-outputs.ts';

type Output<Kind extends PackOutput['kind']> = Extract<PackOutput, { kind: Kind }>;

function tensorOf(outputs: ReadonlyMap<string, OutputTensor>, name: string): OutputTensor {
  const tensor = outputs.get(name);
  if (tensor === undefined) throw new Refused('output-invalid', `The model gave no output ${name}.`);
  return tensor;
}

function single({ values, shape }: OutputTensor, name: string): number {
  const [value] = values;
  if (value === undefined || values.length !== 1) {
    throw new Refused(
      'output-invalid',
      `Output ${name} has shape [${shape.join(', ')}]; a score is one value.`,
    );
  }
  return value;
}

function grid({ values, shape }: OutputTensor, name: string): Grid {
  const [rows = 0, columns = 0] = shape.slice(-2);
  if (rows * columns !== values.length || values.length === 0) {
    throw new Refused(
      'output-invalid',
      `Output ${name} has shape [${shape.join(', ')}]; a map is [1, 1, rows, columns].`,
    );
  }
  return { rows, columns, values };
}

/** The box of the strongest candidate in the heatmap that explains a label; null where there is no such map or no cell reaches its threshold. */
function placeOf(
  label: string,
  manifest: PackManifest,
  outputs: ReadonlyMap<string, OutputTensor>,
  image: ImageRead,
  place: Placement,
): AiFinding['box'] {
  const map = manifest.outputs.find(
    (output): output is Output<'heatmap'> => output.kind === 'heatmap' && output.explains === label,
  );
  if (map === undefined) return null;
  const cells = grid(tensorOf(outputs, map.name), map.name);
  const best = strongest(components(cells, map.boxThreshold));
  return best === undefined ? null : boxInImage(best, partOf(cells, place), image);
}

function readMask(
  output: Output<'mask'>,
  cells: Grid,
  image: ImageRead,
  place: Placement,
  withMaps: boolean,
): Pick<ReadOutputs, 'measurements' | 'maps'> {
  const counter = countRegions();
  const pixels = withMaps ? new Uint8Array(image.rows * image.columns) : null;
  const { rows, columns } = image;
  thresholdRows(cells, partOf(cells, place), { rows, columns, threshold: output.threshold }, (y, row) => {
    counter.addRow(row);
    pixels?.set(row, y * columns);
  });
  const regions = counter.regions();
  const { label, quality } = output;
  return {
    measurements: [
      ...structureArea(label, regions, image, image.sopInstanceUID),
      ...(quality === undefined
        ? []
        : qualityMeasurements(
            label,
            { atEdge: counter.atEdge(), sides: compareSides(regions, image) },
            image.sopInstanceUID,
          )),
    ],
    maps:
      pixels === null
        ? []
        : [{ outputId: output.id, kind: 'mask', png: encodeGreyPng(image.rows, image.columns, pixels) }],
  };
}

/** A map of values 0..1 as an 8-bit PNG in the image's own matrix; the image lies at `place` in the input that the map is of. */
export function drawHeatmap(
  id: string,
  cells: Grid,
  image: Pick<ImageRead, 'rows' | 'columns'>,
  place: Placement,
): ReadOutputs['maps'][number] {
  const pixels = new Uint8Array(image.rows * image.columns);
  upsampleRows(cells, partOf(cells, place), image.rows, image.columns, (y, row) => {
    const start = y * image.columns;
    for (let x = 0; x < row.length; x++) {
      const value = row[x] as number;
      pixels[start + x] = value <= 0 ? 0 : value >= 1 ? 255 : Math.round(255 * value);
    }
  });
  return { outputId: id, kind: 'heatmap', png: encodeGreyPng(image.rows, image.columns, pixels) };
}

function isDetected(manifest: PackManifest, label: string): boolean {
  return manifest.outputs.some((output) => output.kind === 'detection' && output.label === label);
}

/** The candidates of a detector down to the label's floor, as findings of the image. */
function readDetections(
  output: Output<'detection'>,
  manifest: PackManifest,
  tensor: OutputTensor,
  image: ImageRead,
  place: Placement,
): ReadOutputs['findings'] {
  const { label, activation, overlap, most } = output;
  const { sopInstanceUID, frame } = image;
  const floor = rawAt(manifest.floor[label] ?? Number.POSITIVE_INFINITY, activation);
  return decodeDetections(tensor, output.name, { floor, overlap, most }).flatMap((candidate) => {
    const box = boxOfImage(candidate.box, place, image);
    if (box === null) return [];
    const score = activate(candidate.raw, activation);
    return {
      label,
      code: output.code ?? null,
      score,
      ...(output.calibration === undefined ? {} : { probability: platt(candidate.raw, output.calibration) }),
      sopInstanceUID,
      frame,
      box,
      operatingPoint: operatingPointOf(score, label, manifest),
    };
  });
}

/**
 * What a model's raw outputs say of one image, by its manifest: scores with their calibration, a finding for each label that
 * reaches the floor (box: the strongest candidate of the map that explains it), or, where the pack has a detector for the label, each of its
 * candidates down to the floor; measurements of structures, and
 * the maps in the image's own matrix. A structure is never a finding.
 *
 * @throws Refused `output-invalid` where an output has not the shape that its kind needs.
 */
export function interpretOutputs(
  manifest: PackManifest,
  outputs: ReadonlyMap<string, OutputTensor>,
  image: ImageRead,
  withMaps: boolean,
): ReadOutputs {
  const read: ReadOutputs = { scores: [], findings: [], measurements: [], tileMaps: [], maps: [] };
  const { sopInstanceUID, frame } = image;
  const place = placementIn(manifest.preprocess, image);
  const measures: [Output<'measure'>, number][] = [];
  for (const output of manifest.outputs) {
    const tensor = tensorOf(outputs, output.name);
    switch (output.kind) {
      case 'score': {
        const raw = single(tensor, output.name);
        const { label } = output;
        const score = activate(raw, output.activation);
        const calibrated = calibrate(raw, label, manifest);
        const probability = calibrated === undefined ? {} : { probability: calibrated };
        read.scores.push({ sopInstanceUID, frame, label, score, ...probability });
        const floor = manifest.floor[label];
        if (output.finding === false || floor === undefined || score < floor || isDetected(manifest, label))
          break;
        const box = placeOf(label, manifest, outputs, image, place);
        const operatingPoint = operatingPointOf(score, label, manifest);
        const code = output.code ?? null;
        read.findings.push({
          label,
          code,
          score,
          ...probability,
          sopInstanceUID,
          frame,
          box,
          operatingPoint,
        });
        break;
      }
      case 'mask': {
        const { measurements, maps } = readMask(output, grid(tensor, output.name), image, place, withMaps);
        read.measurements.push(...measurements);
        read.maps.push(...maps);
        break;
      }
      case 'measure':
        measures.push([output, single(tensor, output.name)]);
        break;
      case 'heatmap':
        if (withMaps) read.maps.push(drawHeatmap(output.id, grid(tensor, output.name), image, place));
        break;
      case 'regression':
        read.measurements.push(estimateOf(output, single(tensor, output.name), sopInstanceUID));
        break;
      case 'tiles': {
        const { tileMaps, maps } = readTiles(output, tensor, manifest.preprocess, image, withMaps);
        read.tileMaps.push(...tileMaps);
        read.maps.push(...maps);
        break;
      }
      case 'segmentation':
        // Of whole volumes, which go their own way (`inference/volume`).
        break;
      case 'detection':
        read.findings.push(...readDetections(output, manifest, tensor, image, place));
        break;
      default:
        throw missingCaseError(output);
    }
  }
  for (const [{ label, unit, unless }, value] of measures) {
    // What is not there has no measure: a number for it would be made up.
    const there = read.scores.find((score) => score.label === unless);
    const reached = there === undefined ? null : operatingPointOf(there.score, there.label, manifest);
    if (reached !== 'balanced') read.measurements.push({ name: label, value, unit, sopInstanceUID });
  }
  return read;
}
