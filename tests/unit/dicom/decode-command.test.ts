import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFile } from '../../../electron/dicom/decode-command.ts';
import { openFileSource } from '../../../electron/dicom/file-source.ts';
import { decodeRowSchema } from '../../../electron/shared/pixels.ts';
import { codeOf, el, sample } from './samples.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'overread-decode-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('overread decode', () => {
  it('gives a row a frame with the hash of its stored values', async () => {
    const pixels = new Uint8Array(Int16Array.from([1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6]).buffer);
    const rows = await decodeFile(file('two.dcm', sample([el('00280008 IS', 2), el('7FE00010 OW', pixels)])));
    const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const facts = { sopInstanceUID: '1.2.3.4.5', rows: 2, columns: 3, samples: 1, type: 'int16' };
    expect(rows).toEqual([
      { ...facts, frame: 0, sha256: sha(pixels.subarray(0, 12)) },
      { ...facts, frame: 1, sha256: sha(pixels.subarray(12)) },
    ]);
    for (const row of rows) decodeRowSchema.parse(row);
  });

  it('refuses a file with a frame that does not decode, and names the frame', async () => {
    const rle = Buffer.alloc(64 + 14);
    rle.writeUInt32LE(2, 0);
    rle.writeUInt32LE(64, 4);
    rle.writeUInt32LE(71, 8);
    for (const at of [64, 71]) rle.set([5, 1, 2, 3, 4, 5, 6], at);
    const path = file(
      'half.dcm',
      sample([el('00280008 IS', 2), el('7FE00010 OB', { fragments: [rle, rle.subarray(0, 70)] })], {
        syntax: '1.2.840.10008.1.2.5',
      }),
    );
    await expect(decodeFile(path)).rejects.toMatchObject({ code: 'codec-failed', detail: { frame: 1 } });
  });
});

describe('a file as a byte source', () => {
  it('reads ranges, shorter only at the end', async () => {
    const source = await openFileSource(
      file(
        'bytes',
        Uint8Array.from({ length: 10 }, (_, i) => i),
      ),
    );
    try {
      expect(source.size).toBe(10);
      expect([...(await source.read(2, 3))]).toEqual([2, 3, 4]);
      expect([...(await source.read(8, 5))]).toEqual([8, 9]);
      expect((await source.read(20, 5)).length).toBe(0);
      expect((await source.readAll()).length).toBe(10);
    } finally {
      await source.close();
    }
  });

  it('refuses what is absent, and folders', async () => {
    expect(await codeOf(() => openFileSource(join(folder, 'absent')))).toBe('unreadable');
    expect(await codeOf(() => openFileSource(folder))).toBe('unreadable');
  });
});
