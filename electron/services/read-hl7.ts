import { hash } from 'node:crypto';
import type { StatedSet } from '../domain/hl7/character-set.ts';
import { labelsOf, type ReadMessage, readMessage } from '../domain/hl7/extract.ts';
import { LIMITS } from '../domain/hl7/limits.ts';
import { parseMessage } from '../domain/hl7/message.ts';
import { refusedAt } from '../domain/hl7/place.ts';
import { splitFile } from '../domain/hl7/split-file.ts';
import { OverreadError } from '../shared/errors.ts';
import { decodeStrictly } from './hl7-text.ts';

/** One message of a file, read or refused. */
export interface MessageOfFile {
  readonly line: number;
  /** MSH-9 and MSH-10 as far as they could be read. */
  readonly type: string | null;
  readonly controlId: string | null;
  /** SHA-256 of its segments, each ended with CR, whatever ended them in the file. */
  readonly sha256: string;
  readonly read: ReadMessage | OverreadError;
}

/**
 * The messages of a file in their order.
 *
 * @param stated what a person said of the character set; null where nobody did
 * @throws Refused `hl7-too-long`, `hl7-character-set` for a file in UTF-16, `hl7-no-header` for one without anything
 */
export function readHl7(bytes: Uint8Array, stated: StatedSet | null = null): MessageOfFile[] {
  if (bytes.length > LIMITS.file) {
    throw refusedAt(
      'hl7-too-long',
      {},
      `the file has more than ${String(LIMITS.file / 1024 / 1024)} MiB. Divide it.`,
    );
  }
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw refusedAt('hl7-character-set', {}, 'the file is UTF-16, which is not read here. Save it as UTF-8.');
  }
  const all = splitFile(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
  if (all.length === 0)
    throw refusedAt('hl7-no-header', {}, 'the file holds no message: it is empty, or a batch without any.');
  return all.map((raw): MessageOfFile => {
    const { line } = raw;
    if ('refusal' in raw) return { line, type: null, controlId: null, sha256: '', read: raw.refusal };
    const sha256 = hash(
      'sha256',
      Buffer.from(raw.segments.map((one) => `${one.bytes.trimEnd()}\r`).join(''), 'latin1'),
    );
    const labels = labelsOf(raw.segments[0]?.bytes ?? '');
    try {
      const message = parseMessage(raw.segments, decodeStrictly, stated);
      return { line, ...labels, sha256, read: readMessage(message) };
    } catch (thrown) {
      if (!(thrown instanceof OverreadError) || thrown.type !== 'refused') throw thrown;
      return { line, ...labels, sha256, read: thrown };
    }
  });
}
