import { hash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * What a network gave, as the record keeps it: so that a replay can say not only that something differs but where. Up to
 * `EXACT_VALUES` values are kept as they are; of larger maps each value is kept as one of 4,096 steps between the least and the
 * greatest, as its difference from the one before it, which makes them ten times smaller. The SHA-256 is always of the exact values, as
 * little endian float32.
 */
const EXACT_VALUES = 4096;
const STEPS = 4095;

const EXACT = 0;
const STEPPED = 1;
/** The kind, then (of a stepped one) least and greatest value as float32. */
const HEAD_BYTES = 9;

/** The bytes of float32 values, little endian on every machine. */
function bytesOf(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setFloat32(i * 4, value, true);
  return bytes;
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The same, without a copy where the machine's own order is little endian (all that Overread runs on). */
function littleEndianBytes(values: Float32Array): Uint8Array {
  return littleEndian ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength) : bytesOf(values);
}

export const hashOfValues = (values: Float32Array): string => hash('sha256', littleEndianBytes(values));

/** Packs finite values. */
export function packValues(values: Float32Array): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(HEAD_BYTES);
  const view = new DataView(head.buffer);
  if (values.length <= EXACT_VALUES) {
    head[0] = EXACT;
    return Buffer.concat([head, deflateRawSync(littleEndianBytes(values), { level: 1 })]);
  }
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const scale = greatest === least ? 0 : STEPS / (greatest - least);
  // High bytes and low bytes apart: the high ones repeat, and that is what deflate finds.
  const planes = new Uint8Array(values.length * 2);
  let last = 0;
  for (let i = 0; i < values.length; i++) {
    const step = Math.round(((values[i] as number) - least) * scale);
    const difference = (step - last) & STEPS;
    planes[i] = difference >> 8;
    planes[values.length + i] = difference & 0xff;
    last = step;
  }
  head[0] = STEPPED;
  view.setFloat32(1, least, true);
  view.setFloat32(5, greatest, true);
  return Buffer.concat([head, deflateRawSync(planes, { level: 1 })]);
}

export interface UnpackedValues {
  readonly values: Float32Array;
  /** By how much a value may differ from what it was; 0 where all are kept as they were. */
  readonly error: number;
}

/** What `packValues` packed. @throws where the bytes are no such thing: the record was damaged. */
export function unpackValues(packed: Uint8Array): UnpackedValues {
  const head = new DataView(packed.buffer, packed.byteOffset, HEAD_BYTES);
  const body = inflateRawSync(packed.subarray(HEAD_BYTES));
  if (packed[0] === EXACT) {
    const values = new Float32Array(body.length / 4);
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(i * 4, true);
    return { values, error: 0 };
  }
  const least = head.getFloat32(1, true);
  const step = (head.getFloat32(5, true) - least) / STEPS;
  const count = body.length / 2;
  const values = new Float32Array(count);
  let last = 0;
  for (let i = 0; i < count; i++) {
    last = (last + (((body[i] as number) << 8) | (body[count + i] as number))) & STEPS;
    values[i] = least + last * step;
  }
  // Half a step, and what float32 loses of the sum.
  return { values, error: step / 2 + Math.abs(least) * 1e-7 + Math.abs(step) * 1e-3 };
}
