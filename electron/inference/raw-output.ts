import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';

/**
 * What a network gave, as the record keeps it: so that a replay can say not only that something differs but where. Up to
 * `EXACT_VALUES` values are kept as they are; of larger maps samples, every n-th row and column so that they are at most
 * `MOST_SAMPLES`, each as one of 4,096 steps between the least and the greatest, as its difference from the one before it. The SHA-256 is
 * always of all the exact values, as little endian float32.
 */
const EXACT_VALUES = 4096;
const MOST_SAMPLES = 16_384;
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

const deflate = promisify(deflateRaw) as (bytes: Uint8Array, options: { level: number }) => Promise<Buffer>;

export const hashOfValues = (values: Float32Array): string => hash('sha256', littleEndianBytes(values));

/** Every n-th row and column of a map, n the least that leaves no more than `MOST_SAMPLES`. */
function samplesOf(values: Float32Array, columns: number): Float32Array {
  const rows = Math.floor(values.length / columns);
  let each = 1;
  while (Math.ceil(rows / each) * Math.ceil(columns / each) > MOST_SAMPLES) each += 1;
  if (each === 1) return values;
  const samples = new Float32Array(Math.ceil(rows / each) * Math.ceil(columns / each));
  let at = 0;
  for (let row = 0; row < rows; row += each) {
    for (let column = 0; column < columns; column += each) {
      samples[at++] = values[row * columns + column] as number;
    }
  }
  return samples;
}

/**
 * Packs finite values. What takes the time goes on beside this thread; the values are read before this returns.
 *
 * @param columns The last dimension of the output's shape.
 */
export async function packValues(values: Float32Array, columns = 1): Promise<Uint8Array<ArrayBuffer>> {
  const head = new Uint8Array(HEAD_BYTES);
  const view = new DataView(head.buffer);
  if (values.length <= EXACT_VALUES) {
    head[0] = EXACT;
    return Buffer.concat([head, await deflate(littleEndianBytes(values).slice(), { level: 1 })]);
  }
  const samples = samplesOf(values, Math.max(1, columns));
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i] as number;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const scale = greatest === least ? 0 : STEPS / (greatest - least);
  // High bytes and low bytes apart: the high ones repeat, and that is what deflate finds.
  const planes = new Uint8Array(samples.length * 2);
  let last = 0;
  for (let i = 0; i < samples.length; i++) {
    const step = Math.round(((samples[i] as number) - least) * scale);
    const difference = (step - last) & STEPS;
    planes[i] = difference >> 8;
    planes[samples.length + i] = difference & 0xff;
    last = step;
  }
  head[0] = STEPPED;
  view.setFloat32(1, least, true);
  view.setFloat32(5, greatest, true);
  return Buffer.concat([head, await deflate(planes, { level: 1 })]);
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
