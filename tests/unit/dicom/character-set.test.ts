import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeText, personName } from '../../../electron/dicom/character-set.ts';
import { elementBytes, plainValues } from '../../../electron/dicom/data-set.ts';
import { parseObject } from '../../../electron/dicom/parse-object.ts';
import { bytes, NAMES } from '../../fixtures/person-names.ts';
import { findPython, runPython } from '../../fixtures/python.ts';

describe('text by Specific Character Set', () => {
  it.each(NAMES)('%s', (name, terms, encoded, expected) => {
    if (name === 'GBK') {
      // 0xE9 0x46 lies outside GB 2312: only GBK has it.
      expect(decodeText(encoded, terms)).toBe(new TextDecoder('gbk').decode(encoded));
      expect(decodeText(encoded, terms)).toMatch(/^朱.\^王$/u);
    } else expect(decodeText(encoded, terms)).toBe(expected);
  });

  it('takes terms as some write them, and the first alone where it stands without code extensions', () => {
    const name = Buffer.from('Müller');
    for (const term of ['UTF-8', 'utf8', 'ISO-IR 192', 'ISO IR 192', 'iso_ir192'])
      expect(decodeText(name, [term]), term).toBe('Müller');
    expect(decodeText(name, ['ISO_IR 192', 'ISO 2022 IR 87'])).toBe('Müller');
    expect(decodeText(bytes('M\xfcller'), ['ISO-IR 100'])).toBe('Müller');
    expect(decodeText(bytes('\xcd\xf5'), ['ISO 2022 GBK'])).toBe('王');
  });

  it('keeps all three groups of a name for display, and finds the first that says something', () => {
    expect(personName('Yamada^Tarou=山田^太郎=やまだ^たろう')).toEqual({
      name: 'Yamada, Tarou',
      ideographic: '山田, 太郎',
      phonetic: 'やまだ, たろう',
    });
    expect(personName('=山田^太郎')).toEqual({ name: '山田, 太郎', ideographic: '山田, 太郎', phonetic: '' });
    expect(personName('')).toEqual({ name: '', ideographic: '', phonetic: '' });
  });
});

const python = findPython(['pydicom']);

describe.skipIf(python === null)('beside pydicom', () => {
  const folder = runPython(python ?? '', [
    '-c',
    'import os, pydicom; print(os.path.join(os.path.dirname(pydicom.__file__), "data", "charset_files"))',
  ]).trim();
  const names = readdirSync(folder).filter((name) => name.endsWith('.dcm'));

  it('its own files say the same: name, comments, institution', () => {
    expect(names.length).toBeGreaterThan(12);
    const script = `
import sys, os, json, pydicom, warnings
warnings.simplefilter('ignore')
out = {}
for name in sys.argv[2:]:
    ds = pydicom.dcmread(os.path.join(sys.argv[1], name), force=True)
    ds.decode()
    out[name] = {t: str(ds[int(t, 16)].value) for t in ('00100010', '00104000', '00080080', '00081030') if int(t, 16) in ds}
print(json.dumps(out))`;
    const theirs = JSON.parse(runPython(python ?? '', ['-c', script, folder, ...names])) as Record<
      string,
      Record<string, string>
    >;
    for (const name of names) {
      const { dataSet } = parseObject(readFileSync(join(folder, name)));
      const terms = plainValues(dataSet, 'x00080005');
      for (const [tag, text] of Object.entries(theirs[name] ?? {})) {
        const raw = elementBytes(dataSet, `x${tag}`);
        const ours = raw === null ? '' : decodeText(raw, terms).replace(/[\0 ]+$/u, '');
        expect(ours.replace(/=+$/u, ''), `${name} ${tag}`).toBe(text.replace(/[\0 ]+$|=+$/gu, ''));
      }
    }
  });

  it('names that we wrote say the same to it', () => {
    const rows = NAMES.filter(([name]) => name !== 'GBK').map(([name, terms, encoded]) => [
      name,
      terms,
      Buffer.from(encoded).toString('base64'),
    ]);
    const script = `
import sys, json, base64
from pydicom.charset import convert_encodings
from pydicom.valuerep import PersonName
out = {}
for name, terms, encoded in json.loads(sys.argv[1]):
    out[name] = str(PersonName(base64.b64decode(encoded), convert_encodings(terms)).decode())
print(json.dumps(out))`;
    const theirs = JSON.parse(runPython(python ?? '', ['-c', script, JSON.stringify(rows)])) as Record<
      string,
      string
    >;
    for (const [name, terms, encoded] of NAMES) {
      // Debian's pydicom (2.3) does not know ISO_IR 203 yet.
      if (name === 'GBK' || name === 'Latin 9') continue;
      // … and leaves the escape sequences of GB 2312 in the text.
      const said = theirs[name]?.replaceAll('\x1b$)A', '').replace(/=+$/u, '');
      expect(decodeText(encoded, terms).replace(/=+$/u, ''), name).toBe(said);
    }
  });
});
