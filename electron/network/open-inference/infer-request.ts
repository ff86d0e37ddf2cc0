import type { RemoteSignature } from '../../shared/remote.ts';

/** The length of the JSON before the binary tensors (binary tensor data extension). */
export const JSON_LENGTH_HEADER = 'Inference-Header-Content-Length';

export interface InferBody {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

const encoder = new TextEncoder();

/** Little endian float32, row by row; all systems that Overread runs on are little endian. */
function bytesOf(inputs: readonly Float32Array[]): Uint8Array {
  return Buffer.concat(
    inputs.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
}

/**
 * An inference request of the Open Inference Protocol v2: the input's name, shape, type and numbers, and the names of the outputs. There is
 * nothing else in it: no id, no parameter that is not needed, nothing about image, patient or file.
 *
 * @param inputs One image each, of `signature.input.shape`.
 * @param binary Whether the tensors travel as bytes behind the JSON; only for a server that lists `binary_tensor_data`.
 */
export function inferRequest(
  { input, outputs }: RemoteSignature,
  inputs: readonly Float32Array[],
  binary: boolean,
): InferBody {
  const shape = [inputs.length, ...input.shape.slice(1)];
  const described = { name: input.name, shape, datatype: 'FP32' };
  if (!binary) {
    const data = inputs.flatMap((values) => Array.from(values));
    const json = {
      inputs: [{ ...described, data }],
      outputs: outputs.map((name) => ({ name })),
    };
    return { bytes: encoder.encode(JSON.stringify(json)), headers: { 'Content-Type': 'application/json' } };
  }
  const tensor = bytesOf(inputs);
  const json = encoder.encode(
    JSON.stringify({
      inputs: [{ ...described, parameters: { binary_data_size: tensor.length } }],
      outputs: outputs.map((name) => ({ name, parameters: { binary_data: true } })),
    }),
  );
  return {
    bytes: Buffer.concat([json, tensor]),
    headers: { 'Content-Type': 'application/octet-stream', [JSON_LENGTH_HEADER]: String(json.length) },
  };
}
