/** Protobuf wire types (developers' guide 'Encoding'): what follows a field's key. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** Fields of onnx.proto3. */
const MODEL_OPSET_IMPORT = 8;
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
