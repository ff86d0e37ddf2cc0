import * as z from 'zod';
import type { RemoteTensor } from '../../shared/remote.ts';
import type { Answered } from './http-exchange.ts';
import { JSON_LENGTH_HEADER } from './infer-request.ts';
import type { TensorFacts } from './server-facts.ts';

/** What is wrong with an answer, as the end of the sentence `Server gpu-1 …`. */
export class AnswerFault extends Error {}

/** What is optional by the protocol is left out by some servers, and null by others (those that answer from Python). */
const outputSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().positive()).max(8),
  datatype: z.string(),
  parameters: z.object({ binary_data_size: z.int().nonnegative().nullish() }).nullish(),
  data: z.array(z.unknown()).nullish(),
});
type Output = z.infer<typeof outputSchema>;

const responseSchema = z.object({
  model_name: z.string(),
  model_version: z.union([z.string(), z.number().transform(String)]).nullish(),
  outputs: z.array(outputSchema).max(1000),
});

export interface InferAnswer {
  readonly model: string;
  readonly version: string | null;
  /** Of each image of the request, by name. */
  readonly images: ReadonlyMap<string, RemoteTensor>[];
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function split({ headers, bytes }: Answered): { json: Uint8Array; binary: Uint8Array } {
  const header = headers[JSON_LENGTH_HEADER.toLowerCase()];
  if (header === undefined) return { json: bytes, binary: new Uint8Array() };
  const length = Number(header);
  if (!/^\d+$/.test(String(header)) || length > bytes.length)
    throw new AnswerFault(`states a JSON of ${String(header)} bytes in an answer of ${bytes.length}`);
  return { json: bytes.subarray(0, length), binary: bytes.subarray(length) };
}

function parse(json: Uint8Array): z.infer<typeof responseSchema> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    // A value that is no number is written by some servers as NaN, which is no JSON.
    throw new AnswerFault('gives an answer that is no JSON (a value that is no number makes it none)');
  }
  const parsed = responseSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AnswerFault(
    `gives an answer that is not as the protocol says: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}

/** Row by row, nested as the shape is or flat (both are allowed); never deeper than the shape has dimensions. */
function flatten(name: string, data: readonly unknown[], length: number, depth: number): Float32Array {
  const values = new Float32Array(length);
  let at = 0;
  const take = (items: readonly unknown[], left: number): void => {
    for (const item of items) {
      if (Array.isArray(item) && left > 1) take(item, left - 1);
      else if (typeof item !== 'number')
        throw new AnswerFault(`gives a value in output ${name} that is no number`);
      else if (at === length) throw new AnswerFault(`gives more values in output ${name} than its shape has`);
      else values[at++] = item;
    }
  };
  take(data, Math.max(1, depth));
  if (at < length) throw new AnswerFault(`gives ${at} values in output ${name}, whose shape has ${length}`);
  return values;
}

function valuesOf({ name, shape, data, parameters }: Output, chunk: Uint8Array | null): Float32Array {
  const length = sizeOf(shape);
  if (chunk === null) {
    if (data == null) throw new AnswerFault(`gives output ${name} without values`);
    return flatten(name, data, length, shape.length);
  }
  if (chunk.length !== 4 * length)
    throw new AnswerFault(
      `gives ${parameters?.binary_data_size ?? 0} bytes for output ${name}, whose shape has ${4 * length}`,
    );
  // A copy, since float32 must begin at a multiple of four (a Buffer's slice is none).
  return new Float32Array(new Uint8Array(chunk).buffer);
}

/** The outputs with their bytes, which lie behind the JSON in the order of the outputs. */
function withBytes(outputs: readonly Output[], binary: Uint8Array): Map<string, [Output, Uint8Array | null]> {
  const found = new Map<string, [Output, Uint8Array | null]>();
  let at = 0;
  for (const output of outputs) {
    const size = output.parameters?.binary_data_size ?? undefined;
    const chunk = size === undefined ? null : binary.subarray(at, at + size);
    if (chunk !== null && chunk.length !== size)
      throw new AnswerFault(`breaks off in the middle of output ${output.name}`);
    at += size ?? 0;
    if (found.has(output.name)) throw new AnswerFault(`gives output ${output.name} twice`);
    found.set(output.name, [output, chunk]);
  }
  if (at !== binary.length)
    throw new AnswerFault(`gives ${binary.length - at} bytes more than its outputs have`);
  return found;
}

function checkShape(shape: readonly number[], { name, shape: stated }: TensorFacts, count: number): void {
  const fits =
    shape.length === stated.length &&
    shape.every((size, at) => {
      const expected = stated[at] as number;
      return at === 0 && expected === -1 ? size === count : expected === -1 || size === expected;
    });
  if (fits) return;
  throw new AnswerFault(
    `gives output ${name} in the shape [${shape.join(', ')}] for ${count} image${count === 1 ? '' : 's'}; its metadata says [${stated.join(', ')}]`,
  );
}

/**
 * Reads the answer to an inference request.
 *
 * @param outputs What was asked for, as the model's metadata describes it.
 * @param count Images in the request.
 * @throws AnswerFault where an output is missing, or of another type or shape, or holds a value that is no finite number; where bytes are
 *   missing or left over.
 */
export function inferResponse(answer: Answered, outputs: readonly TensorFacts[], count: number): InferAnswer {
  const { json, binary } = split(answer);
  const response = parse(json);
  const found = withBytes(response.outputs, binary);
  const images = Array.from({ length: count }, () => new Map<string, RemoteTensor>());
  for (const facts of outputs) {
    const { name } = facts;
    const [output, chunk] = found.get(name) ?? [];
    if (output === undefined) throw new AnswerFault(`does not give output ${name}`);
    if (output.datatype !== 'FP32')
      throw new AnswerFault(`gives output ${name} as ${output.datatype.slice(0, 20)}, not as FP32`);
    checkShape(output.shape, facts, count);
    // Threat: where the metadata leaves a dimension open, a short answer that states a shape of gigabytes.
    if (sizeOf(output.shape) > answer.bytes.length)
      throw new AnswerFault(`states a shape of output ${name} that is larger than its answer`);
    const values = valuesOf(output, chunk ?? null);
    if (!values.every(Number.isFinite))
      throw new AnswerFault(`gives values in output ${name} that are no finite numbers`);
    const shape = count === 1 ? output.shape : [1, ...output.shape.slice(1)];
    const each = values.length / count;
    for (const [at, image] of images.entries())
      image.set(name, { shape, values: values.subarray(at * each, (at + 1) * each) });
  }
  return { model: response.model_name, version: response.model_version ?? null, images };
}
