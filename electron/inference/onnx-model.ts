import type { OnnxReader } from '../shared/ports.ts';

/** Protobuf wire types (developers' guide 'Encoding'): what follows a field's key. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** Fields of onnx.proto3. */
const MODEL_GRAPH = 7;
const MODEL_OPSET_IMPORT = 8;
const MODEL_FUNCTIONS = 25;
const OPSET_DOMAIN = 1;
const OPSET_VERSION = 2;

interface Field {
  readonly number: number;
  readonly value: number;
  /** Of a field with a length; empty for others. */
  readonly bytes: Uint8Array;
}

/** Fields of one message, those inside others unopened. Ends where the bytes make no sense. */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) return Number.NaN;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const key = varint();
    const wire = key % 8;
    const number = Math.floor(key / 8);
    const value = wire === VARINT || wire === LENGTH ? varint() : 0;
    const length = wire === LENGTH ? value : wire === FIXED64 ? 8 : wire === FIXED32 ? 4 : 0;
    const known = wire === VARINT || wire === LENGTH || wire === FIXED64 || wire === FIXED32;
    if (!known || !Number.isSafeInteger(value) || at + length > bytes.length) return;
    yield { number, value, bytes: bytes.subarray(at, at + (wire === LENGTH ? length : 0)) };
    at += length;
  }
}

/** The version of the ONNX operator set that a model's file asks for (domain '' or 'ai.onnx'); null where it names none, or is no model. */
export function opsetOf(model: Uint8Array): number | null {
  for (const field of fieldsOf(model)) {
    if (field.number !== MODEL_OPSET_IMPORT) continue;
    const parts = [...fieldsOf(field.bytes)];
    const domain = parts.find(({ number }) => number === OPSET_DOMAIN);
    const named = domain === undefined ? '' : new TextDecoder().decode(domain.bytes);
    if (named === '' || named === 'ai.onnx') {
      return parts.find(({ number }) => number === OPSET_VERSION)?.value ?? null;
    }
  }
  return null;
}

/** Which fields of a message hold which messages, as far as there are tensors in them. */
const INSIDE = {
  model: { [MODEL_GRAPH]: 'graph', [MODEL_FUNCTIONS]: 'function' },
  function: { 7: 'node', 11: 'attribute' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
} as const satisfies Record<string, Readonly<Record<number, string>>>;
type Message = keyof typeof INSIDE;

const TENSOR_EXTERNAL_DATA = 13;
const TENSOR_DATA_LOCATION = 14;
/** Graphs in graphs (If, Loop) beyond this are no network that anybody trained. */
const DEPTH = 64;

/**
 * True where a tensor of the model lies in another file. Threat: such a file is not hashed with the weights, and its path may lead anywhere.
 * What is nested too deep to be looked at counts as such.
 */
export function hasExternalData(bytes: Uint8Array, message: Message = 'model', depth = 0): boolean {
  if (depth > DEPTH) return true;
  const inside: Readonly<Record<number, Message>> = INSIDE[message];
  for (const field of fieldsOf(bytes)) {
    if (message === 'tensor' && field.number === TENSOR_EXTERNAL_DATA) return true;
    if (message === 'tensor' && field.number === TENSOR_DATA_LOCATION && field.value !== 0) return true;
    const next = inside[field.number];
    if (next !== undefined && hasExternalData(field.bytes, next, depth + 1)) return true;
  }
  return false;
}

const GRAPH_INITIALIZER = 5;
const GRAPH_INPUT = 11;
const GRAPH_OUTPUT = 12;
const TENSOR_NAME = 8;
const VALUE_NAME = 1;

/** Names of the graph's inputs and outputs, in its order; weights that are listed as inputs too (IR version 3) are none. */
export function graphNames(model: Uint8Array): { inputs: string[]; outputs: string[] } {
  const graph = [...fieldsOf(model)].find(({ number }) => number === MODEL_GRAPH);
  const parts = graph === undefined ? [] : [...fieldsOf(graph.bytes)];
  const namesOf = (part: number, name: number): string[] =>
    parts
      .filter(({ number }) => number === part)
      .flatMap(({ bytes }) => [...fieldsOf(bytes)].filter(({ number }) => number === name))
      .map(({ bytes }) => new TextDecoder().decode(bytes));
  const weights = new Set(namesOf(GRAPH_INITIALIZER, TENSOR_NAME));
  return {
    inputs: namesOf(GRAPH_INPUT, VALUE_NAME).filter((name) => !weights.has(name)),
    outputs: namesOf(GRAPH_OUTPUT, VALUE_NAME),
  };
}

const TENSOR_DIMS = 1;

/** How many numbers the graph's weights hold. */
export function parametersOf(model: Uint8Array): number {
  const graph = [...fieldsOf(model)].find(({ number }) => number === MODEL_GRAPH);
  let sum = 0;
  for (const part of graph === undefined ? [] : fieldsOf(graph.bytes)) {
    if (part.number !== GRAPH_INITIALIZER) continue;
    let size = 1;
    for (const field of fieldsOf(part.bytes)) {
      if (field.number !== TENSOR_DIMS) continue;
      // Packed (one field of varints) or one field each.
      size *= field.bytes.length === 0 ? field.value : packed(field.bytes).reduce((a, b) => a * b, 1);
    }
    sum += size;
  }
  return sum;
}

function packed(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let value = 0;
  let shift = 0;
  for (const byte of bytes) {
    value += (byte & 0x7f) * 2 ** shift;
    shift += 7;
    if (byte >= 0x80) continue;
    values.push(value);
    value = 0;
    shift = 0;
  }
  return values;
}

export const onnxReader: OnnxReader = {
  read: (model) => ({ ...graphNames(model), opset: opsetOf(model), parameters: parametersOf(model) }),
};
