/** True where the bytes are a DICOM Part 10 file (PS3.10 §7.1), whatever its preamble looks like. */
export function isPart10(bytes: Uint8Array): boolean {
  return bytes[128] === 0x44 && bytes[129] === 0x49 && bytes[130] === 0x43 && bytes[131] === 0x4d;
}

/** True for a ZIP archive: a local file header, or the end record of an empty one. */
export function isZip(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b || isPart10(bytes)) return false;
  return (bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6);
}
