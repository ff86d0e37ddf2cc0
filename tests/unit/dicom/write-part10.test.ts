import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plainText, plainValues } from '../../../electron/dicom/data-set.ts';
import { parseObject } from '../../../electron/dicom/parse-object.ts';
import { el, sample } from './samples.ts';

const hasDcmdump = spawnSync('dcmdump', ['--version'], { stdio: 'ignore' }).status === 0;

describe('a written Part 10 object', () => {
  it('has an empty preamble and a meta group of the length that it states', () => {
    const bytes = Buffer.from(sample());
    expect(bytes.subarray(0, 128).every((byte) => byte === 0)).toBe(true);
    expect(bytes.toString('latin1', 128, 132)).toBe('DICM');
    const length = bytes.readUInt32LE(140);
    expect(bytes.readUInt16LE(144 + length)).toBe(8);
    expect(bytes.readUInt16LE(144)).toBe(2);
  });

  it('gives back what was written: text of several values, sequences, numbers, fragments', () => {
    const object = parseObject(
      sample([
        el('00280030 DS', [0.1234567890123456, 1 / 3]),
        el('00081140 SQ', [[el('00081150 UI', '1.2')], [el('00081150 UI', '1.3')]]),
        el('00280106 SS', -5),
        el('00181063 DS', '33.3'),
      ]),
    );
    const spacing = plainValues(object.dataSet, 'x00280030');
    expect(spacing.map(Number)).toEqual([expect.closeTo(0.1234567890123456, 13), expect.closeTo(1 / 3, 13)]);
    expect(spacing.every((text) => text.length <= 16)).toBe(true);
    const items = object.dataSet.elements['x00081140']?.items ?? [];
    expect(items.map((item) => (item.dataSet ? plainText(item.dataSet, 'x00081150') : ''))).toEqual([
      '1.2',
      '1.3',
    ]);
    expect(object.dataSet.int16('x00280106')).toBe(-5);
  });

  it('is not written where a value does not fit its VR', () => {
    expect(() => sample([el('00080060 CS', 'MORE THAN SIXTEEN CHARACTERS')])).toThrow(/longer than/);
    expect(() => sample([el('00280106 SS', 40_000)])).toThrow(/no SS/);
    expect(() => sample([el('0028010 US', 1)])).toThrow(/no tag/);
    expect(() => sample([el('00280034 IS', 1), el('00280034 IS', 2)])).toThrow(/twice/);
  });

  it.skipIf(!hasDcmdump)('is read by dcmtk without a warning', () => {
    const folder = mkdtempSync(join(tmpdir(), 'overread-write-'));
    try {
      const path = join(folder, 'x.dcm');
      writeFileSync(path, sample([el('00081140 SQ', [[el('00081150 UI', '1.2')]])]));
      const run = spawnSync('dcmdump', ['-ll', 'warn', path], { encoding: 'utf8' });
      expect(run.status).toBe(0);
      expect(run.stderr).toBe('');
      expect(run.stdout).toContain('=CTImageStorage');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
