import { badImage } from './plain-image.ts';

/** PackBits (TIFF 6.0 §9). */
export function expandPackBits(strip: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let at = 0;
  let done = 0;
  while (done < size) {
    const control = strip[at++];
    if (control === undefined) throw badImage('the TIFF file is cut off');
    if (control === 128) continue;
    const count = control < 128 ? control + 1 : 257 - control;
    if (count > size - done) throw badImage('the TIFF file is damaged');
    if (control < 128) {
      if (at + count > strip.length) throw badImage('the TIFF file is cut off');
      out.set(strip.subarray(at, at + count), done);
      at += count;
    } else out.fill(strip[at++] ?? 0, done, done + count);
    done += count;
  }
  return out;
}

const CLEAR = 256;
const END = 257;

/** LZW, most significant bit first, code width growing one code early (TIFF 6.0 §13). */
export function expandLzw(strip: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  /** Each code is a place in the output and a length: every string that it stands for has been written there before. */
  const places = new Uint32Array(4097);
  const lengths = new Uint16Array(4097);
  let next = 258;
  let width = 9;
  let bits = 0;
  let count = 0;
  let at = 0;
  let done = 0;
  let previous = -1;
  let previousPlace = 0;
  let previousLength = 0;
  while (done < size) {
    while (count < width) {
      const byte = strip[at++];
      if (byte === undefined) throw badImage('the TIFF file is cut off');
      bits = ((bits << 8) | byte) & 0xff_ffff;
      count += 8;
    }
    const code = (bits >> (count - width)) & ((1 << width) - 1);
    count -= width;
    if (code === END) throw badImage('the TIFF file is cut off');
    if (code === CLEAR) {
      next = 258;
      width = 9;
      previous = -1;
      continue;
    }
    const start = done;
    if (code < 256) out[done++] = code;
    else {
      const fresh = code === next && previous >= 0;
      if (!fresh && code >= next) throw badImage('the TIFF file is damaged');
      const place = fresh ? previousPlace : (places[code] as number);
      const length = fresh ? previousLength + 1 : (lengths[code] as number);
      // A string may run into itself: its last byte is the first one just written.
      for (let i = 0; i < length && done < size; i++) out[done++] = out[place + i] as number;
    }
    if (previous >= 0 && next < 4096) {
      places[next] = previousPlace;
      lengths[next] = previousLength + 1;
      next++;
    }
    previous = code;
    previousPlace = start;
    previousLength = done - start;
    if (next >= (1 << width) - 1 && width < 12) width++;
  }
  return out;
}
