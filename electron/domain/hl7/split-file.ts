import type { Refused } from '../../shared/errors.ts';
import { LIMITS } from './limits.ts';
import { refusedAt } from './place.ts';

/** A segment as it lies in the file: one character a byte, whatever the character set. */
export interface RawSegment {
  readonly bytes: string;
  /** Line of the file, from 1. */
  readonly line: number;
}

export type RawMessage =
  | { readonly line: number; readonly segments: readonly RawSegment[] }
  /** Something that stands where a message should, and why it is none. */
  | { readonly line: number; readonly refusal: Refused };

const VT = '\x0b';
const FS = '\x1c';

/**
 * The messages of a file in the ER7 form of HL7 v2, in its order: bare, in MLLP frames (VT … FS CR), or in a batch (FHS, BHS … BTS, FTS). Segments
 * end with CR as the standard says (chapter 2, message delimiters), or with LF or CRLF as files are often saved. A bare LF inside a field, in
 * a file whose segments end with CR, stays a line break of that field's text.
 *
 * @param bytes the file, one character a byte
 * @throws Refused `hl7-too-long` for more messages than `LIMITS.messages`
 */
export function splitFile(bytes: string): RawMessage[] {
  const found: RawMessage[] = [];
  // Some put zeros behind a file to fill its last block.
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === '\0') end -= 1;
  const whole = bytes.slice(0, end).replace(/^\xef\xbb\xbf/, '');
  for (const block of blocksOf(whole)) {
    if (block.cut) {
      found.push({
        line: block.line,
        refusal: refusedAt(
          'hl7-truncated',
          { line: block.line },
          'an MLLP frame begins (VT) and has no end (FS): the message may be cut off, and its end lost. Export it again.',
        ),
      });
    } else messagesOf(block.text, block.line, found);
    refuseTooMany(found);
  }
  return found;
}

/** @throws Refused `hl7-too-long` */
function refuseTooMany(found: readonly RawMessage[]): void {
  if (found.length <= LIMITS.messages) return;
  throw refusedAt(
    'hl7-too-long',
    {},
    `the file holds more than ${String(LIMITS.messages)} messages. Divide it.`,
  );
}

interface Block {
  readonly text: string;
  readonly line: number;
  readonly cut: boolean;
}

/** What lies in frames and between them. */
function* blocksOf(whole: string): Generator<Block> {
  let at = 0;
  let line = 1;
  // Kept from frame to frame: a file of nothing but VT would be looked through to its end for each.
  let end = whole.indexOf(FS);
  while (at < whole.length) {
    const begin = whole.indexOf(VT, at);
    const outside = whole.slice(at, begin < 0 ? whole.length : begin);
    if (outside.replaceAll(FS, '').trim() !== '')
      yield { text: outside.replaceAll(FS, '\r'), line, cut: false };
    line += linesIn(outside);
    if (begin < 0) return;
    if (end >= 0 && end < begin) end = whole.indexOf(FS, begin);
    const next = whole.indexOf(VT, begin + 1);
    const cut = end < 0 || (next >= 0 && next < end);
    const stop = cut ? (next < 0 ? whole.length : next) : end;
    const text = whole.slice(begin + 1, stop);
    yield { text, line, cut };
    line += linesIn(text);
    at = cut ? stop : stop + 1;
  }
}

const BREAK = /\r\n|\r|\n/g;

function linesIn(text: string): number {
  return text.match(BREAK)?.length ?? 0;
}

/** Ends the message that is being gathered, or says why there is none. */
class Gathering {
  readonly #found: RawMessage[];
  #current: { line: number; segments: { bytes: string; line: number }[]; refusal: Refused | null } | null =
    null;
  /** Messages since the batch began; null outside of one. */
  #batch: number | null = null;
  #stray = false;

  constructor(found: RawMessage[]) {
    this.#found = found;
  }

  segment(bytes: string, line: number): void {
    const name = bytes.slice(0, 3);
    if (name === 'MSH') {
      this.end();
      this.#current = { line, segments: [{ bytes, line }], refusal: null };
      this.#stray = false;
      if (this.#batch !== null) this.#batch += 1;
    } else if (name === 'FHS' || name === 'BHS') {
      this.end();
      if (name === 'BHS') this.#batch = 0;
    } else if (name === 'BTS' || name === 'FTS') {
      this.end();
      if (name === 'BTS') this.#count(bytes, line);
    } else if (this.#current === null) this.#lost(line);
    else if (this.#current.segments.length >= LIMITS.segments) {
      this.refuse(
        refusedAt('hl7-too-long', { line }, `the message has more than ${String(LIMITS.segments)} segments.`),
      );
    } else if (isSegment(bytes)) this.#current.segments.push({ bytes, line });
    else {
      this.refuse(
        refusedAt(
          'hl7-segment',
          { line },
          'this line is no segment (three capitals or digits, then the field separator): a line break may stand in the text of the field before it. A break in a text is sent as \\.br\\; export the message again with segments that end with CR.',
        ),
      );
    }
  }

  /** A line break that belongs to the text of the last segment. */
  goOn(bytes: string): boolean {
    const last = this.#current?.segments.at(-1);
    if (last === undefined) return false;
    last.bytes += bytes;
    return true;
  }

  refuse(refusal: Refused): void {
    if (this.#current !== null) this.#current.refusal ??= refusal;
  }

  end(): void {
    const done = this.#current;
    this.#current = null;
    if (done === null) return;
    const { line, segments, refusal } = done;
    this.#found.push(refusal === null ? { line, segments } : { line, refusal });
    refuseTooMany(this.#found);
  }

  #lost(line: number): void {
    if (!this.#stray) {
      this.#found.push({
        line,
        refusal: refusedAt(
          'hl7-no-header',
          { line },
          'a message begins with its header MSH, and this line has none before it: the file is no HL7 v2 in the ER7 form (MSH|^~\\&|…), or its beginning is lost.',
        ),
      });
    }
    this.#stray = true;
  }

  #count(bytes: string, line: number): void {
    const stated = /^\s*(\d{1,9})\s*$/.exec(bytes.slice(4).split(bytes[3] ?? '|')[0] ?? '')?.[1];
    const seen = this.#batch;
    this.#batch = null;
    if (stated === undefined || seen === null || Number(stated) === seen) return;
    this.#found.push({
      line,
      refusal: refusedAt(
        'hl7-truncated',
        { line, segment: 'BTS', field: 'BTS-1' },
        `the batch states ${stated} messages and holds ${String(seen)}: some are lost or were added. Export the batch again.`,
      ),
    });
  }
}

/** Segments whose every field may be empty. A line of any other three letters alone ('NAD') is words of a text. */
const MAY_BE_BARE = new Set([
  'NTE',
  'PD1',
  'PV1',
  'PV2',
  'ROL',
  'TQ1',
  'TQ2',
  'DSC',
  'BTS',
  'FTS',
  'FHS',
  'BHS',
]);

function isSegment(bytes: string): boolean {
  const [, name = '', next] = /^([A-Z][A-Z0-9]{2})(?:([^A-Za-z0-9\s])|\s*$)/.exec(bytes) ?? [];
  return name !== '' && (next !== undefined || name.startsWith('Z') || MAY_BE_BARE.has(name));
}

function messagesOf(text: string, firstLine: number, found: RawMessage[]): void {
  const gathering = new Gathering(found);
  const byCarriageReturn = text.includes('\r');
  let line = firstLine;
  let from = 0;
  let breakBefore = '';
  let blank = '';
  const take = (bytes: string): void => {
    if (breakBefore === '\n' && byCarriageReturn && !isSegment(bytes)) {
      if (bytes.trim() === '') {
        blank += '\n';
        return;
      }
      if (gathering.goOn(`${blank}\n${bytes}`)) {
        blank = '';
        return;
      }
    }
    blank = '';
    if (bytes.trim() !== '') gathering.segment(bytes.trimStart(), line);
  };
  for (const match of text.matchAll(BREAK)) {
    take(text.slice(from, match.index));
    breakBefore = match[0];
    from = match.index + match[0].length;
    line += 1;
  }
  take(text.slice(from));
  gathering.end();
}
