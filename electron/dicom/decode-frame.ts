import { Bug } from '../shared/errors.ts';
import type { DecodedFrame } from '../shared/pixels.ts';

export async function decodeFrame(bytes: Uint8Array, frame: number): Promise<DecodedFrame> {
  throw new Bug(`decodeFrame is not built yet (${bytes.length} bytes, frame ${frame})`);
}
