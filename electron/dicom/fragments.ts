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
