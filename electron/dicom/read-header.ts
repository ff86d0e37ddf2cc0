import { Bug } from '../shared/errors.ts';
import type { InstanceHeader } from '../shared/ports.ts';

export function readHeader(bytes: Uint8Array): InstanceHeader {
  throw new Bug(`readHeader is not built yet (${bytes.length} bytes)`);
}
