import { describe, expect, it } from 'vitest';
import {
  type Hl7Message,
  parseMessage,
  plain,
  repetitions,
} from '../../../../electron/domain/hl7/message.ts';
import { splitFile } from '../../../../electron/domain/hl7/split-file.ts';
import { stampOf } from '../../../../electron/domain/hl7/time.ts';
import { compareNames } from '../../../../electron/domain/hl7/same-name.ts';
import { decodeStrictly } from '../../../../electron/services/hl7-text.ts';
import { Refused } from '../../../../electron/shared/errors.ts';
import { looksLikeHl7 } from '../../../../electron/shared/hl7.ts';

const HEADER = 'MSH|^~\\&|RIS|H|||20260101||ORU^R01|1|P|2.5';

function parse(file: string, stated: Parameters<typeof parseMessage>[2] = null): Hl7Message {
  const [raw] = splitFile(file);
  if (raw === undefined) throw new Error('There is no message.');
  if ('refusal' in raw) throw raw.refusal;
  return parseMessage(raw.segments, decodeStrictly, stated);
}

/** The text of the first field of a segment of its own. */
function textOf(field: string, header = HEADER): string {
  const message = parse(`${header}\rZZZ|${field}\r`);
  const segment = message.segments[1];
  return repetitions(message, segment, 1)
    .map((one) => plain(message, one, {}))
    .join('\n');
}

function refusalOf(work: () => unknown): Refused {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was refused.');
}

describe('escape sequences', () => {
  it.each([
    ['a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f', 'a|b^c&d~e\\f'],
    ['one\\.br\\two\\.BR\\three', 'one\ntwo\nthree'],
    ['one\\.sp\\two\\.sp2\\three\\.sp+1\\four', 'one\ntwo\n\nthree\nfour'],
    ['\\H\\bold\\N\\ plain', 'bold plain'],
    ['\\X41\\\\X4243\\\\x44\\', 'ABCD'],
    ['a\\X0D0A\\b\\X0D\\c', 'a\nb\nc'],
    ['\\.in+4\\\\.ti-2\\\\.nf\\x\\.sk3\\y\\.ce\\z', 'x   y\nz'],
    // Signs that begin no sequence stand for themselves.
    ['C:\\temp\\new', 'C:\\temp\\new'],
    ['\\\\server\\F\\x', '\\\\server|x'],
    ['5 \\ 6', '5 \\ 6'],
    ['\\Zlocal\\', '\\Zlocal\\'],
    ['end\\', 'end\\'],
    ['\\X4\\', '\\X4\\'],
    ['""', ''],
  ])('%s', (written, read) => {
    expect(textOf(written)).toBe(read);
  });

  it('of bytes are read in the character set of the message', () => {
    expect(textOf('\\XFC\\', `${HEADER}||||||8859/1`)).toBe('ü');
    expect(textOf('\\XC3BC\\', `${HEADER}||||||UNICODE UTF-8`)).toBe('ü');
    expect(refusalOf(() => textOf('\\XFC\\', `${HEADER}||||||UNICODE UTF-8`)).code).toBe('hl7-escape');
  });

  it('that change the character set, and those for control characters, are refused', () => {
    expect(refusalOf(() => textOf('\\C2842\\')).code).toBe('hl7-escape');
    expect(refusalOf(() => textOf('\\M2442\\')).code).toBe('hl7-escape');
    expect(refusalOf(() => textOf('\\X00\\')).code).toBe('hl7-control-character');
    expect(refusalOf(() => textOf('\\X1B\\')).code).toBe('hl7-control-character');
  });

  it('leave out marks that would turn a line round on the screen, and keep joiners of letters', () => {
    expect(
      textOf(Buffer.from('a\u202eb\u200bc\u200dd').toString('latin1'), `${HEADER}||||||UNICODE UTF-8`),
    ).toBe('abc\u200dd');
  });
});

describe('a file', () => {
  it.each(['\r', '\n', '\r\n'])('with segments that end with %j has them all', (end) => {
    const found = splitFile([HEADER, 'PID|1||2', 'OBX|1', HEADER, 'PID|1', ''].join(end));
    expect(
      found.map((one) =>
        'segments' in one ? one.segments.map(({ bytes, line }) => [bytes.slice(0, 3), line]) : one,
      ),
    ).toEqual([
      [
        ['MSH', 1],
        ['PID', 2],
        ['OBX', 3],
      ],
      [
        ['MSH', 4],
        ['PID', 5],
      ],
    ]);
  });

  it('may have frames, text between them, zeros behind it and a mark of its encoding before it', () => {
    const frame = (text: string): string => `\x0b${text}\x1c\r`;
    const found = splitFile(
      `\xef\xbb\xbf${frame(`${HEADER}\rPID|1\r`)}\n${HEADER}\rPID|2\r${frame(`${HEADER}\rPID|3\r`)}\0\0`,
    );
    expect(found.map((one) => ('segments' in one ? one.segments[1]?.bytes : 'refused'))).toEqual([
      'PID|1',
      'PID|2',
      'PID|3',
    ]);
  });

  it('tells the line of what is wrong, and reads on behind it', () => {
    const found = splitFile(`${HEADER}\nOBX|1|TX|a||one\ntwo\nOBX|2\n${HEADER}\nPID|1\n`);
    expect(found).toHaveLength(2);
    const [bad, good] = found;
    expect(
      bad !== undefined && 'refusal' in bad ? [bad.refusal.code, bad.refusal.message.slice(0, 7)] : bad,
    ).toEqual(['hl7-segment', 'Line 3:']);
    expect(good !== undefined && 'segments' in good && good.segments.length).toBe(2);
  });
});

describe('three capitals alone on a line', () => {
  it.each(['NAD', 'COPD'])('are words of the text in which they stand: %s', (word) => {
    const message = parse(`${HEADER}\rOBX|1|TX|a||Lungs:\n${word}\nHeart normal.|||||F\r`);
    expect(message.segments.map(({ name }) => name)).toEqual(['MSH', 'OBX']);
    expect(message.segments[1]?.fields[5]).toBe(`Lungs:\n${word}\nHeart normal.`);
  });

  it('are refused, and not lost, where nothing says that they are of a text', () => {
    expect(refusalOf(() => parse(`${HEADER}\nOBX|1|TX|a||Lungs:\nNAD\n`)).code).toBe('hl7-segment');
  });

  it('are a segment where its fields may all be empty', () => {
    expect(parse(`${HEADER}\nPID|1\nPV1\nZAB\n`).segments.map(({ name }) => name)).toEqual([
      'MSH',
      'PID',
      'PV1',
      'ZAB',
    ]);
  });
});

describe('a text that is no message', () => {
  it.each([
    ['MSH-6 carrier, Lynch syndrome', false],
    ['FHS: raised', false],
    ['MSH|^~\\&|RIS', true],
    ['\v\uFEFFBHS|^~\\&|', true],
    ['MSH|^~|RIS', true],
  ])('%j: %s', (text, isOne) => expect(looksLikeHl7(text)).toBe(isOne));
});

describe('what is refused says where', () => {
  it.each([
    [`${HEADER}\rOBX|1|TX|||a\x00b\r`, 'hl7-control-character', 'OBX 1 (line 2), OBX-5: '],
    [`${HEADER}\rPID|1\rOBX|1\rOBX|2||\x1b$B\r`, 'hl7-control-character', 'OBX 2 (line 4), OBX-3: '],
    [`${HEADER}||||||8859/77\r`, 'hl7-character-set', "MSH, MSH-18: the character set '8859/77'"],
    [`${HEADER}||||||8859/1~ISO IR87\r`, 'hl7-character-set', 'MSH, MSH-18: it names 2'],
    [`${HEADER}||||||UNICODE UTF-8\rPID|1||\xff\r`, 'hl7-character-set', 'PID 1 (line 2): '],
    [`${HEADER}\rPID|1||\xff\r`, 'hl7-character-set', 'MSH, MSH-18: '],
    [`${HEADER}\rOBX^1\r`, 'hl7-segment', 'OBX 1 (line 2): '],
    [`${HEADER}\rDSC|1\r`, 'hl7-continued', 'DSC (line 2): '],
    [`${HEADER}||7\r`, 'hl7-continued', 'MSH (line 1), MSH-14: '],
    ['MSH\r', 'hl7-delimiters', 'MSH, MSH-1: '],
    ['MSHA^~\\&A\r', 'hl7-delimiters', 'MSH, MSH-1: '],
    ['MSH|^~|RIS\r', 'hl7-delimiters', 'MSH, MSH-2: '],
    ['MSH|^~\\^|RIS\r', 'hl7-delimiters', 'MSH, MSH-2: '],
    [`${HEADER}\rOBX|${'|'.repeat(2000)}\r`, 'hl7-too-long', 'OBX 1 (line 2): '],
    [`${HEADER}\r${'OBX|1\r'.repeat(20_000)}`, 'hl7-too-long', 'Line 10001: '],
    [`${HEADER}\rOBX|${'x'.repeat(5_000_000)}\r`, 'hl7-too-long', 'Line 1: '],
  ])('%#', (file, code, begins) => {
    const refusal = refusalOf(() => parse(file));
    expect([refusal.code, refusal.message.slice(0, begins.length)]).toEqual([code, begins]);
  });

  it('deep repetition is refused when it is looked at', () => {
    const message = parse(`${HEADER}\rPID|1||${'~'.repeat(100_000)}\r`);
    expect(refusalOf(() => repetitions(message, message.segments[1], 3)).message).toMatch(
      /^PID 1 \(line 2\), PID-3: /,
    );
  });
});

describe('a character set', () => {
  it.each([
    ['8859/2', '\xb1', 'ą'],
    ['8859/5', '\xd0', 'а'],
    ['8859/15', '\xa4', '€'],
    ['ISO-8859-1', '\xdf', 'ß'],
    ['UTF-8', '\xe2\x89\xa5', '≥'],
    ['UNICODE', '\xe2\x89\xa5', '≥'],
    ['GB 18030-2000', '\xb7\xce', '肺'],
    ['KS X 1001', '\xc6\xf3', '폐'],
  ])('%s', (name, bytes, letter) => {
    expect(textOf(bytes, `${HEADER}||||||${name}`)).toBe(letter);
  });

  it('that is not named is what the operator stated, and of a pasted text none', () => {
    const file = `${HEADER}\rPID|\xfc\r`;
    expect(parse(file, { label: 'windows-1252', always: false }).segments[1]?.fields[1]).toBe('ü');
    const named = `${HEADER}||||||8859/1\rPID|\xc3\xbc\r`;
    expect(parse(named).segments[1]?.fields[1]).toBe('Ã¼');
    expect(parse(named, { label: 'utf-8', always: true }).segments[1]?.fields[1]).toBe('ü');
  });
});

describe('a time', () => {
  it.each([
    ['20260304', '2026-03-04', '', '2026-03-04T00:00:00.000Z'],
    ['202603041520', '2026-03-04', '15:20', '2026-03-04T15:20:00.000Z'],
    ['20260304152030.1234+0200', '2026-03-04', '15:20', '2026-03-04T13:20:30.000Z'],
    ['20260101003000-0930', '2026-01-01', '00:30', '2026-01-01T10:00:30.000Z'.replace('30.000', '00.000')],
    ['2026', '2026', '', '2026-01-01T00:00:00.000Z'],
    ['202603', '2026-03', '', '2026-03-01T00:00:00.000Z'],
  ])('%s', (text, date, time, order) => {
    expect(stampOf(text)).toEqual({ date, time, order });
  });

  it.each(['', '20260230', '2026-03-04', '20261301', '2026030425', 'yesterday', '00000000', '20260304T10'])(
    '%s is none',
    (text) => expect(stampOf(text)).toBeNull(),
  );
});

describe('a name', () => {
  it.each([
    ['DOE, JANE', 'Doe', 'Jane', 'same'],
    ['MÜLLER, JÖRG', 'Mueller', 'Joerg', 'same'],
    ['MULLER, JORG', 'Müller', 'Jörg', 'same'],
    ['DOE, JANE ANN', 'DOE', 'JANE', 'same'],
    ['Doe, J', 'DOE', 'JANE', 'unknown'],
    ['DOE', 'DOE', 'JANE', 'unknown'],
    ['', 'DOE', 'JANE', 'unknown'],
    ["O'BRIEN, SEÁN", 'OBrien', 'Sean', 'same'],
    ['VAN DER BERG, JAN', 'van der Berg', 'Jan', 'same'],
    ['DOE, JANE', 'DOE', 'JOHN', 'different'],
    ['DOE, JANE', 'ROE', 'JANE', 'different'],
    ['山田, 太郎', '山田', '太郎', 'same'],
  ] as const)('%s and %s %s: %s', (stored, family, given, expected) => {
    expect(compareNames(stored, { family, given })).toBe(expected);
  });
});
