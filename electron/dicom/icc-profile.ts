import { createHash } from 'node:crypto';
import type { DataSet } from 'dicom-parser';
import type { IccProfile } from '../shared/pixels.ts';
import { elementBytes, items, plainText } from './data-set.ts';

const ICC_PROFILE = 'x00282000';
const COLOUR_SPACE = 'x00282002';
const OPTICAL_PATH = 'x00480105';

/** The bytes of ICC Profile (0028,2000): of the image, else of the one optical path of a microscope image (PS3.3 C.8.12.5). */
export function iccProfileBytes(dataSet: DataSet): Uint8Array | null {
  const own = elementBytes(dataSet, ICC_PROFILE);
  if (own) return own;
  const [path] = items(dataSet, OPTICAL_PATH);
  return path ? elementBytes(path, ICC_PROFILE) : null;
}

const ascii = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
  return text.trim();
};

/** The profile's own name: its 'desc' tag as text (ICC.1:2001 §6.5.17) or multi-localised Unicode (ICC.1:2010 §10.13). */
function descriptionOf(profile: Uint8Array): string {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  if (profile.length < 132) return '';
  const tags = Math.min(view.getUint32(128), 100);
  for (let i = 0; i < tags && 144 + i * 12 <= profile.length; i++) {
    const at = 132 + i * 12;
    if (view.getUint32(at) !== 0x64657363) continue;
    const start = view.getUint32(at + 4);
    const end = start + view.getUint32(at + 8);
    if (start + 28 > profile.length || end > profile.length) return '';
    const type = ascii(profile.subarray(start, start + 4));
    if (type === 'desc') {
      const length = Math.min(view.getUint32(start + 8), 200);
      return ascii(profile.subarray(start + 12, Math.min(end, start + 12 + length)));
    }
    if (type === 'mluc') {
      const length = Math.min(view.getUint32(start + 20), 400);
      const from = start + view.getUint32(start + 24);
      // UTF-16 big endian; what lies outside ASCII is left out.
      return ascii(profile.subarray(from, Math.min(end, from + length)));
    }
  }
  return '';
}

/**
 * What the file says of the colours of its pixels: hash, size and name of its ICC profile. Null where it has none.
 * `srgb`: by Color Space (0028,2002) or by the profile's own name; then the pixels are what a screen expects.
 */
export function readIccProfile(dataSet: DataSet): IccProfile | null {
  const profile = iccProfileBytes(dataSet);
  if (!profile) return null;
  const description = descriptionOf(profile).slice(0, 100);
  return {
    sha256: createHash('sha256').update(profile).digest('hex'),
    bytes: profile.length,
    description,
    srgb: plainText(dataSet, COLOUR_SPACE) === 'SRGB' || /^sRGB\b/i.test(description),
  };
}
