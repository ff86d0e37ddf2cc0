import { Bug } from '../shared/errors.ts';
import type { Stated } from '../shared/study.ts';

export interface PlainImageFacts {
  /** File name without its folder; becomes the patient's name and ID. */
  readonly name: string;
  /** What the user stated; goes into its tags. */
  readonly stated: Stated;
}

/** True where the first bytes are those of a PNG, JPEG or TIFF file. */
export function isPlainImage(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  return (
    (a === 0x89 && b === 0x50 && c === 0x4e && d === 0x47) ||
    (a === 0xff && b === 0xd8 && c === 0xff) ||
    (a === 0x49 && b === 0x49 && c === 0x2a && d === 0) ||
    (a === 0x4d && b === 0x4d && c === 0 && d === 0x2a)
  );
}

/** A PNG, JPEG or TIFF image as a Secondary Capture object (Part 10 bytes). Throws `Refused`. */
export async function wrapPlainImage(bytes: Uint8Array, facts: PlainImageFacts): Promise<Uint8Array> {
  throw new Bug(`wrapPlainImage is not built yet (${facts.name}, ${bytes.length})`);
}
