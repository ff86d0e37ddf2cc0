import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readHl7 } from '../../../../electron/services/read-hl7.ts';
import { Refused } from '../../../../electron/shared/errors.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'hl7');
const EXAMPLES = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name)));
const ROUNDS = Number(process.env['HL7_ROUNDS'] ?? 1_500);

/** Mulberry32: the same every time, so that a failure can be seen again. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below;
  };
}

/** Pieces that mean something to a parser. */
const PIECES = [
  '|',
  '^',
  '~',
  '\\',
  '&',
  '\r',
  '\n',
  '\0',
  '\x0b',
  '\x1c',
  '\x1b',
  '\\X',
  '\\.br\\',
  '\\C',
  'MSH|',
  'PID|',
  'OBX|',
  '\rADD|',
  '\rDSC|',
  'BTS|9',
  '""',
  '\xff',
  '\xc3',
  '\x9f',
].map((text) => Buffer.from(text, 'latin1'));

/** One example with a few of its bytes cut out, doubled, moved, overwritten, or replaced by pieces of syntax. */
function mutated(random: (below: number) => number): Buffer {
  const int = (below: number): number => Math.floor(random(below));
  let bytes = Buffer.from(EXAMPLES[int(EXAMPLES.length)] ?? []);
  for (let step = 0; step <= int(6); step += 1) {
    const at = int(bytes.length + 1);
    const end = Math.min(bytes.length, at + int(40));
    const piece = PIECES[int(PIECES.length)] ?? Buffer.alloc(0);
    const [before, within, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
    const middle = [
      () => [],
      () => [within, within],
      () => [piece, within],
      () => [piece],
      () => Array.from({ length: int(3_000) }, () => piece),
      () => [Buffer.from([int(256)])],
    ][int(6)]?.();
    bytes = Buffer.concat([before, ...(middle ?? []), after]);
  }
  return bytes;
}

it('whatever is done to a message, it is read or refused: nothing else is thrown', () => {
  const random = seeded(20261126);
  const codes = new Map<string, number>();
  const count = (code: string): void => void codes.set(code, (codes.get(code) ?? 0) + 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const bytes = mutated(random);
    try {
      for (const { read } of readHl7(bytes)) {
        if (!(read instanceof Error)) {
          count('read');
          for (const { content } of read.parts) expect(content.text.length).toBeLessThanOrEqual(20_000);
        } else {
          expect(read).toBeInstanceOf(Refused);
          count(read.code);
        }
      }
    } catch (thrown) {
      // Printed as it is sent, so that it can be made an example.
      if (!(thrown instanceof Refused))
        throw new Error(`Round ${String(round)}: ${bytes.toString('base64')}`, { cause: thrown });
      count(thrown.code);
    }
  }
  // It must have come past the header, and into the deep of some.
  expect(codes.get('read') ?? 0).toBeGreaterThan(ROUNDS / 10);
  expect(codes.size).toBeGreaterThan(12);
}, 120_000);

it('the worst that fits into a file takes no long time', () => {
  const header = 'MSH|^~\\&|RIS|H|||20260101||ORU^R01|1|P|2.5\rPID|1||1\rOBR|1|1\r';
  const worst = [
    `${header}OBX|1|TX|a||${'\\'.repeat(3_000_000)}`,
    `${header}OBX|1|TX|a||${'\\x\\'.repeat(1_000_000)}`,
    `${header}OBX|1|TX|a||${'~'.repeat(4_900)}${'\\.sp9999\\'.repeat(100_000)}`,
    `${'MSH|^~\\&|\r'.repeat(10_000)}`,
    `\x0b${'\x0b'.repeat(40_000)}`,
    `${header}${'ADD|x\r'.repeat(9_000)}`,
    `${header}OBX|1|TX|a||${' \n'.repeat(1_000_000)}`,
    `MSH|^~\\&|${'\r'.repeat(3_000_000)}`,
    `BHS|\r${'MSH\r'.repeat(40_000)}BTS|1`,
    `${header}${'\0'.repeat(20_000_000)}x`,
    `${'\x0b'.repeat(20_000_000)}\x1c`,
    'MSH\r'.repeat(5_000_000),
    `${header}${`OBR|1|${Array.from({ length: 4_000 }, (_, at) => String(at)).join('~')}\r`.repeat(150)}`,
    `${header.replace('||1\r', `||${Array.from({ length: 4_000 }, (_, at) => String(at)).join('~')}\r`)}`,
  ];
  for (const [index, text] of worst.entries()) {
    const begun = performance.now();
    try {
      readHl7(Buffer.from(text, 'latin1'));
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(Refused);
    }
    expect(performance.now() - begun, `case ${String(index)}`).toBeLessThan(20_000);
  }
}, 120_000);
