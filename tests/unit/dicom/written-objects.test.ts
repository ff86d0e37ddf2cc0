import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseObject } from '../../../electron/dicom/parse-object.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { findPython, runPython } from '../../fixtures/python.ts';
import { el, sample } from './samples.ts';
import { everyVr, keyObjectSelection, secondaryCapture, structuredReport } from './written-objects.ts';

const OBJECTS = [
  ['a Secondary Capture', secondaryCapture],
  ['a structured report', structuredReport],
  ['a Key Object Selection', keyObjectSelection],
] as const;

const has = (program: string, parameters: readonly string[]): boolean =>
  spawnSync(program, parameters, { stdio: 'ignore' }).error === undefined;
const hasDcmdump = has('dcmdump', ['--version']);
const hasDciodvfy = has('dciodvfy', ['-version']);
const python = findPython(['pydicom']);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'overread-written-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(bytes: Uint8Array): string {
  const path = join(folder, 'x.dcm');
  writeFileSync(path, bytes);
  return path;
}

describe.each(OBJECTS)('%s as this product writes it', (_, make) => {
  it.skipIf(!hasDciodvfy)('has no error by dciodvfy', () => {
    const { stderr, stdout } = spawnSync('dciodvfy', [written(make())], { encoding: 'utf8' });
    const said = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    expect(said.filter((line) => line.startsWith('Error'))).toEqual([]);
    // It says which IOD it is: it was read to the end.
    expect(said.some((line) => /^(SCImage|BasicTextSR|KeyObjectSelectionDocument)/.test(line))).toBe(true);
  });

  it.skipIf(!hasDcmdump)('is read by dcmtk without a warning', () => {
    const { status, stderr } = spawnSync('dcmdump', ['-ll', 'warn', written(make())], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('is read by this product, names in all scripts included', () => {
    const header = readHeader(make());
    expect(header.patientName).toBe('Müller, Änne');
    expect(header.studyInstanceUID).toBe('2.25.1001');
  });
});

const DUMP = `
import sys, json, pydicom
ds = pydicom.dcmread(sys.argv[1])
def value(e):
    v = e.value
    if e.VR == 'SQ': return [[[str(x.tag), value(x)] for x in item] for item in v]
    if isinstance(v, bytes): return v.hex()
    if isinstance(v, (list, pydicom.multival.MultiValue)): return [str(x) for x in v]
    return None if v is None else str(v)
print(json.dumps({'%08X' % e.tag: [e.VR, value(e)] for e in ds} | {'meta': {'%08X' % e.tag: str(e.value) for e in ds.file_meta}}))
`;

describe('every VR', () => {
  it.skipIf(python === null)('reads in pydicom as it was given', () => {
    const dump = JSON.parse(runPython(python ?? '', ['-c', DUMP, written(everyVr())])) as Record<
      string,
      unknown
    >;
    expect(dump).toMatchObject({
      '00080001': ['UL', '7'],
      '00080005': ['CS', 'ISO_IR 192'],
      '00080054': ['AE', ['STORE1', 'B']],
      '0008002A': ['DT', '20260102101500.123+0100'],
      '00080120': ['UR', 'https://example.org/a?b=c'],
      '00081080': ['LO', ['Größe', 'two']],
      '00081140': [
        'SQ',
        [
          [
            ['(0008, 1150)', '1.2.840.10008.5.1.4.1.1.2'],
            ['(0008, 1155)', '2.25.1003'],
          ],
          [],
        ],
      ],
      '00100010': ['PN', 'Müller^Änne=山田^太郎=やまだ^たろう'],
      '00101010': ['AS', '054Y'],
      '00104000': ['LT', 'first line\r\nback\\slash'],
      '00181310': ['US', ['1', '65535', '0', '3']],
      '00186020': ['SL', '-2147483648'],
      '00200013': ['IS', '-3'],
      '00280106': ['SS', '-5'],
      '00281201': ['OW', '01020304'],
      '00340007': ['OB', '09080700'],
      '00420010': ['ST', 'Ünterlage'],
      '00480008': ['FL', null],
      '00660016': ['OF', '0000003f00000040'],
      '00660040': ['OL', '0100000000286bee'],
      '0072006F': ['UC', 'unlimited, ü'],
      '00720052': ['FL', ['1.5', '-0.25']],
      '00720074': ['FD', String(Math.PI)],
      '00720073': ['OD', '000000000000f83f00000000000000c0'],
      '00720082': ['SV', ['-9223372036854775808', '5']],
      '00720083': ['UV', '18446744073709551615'],
      '7FE00001': ['OV', '00000000000000000000000000010000'],
      '00091001': ['UN', '0102'],
      meta: {
        '00020001': expect.stringContaining('\\x00\\x01'),
        '00020010': '1.2.840.10008.1.2.1',
        '00020012': expect.stringMatching(/^2\.25\.\d{1,39}$/),
        '00020013': expect.stringMatching(/^[A-Z0-9_]{1,16}$/),
      },
    });
    expect(dump['00280009']).toEqual(['AT', expect.arrayContaining([expect.stringMatching(/0018,\s?1063/)])]);
  });

  it('reads in this product where it lies, each as long as it was given', () => {
    const { dataSet } = parseObject(everyVr());
    expect(dataSet.elements['x00720083']?.length).toBe(8);
    expect(dataSet.elements['x7fe00001']?.length).toBe(16);
    expect(dataSet.elements['x00081140']?.items).toHaveLength(2);
    expect(dataSet.uint16('x00181310', 3)).toBe(3);
    expect(Object.values(dataSet.elements).every(({ length }) => length % 2 === 0)).toBe(true);
  });
});

describe('the writer', () => {
  it('says which characters text is in, and only where it is more than ASCII', () => {
    const set = (bytes: Uint8Array) => parseObject(bytes).dataSet.string('x00080005');
    expect(set(sample([el('00100010 PN', 'Müller')]))).toBe('ISO_IR 192');
    expect(set(sample([el('00081140 SQ', [[el('00081080 LO', 'ü')]])]))).toBe('ISO_IR 192');
    expect(set(sample())).toBeUndefined();
    const latin = el('00080005 CS', 'ISO_IR 100');
    expect(set(sample([latin]))).toBe('ISO_IR 100');
    expect(() => sample([latin, el('00100010 PN', 'Müller')])).toThrow(/another Specific Character Set/);
    expect(() => sample([el('00180015 CS', 'FÜSSE')])).toThrow(/more than ASCII/);
  });

  it('writes nothing that its VR or a data set does not take', () => {
    expect(() => sample([el('00280030 OF', new Uint8Array(6))])).toThrow(/whole values/);
    expect(() => sample([el('00720083 UV', -1)])).toThrow(/no UV/);
    expect(() => sample([el('00720082 SV', 2 ** 60)])).toThrow(/no SV/);
    expect(() => sample([el('00200013 IS', 2 ** 31)])).toThrow(/no IS/);
    expect(() => sample([el('00020016 AE', 'X')])).toThrow(/no element of a data set/);
    expect(() => sample([el('00100010 PN', `A=${'x'.repeat(65)}`)])).toThrow(/longer than 64/);
  });
});
