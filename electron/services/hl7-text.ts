import { TextDecoder } from 'node:util';
import type { Decode } from '../domain/hl7/character-set.ts';

const decoders = new Map<string, TextDecoder>();

/** Decodes bytes (one character each) strictly; null where they are not of the set. */
export const decodeStrictly: Decode = (label, bytes) => {
  let decoder = decoders.get(label);
  if (decoder === undefined) {
    decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
    decoders.set(label, decoder);
  }
  try {
    return decoder.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return null;
  }
};
