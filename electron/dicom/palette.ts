import type { DataSet } from 'dicom-parser';
import { Refused } from '../shared/errors.ts';
import type { DecodedFrame } from '../shared/pixels.ts';
import { elementBytes } from './data-set.ts';
import type { ParsedObject } from './parse-object.ts';

/** One colour of a palette: what stored values from `first` on become, 8 bits each. */
interface PaletteChannel {
  readonly first: number;
  readonly entries: Uint8Array;
}

const bad = (words: string): Refused =>
  new Refused('bad-palette', `The colour palette cannot be used: ${words}.`);

interface Descriptor {
  readonly count: number;
  readonly first: number;
  readonly bits: number;
}

/** (0028,1101–1103): number of entries (0 is 65,536), first stored value mapped, bits of an entry (PS3.3 C.7.6.3.1.5). */
function readDescriptor(dataSet: DataSet, tag: string, signed: boolean): Descriptor {
  const count = dataSet.uint16(tag, 0);
  const first = signed ? dataSet.int16(tag, 1) : dataSet.uint16(tag, 1);
  const bits = dataSet.uint16(tag, 2);
  if (
    (elementBytes(dataSet, tag)?.length ?? 0) < 6 ||
    count === undefined ||
    first === undefined ||
    bits === undefined
  ) {
    throw bad('its descriptor is missing');
  }
  if (bits !== 8 && bits !== 16) throw bad(`entries of ${bits} bits`);
  return { count: count === 0 ? 65_536 : count, first, bits };
}

/** The words of a table, in the byte order of the data set. */
function words(dataSet: DataSet, tag: string, bytes: Uint8Array): number[] {
  return Array.from({ length: bytes.length >> 1 }, (_, i) => dataSet.uint16(tag, i) ?? 0);
}

/** Expands a segmented table (PS3.3 C.7.9.2): discrete, linear and indirect segments. */
function expandSegments(data: readonly number[], count: number): number[] {
  const out: number[] = [];
  function run(start: number, segments: number, depth: number): number {
    let at = start;
    for (let done = 0; done < segments && at < data.length && out.length < count; done++) {
      const opcode = data[at];
      const length = data[at + 1];
      if (length === undefined) throw bad('a segment is cut off');
      if (opcode === 0) {
        const values = data.slice(at + 2, at + 2 + length);
        if (values.length < length) throw bad('a segment is cut off');
        out.push(...values);
        at += 2 + length;
      } else if (opcode === 1) {
        const from = out[out.length - 1];
        const to = data[at + 2];
        if (from === undefined || to === undefined) throw bad('a segment is cut off');
        for (let i = 1; i <= length; i++) out.push(Math.round(from + ((to - from) * i) / length));
        at += 3;
      } else if (opcode === 2) {
        const low = data[at + 2];
        const high = data[at + 3];
        if (depth > 0 || low === undefined || high === undefined)
          throw bad('an indirect segment leads nowhere');
        run(((high << 16) | low) >> 1, length, depth + 1);
        at += 4;
      } else throw bad(`segment type ${opcode}`);
    }
    return at;
  }
  run(0, Number.POSITIVE_INFINITY, 0);
  return out;
}

function readChannel(dataSet: DataSet, index: number, signed: boolean): PaletteChannel {
  const descriptor = readDescriptor(dataSet, `x0028110${index}`, signed);
  const { count, first, bits } = descriptor;
  const plain = elementBytes(dataSet, `x0028120${index}`);
  const segmentedTag = `x0028122${index}`;
  const segmented = plain ? null : elementBytes(dataSet, segmentedTag);
  let values: number[];
  // 8-bit entries come packed two a word, or each in a word of its own: the length tells.
  if (plain && bits === 8 && plain.length < count * 2) values = Array.from(plain.subarray(0, count));
  else if (plain) values = words(dataSet, `x0028120${index}`, plain).slice(0, count);
  else if (segmented && bits === 8) throw bad('segments of 8-bit entries');
  else if (segmented) values = expandSegments(words(dataSet, segmentedTag, segmented), count);
  else throw bad('a colour has no table');
  if (values.length !== count) throw bad(`${values.length} entries where ${count} are described`);
  // Entries of 16 bits that use only the lower byte are a known fault of writers; the largest value tells.
  const shift = bits === 16 && values.some((value) => value > 255) ? 8 : 0;
  return { first, entries: Uint8Array.from(values, (value) => value >> shift) };
}

/**
 * A frame of palette indices as 8-bit RGB for display. Values below the first entry take the first, above the last the last.
 * @throws Refused `bad-palette`
 */
export function toDisplayRgb(object: ParsedObject, frame: DecodedFrame): DecodedFrame {
  if (frame.photometric !== 'PALETTE COLOR' || frame.samples !== 1)
    throw bad('the pixels are no palette indices');
  const signed = frame.type.startsWith('int');
  const channels = [1, 2, 3].map((index) => readChannel(object.dataSet, index, signed));
  const data = new Uint8Array(frame.data.length * 3);
  channels.forEach(({ first, entries }, channel) => {
    const last = entries.length - 1;
    for (let i = 0; i < frame.data.length; i++) {
      const index = Math.min(last, Math.max(0, (frame.data[i] as number) - first));
      data[i * 3 + channel] = entries[index] as number;
    }
  });
  return { rows: frame.rows, columns: frame.columns, samples: 3, type: 'uint8', photometric: 'RGB', data };
}
