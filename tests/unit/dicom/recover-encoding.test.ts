import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeFrame } from '../../../electron/dicom/decode-frame.ts';
import { formatDate, yearsAt } from '../../../electron/dicom/dates.ts';
import { parseObject } from '../../../electron/dicom/parse-object.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { findPython, runPython } from '../../fixtures/python.ts';
import { codeOf, sample } from './samples.ts';

const META_START = 132;

/** Where the data set of a sample begins. */
const bodyStart = (bytes: Uint8Array): number => Buffer.from(bytes).indexOf(Buffer.from([8, 0, 0x16, 0]));

const join2 = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** The sample with its Transfer Syntax UID replaced by one of the same padded length. */
function saying(uid: string, bytes = sample()): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const padded = uid.padEnd(20, '\0');
  return Uint8Array.from(Buffer.from(text.replace('1.2.840.10008.1.2.1\0', padded), 'latin1'));
}

describe('files without a right beginning', () => {
  const whole = sample();
  const body = whole.subarray(bodyStart(whole));
  const meta = whole.subarray(META_START, bodyStart(whole));

  it('a right one is not called mended', () => {
    expect(readHeader(whole)).not.toHaveProperty('recovered');
  });

  it.each([
    ['no preamble and no meta header', body, 'no preamble and no meta header'],
    ['no preamble', join2(meta, body), 'no preamble'],
    ['the mark without the preamble', join2(Buffer.from('DICM'), meta, body), 'no preamble'],
    [
      'a meta header whose length is wrong',
      join2(whole.subarray(0, META_START + 8), Uint8Array.of(9, 0, 0, 0), whole.subarray(META_START + 12)),
      'wrong length for itself',
    ],
    [
      'implicit said of explicit data',
      saying('1.2.840.10008.1.2'),
      'says Implicit VR Little Endian, which it is not',
    ],
    [
      'big endian said of little',
      saying('1.2.840.10008.1.2.2'),
      'says Explicit VR Big Endian, which it is not',
    ],
  ])('%s: read for certain, and said', (_what, bytes, words) => {
    const header = readHeader(bytes);
    expect(header.recovered).toContain(words);
    expect(header.sopInstanceUID).toBe('1.2.3.4.5');
    expect(header.transferSyntaxUID).toBe('1.2.840.10008.1.2.1');
  });

  it('one whose data would not be read for certain is refused by code', async () => {
    // The data is implicit, and the lengths of its elements do not lead from tag to tag.
    const broken = Buffer.from(body);
    broken.writeUInt32LE(6, 4);
    expect(await codeOf(() => readHeader(Uint8Array.from(broken)))).toBe('not-dicom');
    const marked = join2(whole.subarray(0, META_START), broken);
    expect(['no-transfer-syntax', 'truncated', 'bad-header']).toContain(
      await codeOf(() => readHeader(marked)),
    );
    // A meta header that says nothing, before data of another group.
    const odd = join2(
      whole.subarray(0, META_START),
      Uint8Array.of(0x10, 0, 0x10, 0, 4, 0, 0, 0, 65, 66, 67, 68),
    );
    expect(await codeOf(() => readHeader(odd))).toBe('no-transfer-syntax');
  });

  it('tags out of order: fine where the file says how it is encoded, not certain where it does not', async () => {
    const pixels = Buffer.from(body).indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0]));
    const shuffled = join2(
      body.subarray(0, pixels),
      Uint8Array.of(0x08, 0, 0x90, 0, 0x50, 0x4e, 2, 0, 0x41, 0x20),
      body.subarray(pixels),
    );
    expect(await codeOf(() => readHeader(join2(whole.subarray(0, bodyStart(whole)), shuffled)))).toBe(
      'accepted',
    );
    expect(await codeOf(() => readHeader(shuffled))).toBe('no-transfer-syntax');
  });

  it('a short last value of an implicit data set is no cut', () => {
    const implicit = (group: number, element: number, text: string): Buffer => {
      const value = Buffer.from(text.length % 2 ? `${text}\0` : text);
      const head = Buffer.alloc(8);
      head.writeUInt16LE(group, 0);
      head.writeUInt16LE(element, 2);
      head.writeUInt32LE(value.length, 4);
      return Buffer.concat([head, value]);
    };
    const bytes = join2(
      implicit(8, 0x16, '1.2.840.10008.5.1.4.1.1.88.11'),
      implicit(8, 0x18, '1.2.3'),
      implicit(0x20, 0xd, '1.2'),
      implicit(0x20, 0xe, '1.2.1'),
      implicit(0x20, 0x13, '7'),
    );
    expect(readHeader(bytes)).toMatchObject({ instanceNumber: 7, sopInstanceUID: '1.2.3' });
  });
});

const data = join(process.env['OVERREAD_TEST_DATA'] ?? '../shared/data', 'dicom', 'pydicom');
const python = findPython(['pydicom']);

describe.skipIf(!existsSync(data) || python === null)('the odd files of pydicom', () => {
  const read = (name: string) => readHeader(Uint8Array.from(readFileSync(join(data, name))));

  it.each(['ExplVR_BigEndNoMeta.dcm', 'ExplVR_LitEndNoMeta.dcm'])(
    '%s is mended and read as pydicom reads it',
    (name) => {
      const header = read(name);
      expect(header.recovered).toContain('no meta header');
      const script =
        'import sys, json, pydicom; d = pydicom.dcmread(sys.argv[1], force=True); print(json.dumps([str(d.get(k, "")) for k in ("SOPInstanceUID", "StudyInstanceUID", "Manufacturer")]))';
      const [sop, study, maker] = JSON.parse(
        runPython(python ?? '', ['-c', script, join(data, name)]),
      ) as string[];
      expect([header.sopInstanceUID, header.studyInstanceUID, header.manufacturer]).toEqual([
        sop,
        study,
        maker,
      ]);
    },
  );

  it.each([
    'no_meta.dcm',
    'meta_missing_tsyntax.dcm',
    'no_meta_group_length.dcm',
    'priv_SQ.dcm',
    'nested_priv_SQ.dcm',
  ])('%s has no identity: refused by code, not taken for something', async (name) => {
    expect(await codeOf(() => read(name))).toMatch(/^(not-dicom|no-[a-z-]+)$/);
  });

  it('sequences of undefined length, private ones and nested ones, do not shift what follows', () => {
    for (const name of ['priv_SQ.dcm', 'nested_priv_SQ.dcm']) {
      const { dataSet } = parseObject(Uint8Array.from(readFileSync(join(data, name))));
      const tags = Object.keys(dataSet.elements);
      expect(tags).toEqual(tags.toSorted());
      expect(tags.length).toBeGreaterThan(0);
    }
  });

  it('what is read without a meta header has the pixels of the whole file', async () => {
    const whole = Uint8Array.from(readFileSync(join(data, 'CT_small.dcm')));
    const { dataSet } = parseObject(whole);
    const first = Object.values(dataSet.elements)[0];
    const bare = whole.subarray((first?.dataOffset ?? 0) - 8);
    expect(readHeader(bare).recovered).toContain('no preamble and no meta header');
    const [a, b] = [await decodeFrame(whole, 0), await decodeFrame(bare, 0)];
    expect(b.data).toEqual(a.data);
    expect(a.data.length).toBe(128 * 128);
  });
});

describe('dates as people wrote them', () => {
  it.each([
    ['20240229', '2024-02-29'],
    ['1994.02.17', '1994-02-17'],
    ['1994.02', '1994-02'],
    [' 2024 02 29 ', '2024-02-29'],
    ['2024-02-29', '2024-02-29'],
    ['202402', '2024-02'],
    ['2024', '2024'],
    ['20240000', '2024'],
    ['20240200', '2024-02'],
    ['20240230', '20240230'],
    ['20241301', '20241301'],
    ['00000000', '00000000'],
    ['yesterday', 'yesterday'],
    ['', ''],
  ])('%j is %j', (written, shown) => {
    expect(formatDate(written)).toBe(shown);
  });

  it('an age is worked out of whole dates only', () => {
    const age = (birth: string, study: string) => yearsAt('', birth, study);
    expect(age('1970.03.01', '20240229')).toBe(53);
    expect(age('1970', '20240229')).toBeNull();
    expect(age('197003', '20240229')).toBeNull();
    expect(age('19700230', '20240229')).toBeNull();
  });
});
