import { stacksOfStored } from '../domain/series/stacks-of-stored.ts';
import { isStack } from '../domain/stack.ts';
import { Refused, toOverreadError, toWire } from '../shared/errors.ts';
import { freeBuffer } from '../shared/free-buffer.ts';
import type { FrameValues, LookupTable } from '../shared/frame-values.ts';
import type { DecodedFrame, ImageAttributes } from '../shared/pixels.ts';
import type { CancelSignal, Decoder, InstanceHeader, StudyRepository } from '../shared/ports.ts';
import type { ByteLocation } from '../shared/byte-source.ts';

/** Limits of one slab (docs/architecture.md). */
export const SLAB_FRAMES = 64;
export const SLAB_BYTES = 32 * 1024 * 1024;

const FLAG = 'A frame cannot be decoded: it is shown black with its reason.';

export interface SlabDeps {
  readonly studies: Pick<StudyRepository, 'instance' | 'instancesOfSeries' | 'flag' | 'detail' | 'withheld'>;
  readonly decoder: Pick<Decoder, 'decode'>;
  /** Called when a study got a flag that it did not have. */
  readonly flagged: (studyInstanceUID: string) => void;
  /** Who looks; null where nobody reads. What is withheld from them is as if it were not there. */
  readonly readerId: string | null;
}

interface FrameAddress {
  readonly header: InstanceHeader;
  readonly image: ImageAttributes;
  readonly location: ByteLocation;
  readonly frame: number;
}

/**
 * Frames `[from, from + count)` of one stack of a series, by its index in `SeriesDetail.stacks`; without a stack of the whole series in
 * display order, multi-frame instances unrolled.
 *
 * @throws Refused `series-unknown`, `stack-unknown`, `frame-unknown`.
 */
export function seriesSlab(
  deps: SlabDeps,
  seriesInstanceUID: string,
  from: number,
  count: number,
  signal?: CancelSignal,
  stack?: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const all = deps.studies.instancesOfSeries(seriesInstanceUID);
  const withheld = withheldAmong(deps, all);
  if (withheld.size === all.length && all.length > 0) {
    throw new Refused('series-unknown', 'This series is not here (any more).', { seriesInstanceUID });
  }
  const addresses =
    stack === undefined
      ? without(all, withheld).flatMap(framesOf)
      : stackAt(framesOfStacks(all, withheld), stack);
  return slab(deps, addresses, from, count, signal);
}

/** Frames `[from, from + count)` of one instance. Throws `Refused('instance-unknown' | 'frame-unknown')`. */
export function instanceSlab(
  deps: SlabDeps,
  sopInstanceUID: string,
  from: number,
  count: number,
  signal?: CancelSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const shown = deps.studies.instance(sopInstanceUID);
  if (withheldAmong(deps, [shown]).size > 0) {
    throw new Refused('instance-unknown', 'This object is not here (any more).', { sopInstanceUID });
  }
  return slab(deps, framesOf(shown), from, count, signal);
}

const NONE: ReadonlySet<string> = new Set();

/** Blind first: what an algorithm may have made has no frames for a reader who has not committed. Its SOP Instance UIDs. */
function withheldAmong(deps: SlabDeps, all: readonly Located[]): ReadonlySet<string> {
  const study = all[0]?.header.studyInstanceUID;
  if (study === undefined || all.every(({ header }) => (header.origin ?? 'known') === 'known')) return NONE;
  const withheld = deps.studies.withheld(study, deps.readerId);
  return new Set(all.map(({ header }) => header.sopInstanceUID).filter((uid) => withheld.has(uid)));
}

function without(all: readonly Located[], withheld: ReadonlySet<string>): readonly Located[] {
  return withheld.size === 0 ? all : all.filter(({ header }) => !withheld.has(header.sopInstanceUID));
}

interface Located {
  readonly header: InstanceHeader;
  readonly location: ByteLocation;
}

type Stacks = readonly (readonly FrameAddress[])[];

/**
 * Frames of each stack of a series, by the very array of its instances, which the store gives anew when they change, and by what of it is
 * withheld: whoever may see other instances has other stacks. It goes with the array.
 */
const stacksOfSeries = new WeakMap<readonly Located[], Map<string, Stacks>>();

function framesOfStacks(all: readonly Located[], withheld: ReadonlySet<string>): Stacks {
  const kept = stacksOfSeries.get(all) ?? new Map<string, Stacks>();
  stacksOfSeries.set(all, kept);
  // All, or all but what has one origin, or two: there are few sets.
  const key = [...withheld].join();
  const known = kept.get(key);
  if (known !== undefined) return known;
  const shown = without(all, withheld);
  const bySop = new Map(shown.map((one) => [one.header.sopInstanceUID, one]));
  const stacks = stacksOfStored(shown).map(({ runs }) =>
    runs.flatMap(({ sopInstanceUID, first, count }): FrameAddress[] => {
      const instance = bySop.get(sopInstanceUID);
      const image = instance?.header.image ?? null;
      if (instance === undefined || image === null) return [];
      const { header, location } = instance;
      return Array.from({ length: count }, (_, i) => ({ header, image, location, frame: first + i }));
    }),
  );
  kept.set(key, stacks);
  return stacks;
}

function stackAt(stacks: Stacks, index: number): readonly FrameAddress[] {
  const stack = stacks[index];
  if (stack !== undefined) return stack;
  throw new Refused(
    'stack-unknown',
    `The series has no stack ${index + 1}: it has ${stacks.length}. Open the study again.`,
    { stacks: stacks.length },
  );
}

/** Objects without pixels have no frames; neither have those that this build does not draw: they are listed by name. */
function framesOf(instance: Located): FrameAddress[] {
  const { header, location } = instance;
  const { image } = header;
  if (image === null || !isStack(header)) return [];
  return Array.from({ length: image.frames }, (_, frame) => ({ header, image, location, frame }));
}

async function slab(
  deps: SlabDeps,
  all: readonly FrameAddress[],
  from: number,
  count: number,
  signal: CancelSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const wanted = fitting(all.slice(from, from + Math.min(count, SLAB_FRAMES)));
  if (wanted.length === 0) {
    throw new Refused('frame-unknown', `There is no frame ${from + 1}: there are ${all.length}.`, {
      frames: all.length,
    });
  }
  const frames = await Promise.all(wanted.map((address) => decoded(deps, address, signal)));
  return packed(frames);
}

/** The longest beginning that stays within a slab by the sizes that the headers state; at least one frame. */
function fitting(addresses: readonly FrameAddress[]): FrameAddress[] {
  const taken: FrameAddress[] = [];
  let bytes = 0;
  for (const address of addresses) {
    const { rows, columns, samples, bitsAllocated } = address.image;
    bytes += rows * columns * samples * Math.max(1, Math.ceil(bitsAllocated / 8));
    if (taken.length > 0 && bytes > SLAB_BYTES) break;
    taken.push(address);
  }
  return taken;
}

interface SlabFrame {
  readonly meta: Record<string, unknown>;
  readonly values: FrameValues | null;
  readonly bytes: Uint8Array | null;
}

async function decoded(
  deps: SlabDeps,
  address: FrameAddress,
  signal: CancelSignal | undefined,
): Promise<SlabFrame> {
  const sopInstanceUID = address.header.sopInstanceUID;
  try {
    const frame = await deps.decoder.decode(address.location, address.frame, signal);
    return {
      meta: { sopInstanceUID, frame: address.frame, ...shapeOf(frame) },
      values: frame.values,
      bytes: new Uint8Array(frame.data.buffer, frame.data.byteOffset, frame.data.byteLength),
    };
  } catch (thrown) {
    const error = toOverreadError(thrown);
    if (error.type === 'cancelled') throw error;
    // A frame that cannot be decoded is one black tile with a reason, not a failed series.
    if (error.type === 'bug') console.error(error);
    // A flag is for every reader; of what was withheld from some it says nothing.
    if (error.type === 'refused' && (address.header.origin ?? 'known') === 'known') {
      flagOnce(deps, address.header.studyInstanceUID);
    }
    const { type, code, message } = toWire(error);
    return {
      meta: { sopInstanceUID, frame: address.frame, error: { type, code, message } },
      values: null,
      bytes: null,
    };
  }
}

function flagOnce(deps: SlabDeps, studyInstanceUID: string): void {
  if (deps.studies.detail(studyInstanceUID, null).flags.includes(FLAG)) return;
  deps.studies.flag(studyInstanceUID, FLAG);
  deps.flagged(studyInstanceUID);
}

function shapeOf({ rows, columns, samples, type, photometric }: DecodedFrame): Record<string, unknown> {
  return { rows, columns, samples, type, photometric };
}

const padded = (length: number): number => Math.ceil(length / 8) * 8;

type Table = Omit<LookupTable, 'entries'> & { readonly entries: readonly number[] };

/** Where a table stands among the slab's; frames of one object mostly share theirs. */
function tableIndex(tables: Table[], table: LookupTable | null): number | null {
  if (table === null) return null;
  const { first, bits, entries } = table;
  const known = tables.findIndex(
    (other) =>
      other.first === first &&
      other.bits === bits &&
      other.entries.length === entries.length &&
      other.entries.every((entry, i) => entry === entries[i]),
  );
  return known >= 0 ? known : tables.push({ first, bits, entries: Array.from(entries) }) - 1;
}

/**
 * Lays the frames out as docs/architecture.md says; every offset is a multiple of 8, so that typed arrays can lie on it. The frames' own
 * memory is given back: a decoder gives each frame to its caller alone.
 */
function packed(frames: readonly SlabFrame[]): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const tables: Table[] = [];
  const entries = frames.map(({ meta, values, bytes }) => {
    if (bytes === null || values === null) return meta;
    const entry = {
      ...meta,
      values: {
        ...values,
        modalityLut: tableIndex(tables, values.modalityLut),
        voiLut: tableIndex(tables, values.voiLut),
      },
      offset,
      byteLength: bytes.byteLength,
    };
    offset += padded(bytes.byteLength);
    return entry;
  });
  const json = new TextEncoder().encode(JSON.stringify({ frames: entries, tables }));
  const headerLength = padded(8 + json.byteLength) - 8;
  const out = new Uint8Array(8 + headerLength + offset);
  out.set([0x4f, 0x56, 0x46, 0x31]); // 'OVF1'
  new DataView(out.buffer).setUint32(4, headerLength, true);
  out.fill(0x20, 8, 8 + headerLength);
  out.set(json, 8);
  let at = 8 + headerLength;
  for (const { bytes } of frames) {
    if (bytes === null) continue;
    out.set(bytes, at);
    at += padded(bytes.byteLength);
    freeBuffer(bytes);
  }
  return out;
}
