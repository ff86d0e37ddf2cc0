import type { DataSet } from 'dicom-parser';
import { Refused } from '../shared/errors.ts';
import type { DecodedFrame } from '../shared/pixels.ts';
import { elementBytes } from './data-set.ts';
import { readDescriptor, readEntries } from './lookup-table.ts';
import type { ParsedObject } from './parse-object.ts';

/** One colour of a palette: what stored values from `first` on become. */
interface PaletteChannel {
  readonly first: number;
  readonly bits: number;
  readonly entries: ArrayLike<number>;
}

const bad = (words: string): Refused =>
  new Refused('bad-palette', `The colour palette cannot be used: ${words}.`);

/**
 * Expands a segmented table (PS3.3 C.7.9.2): discrete, linear and indirect segments.
 * @param data the fields: bytes where entries have 8 bits, else words
 * @param perOffset fields of an indirect segment's offset, which counts bytes: 4 of 8 bits or 2 of 16
 */
function expandSegments(data: ArrayLike<number>, count: number, perOffset: 2 | 4): number[] {
  const bits = perOffset === 4 ? 8 : 16;
  const out: number[] = [];
  const field = (at: number): number => {
    const value = data[at];
    if (value === undefined) throw bad('a segment is cut off');
    return value;
  };
  function run(start: number, segments: number, depth: number): void {
    let at = start;
    for (let done = 0; done < segments && at < data.length && out.length < count; done++) {
      const opcode = field(at);
      const length = field(at + 1);
      if (opcode === 0) {
        for (let i = 0; i < length; i++) out.push(field(at + 2 + i));
        at += 2 + length;
      } else if (opcode === 1) {
        const from = out[out.length - 1];
        const to = field(at + 2);
        if (from === undefined) throw bad('a line begins nowhere');
        for (let i = 1; i <= length; i++) out.push(Math.round(from + ((to - from) * i) / length));
        at += 3;
      } else if (opcode === 2) {
        if (depth > 0) throw bad('an indirect segment leads nowhere');
        let offset = 0;
        for (let i = 0; i < perOffset; i++) offset += field(at + 2 + i) * 2 ** (bits * i);
        run(Math.floor(offset / (bits / 8)), length, depth + 1);
        at += 2 + perOffset;
      } else throw bad(`segment type ${opcode}`);
    }
  }
  run(0, Number.POSITIVE_INFINITY, 0);
  return out;
}

function readChannel(dataSet: DataSet, index: number, signed: boolean): PaletteChannel {
  const descriptor = readDescriptor(dataSet, `x0028110${index}`, signed);
  if (!descriptor) throw bad('its descriptor is missing');
  const { count, first, bits } = descriptor;
  if (bits !== 8 && bits !== 16) throw bad(`entries of ${bits} bits`);
  const plain = elementBytes(dataSet, `x0028120${index}`);
  const segmentedTag = `x0028122${index}`;
  const segmented = plain ? null : elementBytes(dataSet, segmentedTag);
  let entries: ArrayLike<number>;
  if (plain) entries = readEntries(dataSet, `x0028120${index}`, plain, count, bits);
  else if (segmented && bits === 8) {
    // Fields of 8 bits, two a word: all of them, so that the words' own count decides.
    const fields = readEntries(dataSet, segmentedTag, segmented, segmented.length, 8);
    entries = expandSegments(fields, count, 4);
  } else if (segmented) {
    entries = expandSegments(
      readEntries(dataSet, segmentedTag, segmented, segmented.length >> 1, 16),
      count,
      2,
    );
  } else throw bad('a colour has no table');
  if (entries.length !== count) throw bad(`${entries.length} entries where ${count} are described`);
  return { first, bits, entries };
}

/** The three tables, 8 bits an entry. */
function readPalette(dataSet: DataSet, signed: boolean): { first: number; entries: Uint8Array }[] {
  const channels = [1, 2, 3].map((index) => readChannel(dataSet, index, signed));
  // Entries of 16 bits that use only the lower byte are a known fault of writers; the greatest of all three tables tells.
  const wide = channels.some(({ entries }) => Array.prototype.some.call(entries, (value) => value > 255));
  return channels.map(({ first, bits, entries }) => {
    const shift = bits === 16 && wide ? 8 : 0;
    return { first, entries: Uint8Array.from(entries, (value) => value >> shift) };
  });
}

/**
 * A frame of palette indices as 8-bit RGB for display. Values below the first entry take the first, above the last the last.
 * @throws Refused `bad-palette`
 */
export function toDisplayRgb(object: ParsedObject, frame: DecodedFrame): DecodedFrame {
  if (frame.photometric !== 'PALETTE COLOR' || frame.samples !== 1)
    throw bad('the pixels are no palette indices');
  const signed = frame.type.startsWith('int');
  const channels = readPalette(object.dataSet, signed);
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
