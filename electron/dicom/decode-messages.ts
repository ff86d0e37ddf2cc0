import type { WireError } from '../shared/errors.ts';
import type { FrameWithValues } from '../shared/pixels.ts';

/** One frame to decode. `bytes` is null where it is of the file that was sent last. */
export interface DecodeRequest {
  readonly frame: number;
  readonly bytes: Uint8Array | null;
}

export type DecodeReply =
  | { readonly frame: FrameWithValues; readonly error?: undefined }
  | { readonly frame?: undefined; readonly error: WireError };
