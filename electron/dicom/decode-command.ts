import { Bug } from '../shared/errors.ts';
import type { DecodeRow } from '../shared/pixels.ts';

/** Every frame of a file as `overread decode` prints it. Throws `Refused`. */
export async function decodeFile(path: string): Promise<DecodeRow[]> {
  throw new Bug(`decodeFile is not built yet (${path})`);
}
