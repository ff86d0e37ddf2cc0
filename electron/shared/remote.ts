import * as z from 'zod';

/** A name that may stand in a URL's path as it is, and in a record. */
const nameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$/);

/** Where a pack's network runs on the server: the server's own name for it, and which of its versions. */
const servedModelSchema = z.strictObject({
  model: nameSchema,
  /** Without it the server chooses one, and a change of its choice is noticed. */
  version: nameSchema.optional(),
});

/** A server that speaks the Open Inference Protocol v2 over REST, as the policy configures it (`inference.remote`). */
export const remotePolicySchema = z.strictObject({
  /** What records and screens call it. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
  /** `https://host[:port][/prefix]`, without `/v2`. */
  url: z.string().min(1),
  /** PEM file of the authorities that may vouch for the server; they replace the system's. */
  caFile: z.string().min(1).optional(),
  /** File that holds a bearer token, and nothing else. */
  tokenFile: z.string().min(1).optional(),
  /** Plain http goes to this very machine only, unless this says otherwise. */
  allowPlainHttp: z.boolean().default(false),
  /** For one request from its first byte to the answer's last. Below the 120 s after which a silent engine is ended. */
  timeoutMs: z.int().min(100).max(100_000).default(20_000),
  /** Images in one request at most, where the model there has a batch dimension. */
  maxBatch: z.int().min(1).max(64).default(8),
  maxResponseMiB: z.int().min(1).max(1024).default(64),
  /** True: models run there wherever it gave the CPU's numbers. False: only where it is asked for by `--device remote`. */
  prefer: z.boolean().default(true),
  /** `ID@VERSION` of a pack → what the server calls it. A pack that is not named runs on this machine. */
  models: z.record(z.string().regex(/^[a-z0-9-]+@\d+\.\d+\.\d+$/), servedModelSchema),
});
export type RemotePolicy = z.infer<typeof remotePolicySchema>;

/** All that the engine's process needs to run one pack's network on the server. The token itself is not in it. */
export const remoteAddressSchema = remotePolicySchema
  .omit({ models: true, prefer: true })
  .extend({ model: z.string(), version: z.string().nullable() });
export type RemoteAddress = z.infer<typeof remoteAddressSchema>;

/** Who computed: as configured, and as the server and its metadata name themselves. Kept in the record. */
export const remoteServerSchema = z.object({
  /** The server's name in the policy. */
  name: z.string(),
  model: z.string(),
  /** The version that answers; null where the server does not say. */
  version: z.string().nullable(),
  server: z.string(),
  serverVersion: z.string(),
  /** What runs the model there, as the server's metadata says; null where it does not. */
  platform: z.string().nullable(),
  encoding: z.enum(['json', 'binary']),
});
export type RemoteServer = z.infer<typeof remoteServerSchema>;

/** One tensor's values, row by row, and its shape. */
export interface RemoteTensor {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** What a pack asks of a served model: float32 in, float32 out, by these names. */
export interface RemoteSignature {
  /** Shape of one image: `[1, channels, rows, columns]`. */
  readonly input: { readonly name: string; readonly shape: readonly number[] };
  readonly outputs: readonly string[];
}

/** A model on a server that was found ready and fit. */
export interface RemoteModel {
  /** Its version is known at the latest after the first answer. */
  readonly server: RemoteServer;
  /** Most images in one request; 1 where the model there has no batch dimension. */
  readonly most: number;
  /**
   * One image each, at most `most`; the outputs of each by name, finite, with the shape of one image.
   *
   * @throws Unavailable `remote-…`: what the server did, and what to do.
   */
  infer(inputs: readonly Float32Array[]): Promise<ReadonlyMap<string, RemoteTensor>[]>;
  /** Closes the connections. */
  close(): void;
}

/** @throws Unavailable `remote-…` where the server is not reached, not ready, or serves another model than the pack's. */
export type OpenRemoteModel = (address: RemoteAddress, wanted: RemoteSignature) => Promise<RemoteModel>;

/** Where a pack runs on the configured server; null where the policy names none for it. */
export function remoteAddressOf(
  policy: RemotePolicy | null,
  pack: { readonly id: string; readonly version: string },
): RemoteAddress | null {
  const served = policy?.models[`${pack.id}@${pack.version}`];
  if (policy === null || served === undefined) return null;
  const { models: _models, prefer: _prefer, ...address } = policy;
  return { ...address, model: served.model, version: served.version ?? null };
}

/** Two servers that may answer differently: another place, model, version or software. How the tensors travel changes nothing. */
export function isSameServer(a: RemoteServer, b: RemoteServer): boolean {
  const keys = ['name', 'model', 'version', 'server', 'serverVersion', 'platform'] as const;
  return keys.every((key) => a[key] === b[key]);
}

/** For a person: `gpu-1 (chest_adult 1 on triton 2.51.0)`. */
export function remoteWords({ name, model, version, server, serverVersion }: RemoteServer): string {
  return `${name} (${model}${version === null ? '' : ` ${version}`} on ${server} ${serverVersion})`;
}
