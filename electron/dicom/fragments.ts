import { Refused } from '../shared/errors.ts';
import type { ParsedObject } from './parse-object.ts';
import type { PixelLayout } from './pixel-layout.ts';

/** One item of encapsulated Pixel Data (PS3.5 §A.4). */
export interface Fragment {
  /** From the first byte of the item tag of the first fragment: what offset tables count. */
  readonly offset: number;
  /** Where its bytes lie in the file. */
  readonly start: number;
  readonly length: number;
}

export interface Encapsulated {
  readonly offsets: readonly number[];
  readonly fragments: readonly Fragment[];
}

const ITEM = 0xe000_fffe;
const DELIMITER = 0xe0dd_fffe;

const bad = (words: string): Refused =>
  new Refused(
    'bad-fragments',
    `The compressed pixel data are damaged: ${words}. The frames cannot be told apart for certain.`,
  );

const cutOff = (): Refused =>
  new Refused('truncated', 'The file ends inside its compressed pixel data. Copy it again from its source.');

/**
 * Walks the items of encapsulated Pixel Data; headers only, so it is cheap for any size.
 * A missing delimiter at the end of the file is forgiven where every fragment is whole.
 */
export function readFragments(object: ParsedObject): Encapsulated {
  const element = object.pixelElement;
  if (!element) throw new Refused('pixel-data-missing', 'The object has no pixel data.');
  const { bytes } = object;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end =
    element.length === 0xffff_ffff
      ? bytes.length
      : Math.min(bytes.length, element.dataOffset + element.length);
  let at = element.dataOffset;

  function nextItem(): { start: number; length: number } | null {
    if (at === end) return null;
    if (at + 8 > end) throw cutOff();
    const tag = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    if (tag === DELIMITER) return null;
    if (tag !== ITEM) throw bad('something other than an item where one must be');
    if (length > end - at - 8) throw cutOff();
    const start = at + 8;
    at = start + length;
    return { start, length };
  }

  const table = nextItem();
  if (!table) throw bad('there is no offset table item');
  if (table.length % 4 !== 0) throw bad('the offset table has an odd length');
  const offsets: number[] = [];
  for (let i = 0; i < table.length; i += 4) offsets.push(view.getUint32(table.start + i, true));
  const origin = at;
  const fragments: Fragment[] = [];
  for (let item = nextItem(); item; item = nextItem()) {
    fragments.push({ offset: item.start - 8 - origin, start: item.start, length: item.length });
  }
  return { offsets, fragments };
}

/**
 * Checks at import that the fragments are whole and can make up the declared frames.
 * @throws Refused `truncated`, `bad-fragments`, `inconsistent-pixels`
 */
export function checkFragments(object: ParsedObject, layout: PixelLayout): void {
  const { fragments } = readFragments(object);
  const video = object.syntax.codec === 'none';
  if (fragments.length === 0) throw bad('there are none');
  if (!video && fragments.length < layout.frames) {
    throw new Refused(
      'inconsistent-pixels',
      `The object declares ${layout.frames} frames and holds ${fragments.length} pieces of compressed pixels.`,
    );
  }
}

/** True where compressed bytes begin a JPEG, JPEG-LS or JPEG 2000 image. */
function beginsImage(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0xff) return false;
  return (
    bytes[at + 1] === 0xd8 || (bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === 0x51)
  );
}

/** Index of the first fragment of each frame. Throws where it is not certain. */
function frameStarts(object: ParsedObject, { offsets, fragments }: Encapsulated, frames: number): number[] {
  if (frames === 1) return [0];
  // Every frame has at least one fragment, so as many fragments as frames leave no choice, whatever the tables say.
  if (fragments.length === frames) return fragments.map((_, i) => i);
  if (fragments.length < frames)
    throw bad(`${frames} frames are declared, there are ${fragments.length} pieces`);
  if (offsets.length > 0) {
    const starts = offsets.map((offset) => fragments.findIndex((fragment) => fragment.offset === offset));
    const lawful =
      starts.length === frames &&
      starts[0] === 0 &&
      starts.every((start, i) => i === 0 || start > (starts[i - 1] ?? -1));
    if (!lawful) throw bad('the offset table does not point at the frames');
    return starts;
  }
  if (object.syntax.codec === 'rle') throw bad('an RLE frame must be one piece');
  const starts = fragments.flatMap((fragment, i) => (beginsImage(object.bytes, fragment.start) ? [i] : []));
  if (starts.length !== frames || starts[0] !== 0)
    throw bad('without an offset table the frames do not show where they begin');
  return starts;
}

/**
 * The compressed bytes of one frame (PS3.5 §A.4): by count where each frame is one fragment, by the basic offset table,
 * else by the start marks of the images. A view where the frame is one fragment.
 * @throws Refused `bad-fragments`, `truncated`
 */
export function frameBytesOf(
  object: ParsedObject,
  encapsulated: Encapsulated,
  frames: number,
  frame: number,
): Uint8Array {
  const starts = frameStarts(object, encapsulated, frames);
  const first = starts[frame] ?? 0;
  const after = starts[frame + 1] ?? encapsulated.fragments.length;
  const pieces = encapsulated.fragments
    .slice(first, after)
    .map(({ start, length }) => object.bytes.subarray(start, start + length));
  const [only] = pieces;
  const bytes = pieces.length === 1 && only ? only : Buffer.concat(pieces);
  if (bytes.length === 0) throw new Refused('pixel-data-missing', `Frame ${frame + 1} is empty.`);
  return bytes;
}
