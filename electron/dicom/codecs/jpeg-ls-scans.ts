import { codecFailed } from './codec-image.ts';

/** The marker that ends a scan: 0xFF and a byte from 0x80 on, since a bit of 0 is stuffed after 0xFF (ISO 14495-1 §C.1, A.1); restarts go on. */
function scanEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next >= 0x80 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw codecFailed('the JPEG-LS stream ends too early');
}

/**
 * Checks that every scan of a JPEG-LS stream is closed by a marker and the whole by its end mark. CharLS reads four thousand million
 * zeros where one is missing, which takes ten seconds and more.
 * @throws Refused `codec-failed`
 */
export function checkJpegLsScans(bytes: Uint8Array): void {
  let at = 2;
  let scans = 0;
  for (;;) {
    if (at + 2 > bytes.length) throw codecFailed('the JPEG-LS stream ends too early');
    if (bytes[at] !== 0xff) throw codecFailed('the JPEG-LS stream is damaged between its parts');
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) break;
    if (at + 4 > bytes.length) throw codecFailed('the JPEG-LS stream ends too early');
    const length = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    if (length < 2) throw codecFailed('the JPEG-LS stream is damaged between its parts');
    at += 2 + length;
    if (marker !== 0xda) continue;
    scans += 1;
    at = scanEnd(bytes, at);
  }
  if (scans === 0) throw codecFailed('the JPEG-LS stream holds no image');
}
