import type { Parity } from './engine-protocol.ts';
import { type LoadedPack, readPackFile } from './load-pack.ts';
import { operatingPointOf } from './postprocess/scores.ts';
import { interpretOutputs } from './postprocess/interpret-outputs.ts';
import { preprocess } from './preprocess/preprocess.ts';
import { frameFromPng } from './run-goldens.ts';
import type { ModelSession, OutputTensor } from './session.ts';

type Outputs = ReadonlyMap<string, OutputTensor>;

/** Largest absolute difference of any value; of a value beyond 1, relative to it, as float32 rounds. No number, or another shape, is no small difference. */
export function largestDifference(cpu: Outputs, device: Outputs): number {
  let largest = 0;
  for (const [name, { values, shape }] of cpu) {
    const { values: other, shape: otherShape } = device.get(name) ?? {};
    if (other?.length !== values.length || otherShape?.join() !== shape.join()) return Number.MAX_VALUE;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      const by = Math.abs(value - (other[i] as number)) / Math.max(1, Math.abs(value));
      if (!(by <= largest)) largest = Number.isNaN(by) ? Number.MAX_VALUE : by;
    }
  }
  return largest;
}

/** What a reader would see of it: the operating point that each score reaches, and how many findings there are at each. */
function decisions({ manifest }: LoadedPack, outputs: Outputs, rows: number, columns: number): string {
  const image = {
    rows,
    columns,
    pixelSpacing: null,
    spacingSource: null,
    patientOrientation: null,
    sopInstanceUID: '0',
    frame: 0,
  };
  const { scores, findings } = interpretOutputs(manifest, outputs, image, false);
  return JSON.stringify([
    scores.map(({ label, score }) => [label, operatingPointOf(score, label, manifest)]),
    findings.map(({ label, operatingPoint }) => `${label} ${operatingPoint}`).toSorted(),
  ]);
}

/** Median, since the first run of a device compiles its programs. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** The same inputs in one go, where the device takes several: each must get what it gets alone. */
async function largestInBatch(
  { batch }: ModelSession,
  inputs: readonly Float32Array[],
  references: readonly Outputs[],
): Promise<number> {
  if (batch === undefined || inputs.length === 0) return 0;
  let largest = 0;
  // As many as will ever be sent at once: a server may take fewer than the policy says.
  const order = Array.from({ length: Math.max(inputs.length, batch.most) }, (_, at) => at % inputs.length);
  for (let first = 0; first < order.length; first += batch.most) {
    const group = order.slice(first, first + batch.most);
    const answers = await batch.run(group.map((at) => inputs[at] as Float32Array));
    for (const [place, at] of group.entries())
      largest = Math.max(largest, largestDifference(references[at] as Outputs, answers[place] ?? new Map()));
  }
  return largest;
}

/**
 * Runs the inputs of a pack's golden cases on the CPU and on a device.
 *
 * @throws what the device throws while it runs (memory, a lost device).
 */
export async function parityOf(pack: LoadedPack, cpu: ModelSession, device: ModelSession): Promise<Parity> {
  const spent: { cpu: number[]; device: number[] } = { cpu: [], device: [] };
  let largest = 0;
  let decisionFlips = 0;
  const inputs: Float32Array[] = [];
  const references: Outputs[] = [];
  for (const { input } of pack.manifest.golden) {
    const frame = frameFromPng(readPackFile(pack.directory, input));
    const tensor = preprocess(frame, (stored) => stored, pack.manifest);
    const run = async (which: 'cpu' | 'device', session: ModelSession): Promise<Outputs> => {
      const began = performance.now();
      const outputs = await session.run(tensor.slice());
      spent[which].push(performance.now() - began);
      return outputs;
    };
    const [reference, other] = [await run('cpu', cpu), await run('device', device)];
    inputs.push(tensor);
    references.push(reference);
    largest = Math.max(largest, largestDifference(reference, other));
    const { rows, columns } = frame;
    if (decisions(pack, reference, rows, columns) !== decisions(pack, other, rows, columns))
      decisionFlips += 1;
  }
  return {
    cases: pack.manifest.golden.length,
    largestDifference: Math.max(largest, await largestInBatch(device, inputs, references)),
    decisionFlips,
    cpu_ms: median(spent.cpu),
    device_ms: median(spent.device),
  };
}
