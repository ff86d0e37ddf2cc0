import { Bug } from '../shared/errors.ts';
import type { ElementValue } from './dicom-element.ts';

/** Bytes a number of each binary VR takes. */
const NUMBER_SIZE: Readonly<Record<string, number>> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8 };

/** Longest value of text VRs in characters (PS3.5 §6.2). */
const LIMITS: Readonly<Record<string, number>> = {
  AE: 16,
  AS: 4,
  CS: 16,
  DA: 8,
  DS: 16,
  DT: 26,
  IS: 12,
  LO: 64,
  LT: 10_240,
  PN: 194,
  SH: 16,
  ST: 1024,
  TM: 14,
  UI: 64,
};
const TEXT = new Set([...Object.keys(LIMITS), 'UC', 'UR', 'UT']);
const BINARY = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);

/** A number as a DS of at most 16 characters. */
function decimalString(value: number): string {
  const plain = String(value);
  if (plain.length <= 16) return plain;
  for (let digits = 16; digits > 0; digits--) {
    const short = String(Number(value.toPrecision(digits)));
    if (short.length <= 16) return short;
  }
  throw new Bug(`${value} does not fit a DS`);
}

function encodeText(tag: string, vr: string, value: ElementValue): Uint8Array {
  const values = (Array.isArray(value) ? value : [value]) as readonly (string | number)[];
  const words = values.map((one) => {
    if (typeof one === 'string') return one;
    if (!Number.isFinite(one) || (vr === 'IS' && !Number.isInteger(one)))
      throw new Bug(`${one} is no ${vr} for (${tag})`);
    return vr === 'DS' ? decimalString(one) : String(one);
  });
  const limit = LIMITS[vr] ?? Number.POSITIVE_INFINITY;
  for (const word of words) {
    if (word.length > limit)
      throw new Bug(`'${word}' is longer than the ${limit} characters of ${vr} (${tag})`);
  }
  const bytes = Buffer.from(words.join('\\'), 'utf8');
  const pad = bytes.length % 2 === 0 ? '' : vr === 'UI' ? '\0' : ' ';
  return pad === '' ? bytes : Buffer.concat([bytes, Buffer.from(pad)]);
}

function encodeNumbers(tag: string, vr: string, size: number, value: ElementValue): Uint8Array {
  const values = (Array.isArray(value) ? value : [value]) as readonly number[];
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  values.forEach((one, i) => {
    if (typeof one !== 'number') throw new Bug(`(${tag}) takes numbers`);
    const at = i * size;
    const bits = size * 8;
    const low = vr.startsWith('S') ? -(2 ** (bits - 1)) : 0;
    const whole = vr === 'FL' || vr === 'FD';
    if (!whole && (!Number.isInteger(one) || one < low || one >= low + 2 ** bits))
      throw new Bug(`${one} is no ${vr} (${tag})`);
    if (vr === 'FL') view.setFloat32(at, one, true);
    else if (vr === 'FD') view.setFloat64(at, one, true);
    else if (size === 2) view.setUint16(at, one & 0xffff, true);
    else view.setUint32(at, one >>> 0, true);
  });
  return bytes;
}

function encodeTag(tag: string, value: ElementValue): Uint8Array {
  if (typeof value !== 'string' || !/^[0-9A-Fa-f]{8}$/.test(value)) throw new Bug(`(${tag}) takes a tag`);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(Number.parseInt(value.slice(0, 4), 16), 0);
  bytes.writeUInt16LE(Number.parseInt(value.slice(4), 16), 2);
  return bytes;
}

/** The bytes of one value, little endian, of even length; text in UTF-8 (Specific Character Set is the caller's to state). */
export function encodeValue(tag: string, vr: string, value: ElementValue): Uint8Array {
  const size = NUMBER_SIZE[vr];
  if (size !== undefined) return encodeNumbers(tag, vr, size, value);
  if (TEXT.has(vr)) return encodeText(tag, vr, value);
  if (vr === 'AT') return encodeTag(tag, value);
  if (BINARY.has(vr) && value instanceof Uint8Array) {
    return value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)]);
  }
  throw new Bug(`element (${tag}) of VR ${vr} cannot be written from this value`);
}
