import { Bug } from '../shared/errors.ts';
import type { ElementValue } from './dicom-element.ts';

/** Bytes a number of each binary VR takes. */
const NUMBER_SIZE: Readonly<Record<string, number>> = {
  US: 2,
  SS: 2,
  UL: 4,
  SL: 4,
  FL: 4,
  FD: 8,
  SV: 8,
  UV: 8,
};

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
/** Bytes of a unit of each binary VR: a value is whole units (PS3.5 §6.2). */
const BINARY: Readonly<Record<string, number>> = { OB: 1, OD: 8, OF: 4, OL: 4, OV: 8, OW: 2, UN: 1 };
/** Text that Specific Character Set is about; all other text is ASCII (PS3.5 §6.1.2.3). */
const ANY_CHARACTERS = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);
/** Of each of the three groups of a name (PS3.5 §6.2, PN). */
const NAME_GROUP = 64;
const IS_LIMIT = 2 ** 31;

const isAscii = (text: string): boolean => Buffer.byteLength(text, 'utf8') === text.length;

/** Whether text of this VR needs a Specific Character Set. */
export function needsCharacterSet(vr: string, value: ElementValue): boolean {
  if (!ANY_CHARACTERS.has(vr)) return false;
  const values = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return values.some((one) => typeof one === 'string' && !isAscii(one));
}

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
    if (!Number.isFinite(one) || (vr === 'IS' && !(Number.isInteger(one) && Math.abs(one) < IS_LIMIT)))
      throw new Bug(`${one} is no ${vr} for (${tag})`);
    return vr === 'DS' ? decimalString(one) : String(one);
  });
  const limit = LIMITS[vr] ?? Number.POSITIVE_INFINITY;
  for (const word of words) {
    if (word.length > limit)
      throw new Bug(`'${word}' is longer than the ${limit} characters of ${vr} (${tag})`);
    if (vr === 'PN' && word.split('=').some((group) => group.length > NAME_GROUP))
      throw new Bug(`a group of the name in (${tag}) is longer than ${NAME_GROUP} characters`);
    if (!ANY_CHARACTERS.has(vr) && !isAscii(word))
      throw new Bug(`'${word}' is more than ASCII, which ${vr} (${tag}) does not take`);
  }
  const bytes = Buffer.from(words.join('\\'), 'utf8');
  const pad = bytes.length % 2 === 0 ? '' : vr === 'UI' ? '\0' : ' ';
  return pad === '' ? bytes : Buffer.concat([bytes, Buffer.from(pad)]);
}

function encodeNumbers(tag: string, vr: string, size: number, value: ElementValue): Uint8Array {
  const values = (Array.isArray(value) ? value : value === '' ? [] : [value]) as readonly (number | bigint)[];
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  values.forEach((one, i) => {
    if (vr === 'SV' || vr === 'UV') {
      view.setBigUint64(i * size, wide(tag, vr, one), true);
      return;
    }
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

/** A 64-bit integer as its bits. */
function wide(tag: string, vr: string, value: number | bigint): bigint {
  const whole = typeof value === 'bigint' || Number.isSafeInteger(value);
  const bits = whole ? BigInt(value) : 0n;
  const [low, high] = vr === 'SV' ? [-(2n ** 63n), 2n ** 63n] : [0n, 2n ** 64n];
  if (!whole || bits < low || bits >= high) throw new Bug(`${value} is no ${vr} (${tag})`);
  return BigInt.asUintN(64, bits);
}

function encodeTags(tag: string, value: ElementValue): Uint8Array {
  const tags = (Array.isArray(value) ? value : value === '' ? [] : [value]) as readonly unknown[];
  const bytes = Buffer.alloc(tags.length * 4);
  tags.forEach((one, i) => {
    if (typeof one !== 'string' || !/^[0-9A-Fa-f]{8}$/.test(one)) throw new Bug(`(${tag}) takes a tag`);
    bytes.writeUInt16LE(Number.parseInt(one.slice(0, 4), 16), i * 4);
    bytes.writeUInt16LE(Number.parseInt(one.slice(4), 16), i * 4 + 2);
  });
  return bytes;
}

/** The bytes of one value, little endian, of even length; text in UTF-8 (Specific Character Set is the caller's to state). */
export function encodeValue(tag: string, vr: string, value: ElementValue): Uint8Array {
  const size = NUMBER_SIZE[vr];
  if (size !== undefined) return encodeNumbers(tag, vr, size, value);
  if (TEXT.has(vr)) return encodeText(tag, vr, value);
  if (vr === 'AT') return encodeTags(tag, value);
  const unit = BINARY[vr];
  if (unit !== undefined && value instanceof Uint8Array) {
    if (value.length % unit !== 0)
      throw new Bug(`${value.length} bytes are no whole values of ${vr} (${tag})`);
    return value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)]);
  }
  throw new Bug(`element (${tag}) of VR ${vr} cannot be written from this value`);
}
