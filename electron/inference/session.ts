import { env, InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import type { Device } from '../shared/analysis.ts';
import { Refused } from '../shared/errors.ts';
import type { PackManifest } from '../shared/pack.ts';
import type { RemoteServer } from '../shared/remote.ts';
import type { LoadedPack } from './load-pack.ts';

/** One output of a run: its values, row by row, and its shape. */
export interface OutputTensor {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** A model in memory, on the device that it really runs on. */
export interface ModelSession {
  readonly device: string;
  /** Why it is not the device that was asked for; null where it is. */
  readonly fallback: string | null;
  /** Version of the runtime. */
  readonly onnxruntime: string;
  /** Runs one input; blocks this thread. Every output and distance that the manifest names, checked to be finite float32. */
  run(input: Float32Array): Promise<ReadonlyMap<string, OutputTensor>>;
  /** Where several inputs can go at once: as many as `most`, the outputs of each in their order. */
  readonly batch?: {
    readonly most: number;
    run(inputs: readonly Float32Array[]): Promise<readonly ReadonlyMap<string, OutputTensor>[]>;
  };
  /** The server that runs it, where it is not this machine. */
  readonly remote?: RemoteServer;
  /** Gives the memory of the model and the device back; nothing runs afterwards. */
  release(): Promise<void>;
}

/** More than one thread was no faster on small networks here, and one keeps the order of sums the same on every machine. */
export const INTRA_OP_THREADS = 1;

function words(thrown: unknown): string {
  const first = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n', 1)[0] ?? '';
  // The runtime's own place in its sources and the condition that failed there tell a person nothing.
  return first.replace(/^\/\S+:\d+ .* was false\. /, '');
}

/** What onnxruntime says of an operator set, or of a file format, that it does not know. */
const NEWER_FORMAT = /opset|IR version|find an implementation for/i;
/** The place in its own source that onnxruntime puts before some of its words. */
const NATIVE_PLACE = /^\S*onnxruntime_src.*?\) (?=ONNX)/;

const runtimeVersion = (): string => env.versions.node ?? env.versions.common;

async function create(pack: LoadedPack, provider: string): Promise<InferenceSession> {
  return InferenceSession.create(pack.weights, {
    executionProviders: [provider],
    intraOpNumThreads: INTRA_OP_THREADS,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
}

async function createOnCpu(pack: LoadedPack): Promise<InferenceSession> {
  try {
    return await create(pack, 'cpu');
  } catch (cause) {
    const said = words(cause);
    if (NEWER_FORMAT.test(said)) {
      throw new Refused(
        'pack-opset',
        `The weights of model ${pack.manifest.id} need an ONNX operator set or format that onnxruntime ${runtimeVersion()} cannot run: ` +
          `${said.replace(NATIVE_PLACE, '')} Export the model again with another operator set.`,
        undefined,
        cause,
      );
    }
    throw new Refused(
      'pack-weights',
      `The weights of model ${pack.manifest.id} cannot be loaded: ${said}`,
      undefined,
      cause,
    );
  }
}

/** `auto` is the CPU. Another device is tried where this build has it; where it fails, the CPU does the work and `fallback` says why. */
async function createOn(
  pack: LoadedPack,
  device: Device,
): Promise<{ session: InferenceSession; device: string; fallback: string | null }> {
  if (device === 'auto' || device === 'cpu') {
    return { session: await createOnCpu(pack), device: 'cpu', fallback: null };
  }
  const known = listSupportedBackends().map((backend) => backend.name);
  if (!known.includes(device)) {
    const fallback = `${device} was asked for; this build of onnxruntime has ${known.join(' and ')} only`;
    return { session: await createOnCpu(pack), device: 'cpu', fallback };
  }
  try {
    return { session: await create(pack, device), device, fallback: null };
  } catch (cause) {
    const fallback = `${device} was asked for and could not be started: ${words(cause)}`;
    return { session: await createOnCpu(pack), device: 'cpu', fallback };
  }
}

/**
 * The model on this very device, for the self-test; `openSession` falls back to the CPU instead.
 *
 * @throws Refused `device-absent` where this build has no such provider or it does not start, with what it said.
 */
export async function openOnDevice(pack: LoadedPack, device: Device): Promise<ModelSession> {
  const known = listSupportedBackends().map((backend) => backend.name);
  if (!known.includes(device)) {
    throw new Refused('device-absent', `This build of onnxruntime has ${known.join(' and ')} only.`);
  }
  let session: InferenceSession;
  try {
    session = await create(pack, device);
  } catch (cause) {
    throw new Refused('device-absent', words(cause), undefined, cause);
  }
  return modelSession(pack, session, device, null);
}

function missing(names: readonly string[], present: readonly string[]): string[] {
  return names.filter((name) => !present.includes(name));
}

/** @throws Refused `pack-weights` where the bytes are no model, or one without the inputs and outputs that the manifest names. */
export async function openSession(pack: LoadedPack, asked: Device): Promise<ModelSession> {
  const { session, device, fallback } = await createOn(pack, asked);
  return modelSession(pack, session, device, fallback);
}

/** Every output and distance that a manifest names. */
export function outputNames(manifest: Pick<PackManifest, 'outputs' | 'outOfDomain'>): string[] {
  return [
    ...manifest.outputs.map((output) => output.name),
    ...(manifest.outOfDomain ?? []).map((rule) => rule.output),
  ];
}

function modelSession(
  { manifest }: LoadedPack,
  session: InferenceSession,
  device: string,
  fallback: string | null,
): ModelSession {
  const names = outputNames(manifest);
  const absent = [
    ...missing([manifest.input.name], session.inputNames),
    ...missing(session.inputNames, [manifest.input.name]),
    ...missing(names, session.outputNames),
  ];
  if (absent.length > 0) {
    throw new Refused(
      'pack-weights',
      `Model ${manifest.id} and its manifest name different inputs or outputs: ${absent.join(', ')}.`,
    );
  }
  return {
    device,
    fallback,
    onnxruntime: runtimeVersion(),
    async run(input) {
      const feeds = { [manifest.input.name]: new Tensor('float32', input, manifest.input.shape) };
      const found = await session.run(feeds, names);
      return new Map(names.map((name) => [name, checkOutput(manifest.id, name, found[name])]));
    },
    release: () => session.release(),
  };
}

/** A plain loop: ten times as fast as `every`, which calls a function for each value. */
function allFinite(values: Float32Array): boolean {
  // Infinity − Infinity and NaN − NaN are NaN, and a sum with NaN stays NaN; any other value adds 0.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) - (values[i] as number);
  return sum === 0;
}

function checkOutput(
  modelId: string,
  name: string,
  tensor: InferenceSession.ReturnType[string] | undefined,
): OutputTensor {
  if (tensor === undefined || !(tensor.data instanceof Float32Array)) {
    throw new Refused('output-invalid', `Output ${name} of model ${modelId} is not float32.`);
  }
  if (!allFinite(tensor.data)) {
    throw new Refused(
      'output-invalid',
      `Output ${name} of model ${modelId} holds values that are not numbers.`,
    );
  }
  return { values: tensor.data, shape: tensor.dims };
}
