import { Bug, type WireError } from '../../electron/shared/errors.ts';
import type { FrameValues, LookupTable } from '../../electron/shared/frame-values.ts';
import type { FrameWithValues, PixelArray, PixelType } from '../../electron/shared/pixels.ts';
import type { FrameRef } from '../../electron/shared/read.ts';

/** One frame of a slab: its stored values, or why it has none. */
export type SlabFrame = FrameRef &
  (
    | { readonly status: 'decoded'; readonly decoded: FrameWithValues }
    | { readonly status: 'failed'; readonly error: WireError }
  );

interface SlabEntry extends FrameRef {
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
  readonly type: PixelType;
  readonly photometric: string;
  /** Tables are named by their place in the slab's `tables`. */
  readonly values: Omit<FrameValues, 'modalityLut' | 'voiLut'> & {
    readonly modalityLut: number | null;
    readonly voiLut: number | null;
  };
  readonly offset: number;
  readonly byteLength: number;
  readonly error?: WireError;
}

const VIEWS: Record<PixelType, new (buffer: ArrayBuffer, offset: number, length: number) => PixelArray> = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};
const BYTES: Record<PixelType, number> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
};

/**
 * Takes a slab (docs/architecture.md) apart without copying: each frame's values are a view into `buffer`.
 * Values are little endian, as is every machine that runs a browser.
 *
 * @throws Bug where the bytes are not a slab, or a frame's length does not fit its own description.
 */
export function parseSlab(buffer: ArrayBuffer): SlabFrame[] {
  const view = new DataView(buffer);
  if (buffer.byteLength < 8 || view.getUint32(0) !== 0x4f564631) throw new Bug('The reply is not a slab.');
  const headerLength = view.getUint32(4, true);
  const start = 8 + headerLength;
  if (start > buffer.byteLength || start % 8 !== 0) throw new Bug('The header of the slab is cut off.');
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, headerLength))) as {
    frames: SlabEntry[];
    tables: LookupTable[];
  };
  return header.frames.map((entry) => frameOf(entry, header.tables, buffer, start));
}

function tableAt(tables: readonly LookupTable[], index: number | null): LookupTable | null {
  if (index === null) return null;
  const table = tables[index];
  if (table === undefined) throw new Bug(`The slab names a table ${index} that it does not hold.`);
  return table;
}

function frameOf(
  entry: SlabEntry,
  tables: readonly LookupTable[],
  buffer: ArrayBuffer,
  start: number,
): SlabFrame {
  const { sopInstanceUID, frame } = entry;
  if (entry.error !== undefined) return { sopInstanceUID, frame, status: 'failed', error: entry.error };
  const { rows, columns, samples, type, photometric, offset, byteLength } = entry;
  const values = rows * columns * samples;
  if (byteLength !== values * BYTES[type] || start + offset + byteLength > buffer.byteLength) {
    throw new Bug(`Frame ${frame} of ${sopInstanceUID} is longer or shorter than its matrix.`);
  }
  const data = new VIEWS[type](buffer, start + offset, values);
  return {
    sopInstanceUID,
    frame,
    status: 'decoded',
    decoded: {
      rows,
      columns,
      samples,
      type,
      photometric,
      data,
      values: {
        ...entry.values,
        modalityLut: tableAt(tables, entry.values.modalityLut),
        voiLut: tableAt(tables, entry.values.voiLut),
      },
    },
  };
}
