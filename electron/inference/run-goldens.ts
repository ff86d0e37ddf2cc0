import { decode } from 'fast-png';
import { Refused, toOverreadError } from '../shared/errors.ts';
import { type Golden, goldenSchema, type PackManifest } from '../shared/pack.ts';
import type { DecodedFrame } from '../shared/pixels.ts';
import type { GoldenCheck } from '../shared/ports.ts';
import { BOX_TOLERANCE, findingDifferences } from './compare-findings.ts';
import { type LoadedPack, readPackFile } from './load-pack.ts';
import { interpretOutputs } from './postprocess/interpret-outputs.ts';
import { activate } from './postprocess/scores.ts';
import { preprocess } from './preprocess/preprocess.ts';
import type { ModelSession, OutputTensor } from './session.ts';

/** Scores, and values of outputs, may differ from Python's onnxruntime by at most this. */
export const GOLDEN_TOLERANCE = 1e-3;

/** Threat: a small PNG that says it is huge, and takes the machine's memory before it turns out not to be. */
const MOST_PIXELS = 2 ** 26;

function checkSize(png: Uint8Array): void {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  // IHDR is the first chunk (PNG §11.2.1): width at byte 16, height at byte 20.
  const [width, height] = png.length < 24 ? [0, 0] : [view.getUint32(16), view.getUint32(20)];
  if (width * height <= MOST_PIXELS) return;
  throw new Refused(
    'pack-golden',
    `A golden input of ${width} × ${height} pixels is larger than this build reads (${MOST_PIXELS} pixels).`,
  );
}

/** A golden input: PNG, 8 or 16 bits, grey or RGB; grey values are taken as MONOCHROME2. */
export function frameFromPng(bytes: Uint8Array): DecodedFrame {
  checkSize(bytes);
  const { width, height, channels, depth, data, palette } = decode(bytes);
  if (palette !== undefined || (channels !== 1 && channels !== 3) || (depth !== 8 && depth !== 16)) {
    throw new Refused('pack-golden', 'A golden input must be a grey or RGB PNG of 8 or 16 bits.');
  }
  const stored = depth === 16 ? Uint16Array.from(data) : Uint8Array.from(data);
  return {
    rows: height,
    columns: width,
    samples: channels,
    type: depth === 16 ? 'uint16' : 'uint8',
    photometric: channels === 1 ? 'MONOCHROME2' : 'RGB',
    data: stored,
  };
}

function largest(differences: readonly number[]): number {
  // JSON has no infinity.
  return Math.min(
    differences.reduce((most, d) => Math.max(most, Math.abs(d)), 0),
    Number.MAX_VALUE,
  );
}

function* outputDifferences(expected: Golden['outputs'][string], got: OutputTensor): Generator<number> {
  // A value that is missing on either side is no small difference.
  const at = (index: number): number => got.values[index] ?? Number.POSITIVE_INFINITY;
  if (Array.isArray(expected)) {
    if (expected.length !== got.values.length) yield Number.POSITIVE_INFINITY;
    for (const [index, value] of expected.entries()) yield value - at(index);
    return;
  }
  const columns = got.shape.at(-1) ?? 1;
  yield expected.mean - got.values.reduce((sum, value) => sum + value, 0) / got.values.length;
  for (const [row, column, value] of expected.samples) yield value - at(row * columns + column);
}

function scoresOf(manifest: PackManifest, outputs: ReadonlyMap<string, OutputTensor>): Map<string, number> {
  return new Map(
    manifest.outputs.flatMap((output) =>
      output.kind === 'score'
        ? [[output.label, activate(outputs.get(output.name)?.values[0] ?? Number.NaN, output.activation)]]
        : [],
    ),
  );
}

/** What the golden's image would give as findings beside what was expected; no difference where none are stated. */
function findingsBeside(
  expected: Golden,
  manifest: PackManifest,
  frame: DecodedFrame,
  outputs: ReadonlyMap<string, OutputTensor>,
): ReturnType<typeof findingDifferences> {
  if (expected.findings === undefined) return { score: 0, box: 0 };
  const image = {
    rows: frame.rows,
    columns: frame.columns,
    pixelSpacing: null,
    spacingSource: null,
    patientOrientation: null,
    sopInstanceUID: '0',
    frame: 0,
  };
  return findingDifferences(expected.findings, interpretOutputs(manifest, outputs, image, false).findings);
}

function compare(
  name: string,
  expected: Golden,
  manifest: PackManifest,
  frame: DecodedFrame,
  outputs: ReadonlyMap<string, OutputTensor>,
  run_ms: number,
): GoldenCheck {
  const scores = scoresOf(manifest, outputs);
  const findings = findingsBeside(expected, manifest, frame, outputs);
  const scoreDifference = largest([
    findings.score,
    ...Object.entries(expected.scores).map(
      ([label, value]) => value - (scores.get(label) ?? Number.POSITIVE_INFINITY),
    ),
  ]);
  const outputDifference = largest(
    Object.entries(expected.outputs).flatMap(([output, values]) => {
      const got = outputs.get(output);
      return got === undefined ? [Number.POSITIVE_INFINITY] : [...outputDifferences(values, got)];
    }),
  );
  const ok =
    scoreDifference <= GOLDEN_TOLERANCE &&
    outputDifference <= GOLDEN_TOLERANCE &&
    findings.box <= BOX_TOLERANCE;
  const reason = ok
    ? null
    : `Scores differ by up to ${scoreDifference.toPrecision(3)} and outputs by up to ${outputDifference.toPrecision(3)}; ${GOLDEN_TOLERANCE} is allowed; boxes by up to ${largest([findings.box]).toPrecision(3)} pixels, ${BOX_TOLERANCE} are.`;
  return { name, ok, scoreDifference, outputDifference, run_ms, reason };
}

function readGolden(pack: LoadedPack, file: string): Golden {
  return goldenSchema.parse(JSON.parse(new TextDecoder().decode(readPackFile(pack.directory, file))));
}

/** Runs a pack's golden cases through the product's own preprocessing and lays them beside what Python's onnxruntime gave. */
export async function runGoldens(
  pack: LoadedPack,
  session: ModelSession,
  options: { readonly stopAtFirstBad?: boolean } = {},
): Promise<GoldenCheck[]> {
  const checks: GoldenCheck[] = [];
  for (const { input, expected } of pack.manifest.golden) {
    if (options.stopAtFirstBad === true && checks.some(({ ok }) => !ok)) break;
    try {
      const frame = frameFromPng(readPackFile(pack.directory, input));
      const tensor = preprocess(frame, (stored) => stored, pack.manifest);
      const began = performance.now();
      const outputs = await session.run(tensor);
      const spent = performance.now() - began;
      checks.push(compare(input, readGolden(pack, expected), pack.manifest, frame, outputs, spent));
    } catch (thrown) {
      const reason = `The golden case cannot be run: ${toOverreadError(thrown).message}`;
      const off = Number.MAX_VALUE;
      checks.push({ name: input, ok: false, scoreDifference: off, outputDifference: off, run_ms: 0, reason });
    }
  }
  return checks;
}
