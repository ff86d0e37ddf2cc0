import * as z from 'zod';
import type { RemoteAddress, RemoteServer, RemoteSignature } from '../../shared/remote.ts';
import type { Exchanger } from './http-exchange.ts';
import { remoteFault, saidByServer } from './remote-fault.ts';

/** Answers about the server and its models are short, and cost it nothing. */
const QUESTION = { mostBytes: 1024 * 1024, timeoutMs: 5000 } as const;

/** What the metadata of a server that speaks the extension lists. */
const BINARY_EXTENSION = 'binary_tensor_data';

const serverSchema = z.object({
  name: z.string(),
  version: z.string(),
  // Some servers leave it out; then there are none.
  extensions: z.array(z.string()).nullish(),
});

const tensorSchema = z.object({
  name: z.string(),
  datatype: z.string(),
  /** Variable dimensions are -1. */
  shape: z.array(
    z.union([
      z.int(),
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(Number),
    ]),
  ),
});
export type TensorFacts = z.infer<typeof tensorSchema>;

const modelSchema = z.object({
  name: z.string(),
  versions: z.array(z.union([z.string(), z.number().transform(String)])).nullish(),
  platform: z.string().nullish(),
  inputs: z.array(tensorSchema),
  outputs: z.array(tensorSchema),
});

const readySchema = z.object({ ready: z.boolean().optional(), live: z.boolean().optional() });

/** A server and the model on it, as its metadata describe them. */
export interface ServerFacts {
  readonly server: RemoteServer;
  /** Those asked for, in the order asked for. */
  readonly outputs: readonly TensorFacts[];
  /** Whether the first dimension of the input and of every output is variable. */
  readonly takesBatches: boolean;
}

/** `/v2/models/NAME[/versions/V]`. */
export function modelPath({ model, version }: Pick<RemoteAddress, 'model' | 'version'>): string {
  const path = `/v2/models/${encodeURIComponent(model)}`;
  return version === null ? path : `${path}/versions/${encodeURIComponent(version)}`;
}

async function askJson<T>(
  exchanger: Exchanger,
  name: string,
  path: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const { bytes } = await exchanger.ask({ path, ...QUESTION });
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw remoteFault('remote-answer', name, `answers ${path} with what is no JSON.`, cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw remoteFault(
    'remote-answer',
    name,
    `answers ${path} not as the protocol says: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}

/** Status 200 is ready; a server may say no in the body all the same. */
async function requireReady(exchanger: Exchanger, name: string, path: string): Promise<void> {
  const { bytes } = await exchanger.ask({ path, ...QUESTION });
  let said: unknown = {};
  try {
    said = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Most servers answer with an empty body.
  }
  const { ready, live } = readySchema.safeParse(said).data ?? {};
  if (ready === false || live === false)
    throw remoteFault('remote-status', name, `says at ${path} that it is not ready.`);
}

function requireTensor(
  name: string,
  what: 'input' | 'output',
  tensors: readonly TensorFacts[],
  wanted: string,
): TensorFacts {
  const found = tensors.find((tensor) => tensor.name === wanted);
  const fault = (why: string) =>
    remoteFault('remote-model', name, `serves another model than the pack: ${why}`);
  if (found === undefined) {
    const there = tensors.map((tensor) => tensor.name).join(', ');
    throw fault(`it has no ${what} ${wanted}; it has ${saidByServer(there) || 'none'}.`);
  }
  if (found.datatype !== 'FP32')
    throw fault(`its ${what} ${wanted} is ${saidByServer(found.datatype, null, 20)}, the pack's is FP32.`);
  return found;
}

function requireInput(
  name: string,
  tensors: readonly TensorFacts[],
  wanted: RemoteSignature['input'],
): TensorFacts {
  const found = requireTensor(name, 'input', tensors, wanted.name);
  const fits =
    found.shape.length === wanted.shape.length &&
    found.shape.every((size, at) => size === -1 || size === wanted.shape[at]);
  if (tensors.length === 1 && fits) return found;
  const why = fits
    ? `it has ${tensors.length} inputs, the pack has one.`
    : `its input ${wanted.name} has the shape [${found.shape.join(', ')}], the pack's has [${wanted.shape.join(', ')}].`;
  throw remoteFault('remote-model', name, `serves another model than the pack: ${why}`);
}

/** The one that answers: the one asked for, or the only one there is. */
function versionOf({ version }: RemoteAddress, versions: readonly string[]): string | null {
  return version ?? (versions.length === 1 ? (versions[0] ?? null) : null);
}

/**
 * Asks a server whether it and the model are ready, and for the metadata of both.
 *
 * @throws Unavailable `remote-…`; `remote-model` where its inputs or outputs are not the pack's.
 */
export async function serverFacts(
  exchanger: Exchanger,
  address: RemoteAddress,
  wanted: RemoteSignature,
): Promise<ServerFacts> {
  const { name } = address;
  const path = modelPath(address);
  await requireReady(exchanger, name, '/v2/health/ready');
  const server = await askJson(exchanger, name, '/v2', serverSchema);
  await requireReady(exchanger, name, `${path}/ready`);
  const model = await askJson(exchanger, name, path, modelSchema);
  if (model.name !== address.model) {
    const said = saidByServer(model.name, null, 80);
    throw remoteFault('remote-model', name, `answers for model ${said}, and ${address.model} was asked for.`);
  }
  const input = requireInput(name, model.inputs, wanted.input);
  const outputs = wanted.outputs.map((output) => requireTensor(name, 'output', model.outputs, output));
  return {
    server: {
      name,
      model: address.model,
      version: versionOf(address, model.versions ?? []),
      server: saidByServer(server.name, null, 80),
      serverVersion: saidByServer(server.version, null, 80),
      platform: model.platform == null ? null : saidByServer(model.platform, null, 80),
      encoding: server.extensions?.includes(BINARY_EXTENSION) === true ? 'binary' : 'json',
    },
    outputs,
    takesBatches: [input, ...outputs].every(({ shape }) => shape[0] === -1),
  };
}
