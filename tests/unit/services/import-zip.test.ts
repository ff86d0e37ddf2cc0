import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { temporaryFolder, temporaryStore } from '../store/parts.ts';
import { codes, dicom, importInto } from './import-parts.ts';

async function zip(path: string, named: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(named)) archive.addBuffer(Buffer.from(content), name);
  archive.end();
  await pipeline(archive.outputStream, createWriteStream(path));
  return path;
}

/** Changes bytes of an archive wherever `from` stands; both of one length. */
function tamper(path: string, from: string, to: string): void {
  writeFileSync(path, Buffer.from(readFileSync(path).toString('latin1').replaceAll(from, to), 'latin1'));
}

describe('importing an archive', () => {
  it('takes its files, named by the archive and their place in it', async () => {
    const folder = temporaryFolder();
    const path = await zip(join(folder, 'disc.zip'), {
      'DICOM/A/1': dicom('1.1'),
      'DICOM/A/2': dicom('1.2'),
      'README.TXT': Buffer.from('read me '.repeat(40)),
    });
    const report = await importInto(temporaryStore(), [path]);
    expect(report).toMatchObject({ imported: 2, studies: [{ instances: 2 }] });
    expect(codes(report, folder)).toEqual({ 'disc.zip!/README.TXT': 'not-dicom' });
  });

  it('refuses a name that leads out of it, and takes the others', async () => {
    const folder = temporaryFolder();
    const path = await zip(join(folder, 'slip.zip'), {
      'xx/evil.dcm': dicom('1.1'),
      'good.dcm': dicom('1.2'),
    });
    tamper(path, 'xx/evil.dcm', '../evil.dcm');
    const report = await importInto(temporaryStore(), [path]);
    expect(report.imported).toBe(1);
    expect(codes(report, folder)).toEqual({ 'slip.zip!/../evil.dcm': 'zip-path' });
  });

  it('refuses what unfolds to far more than it is: entry by entry, and the whole', async () => {
    const folder = temporaryFolder();
    const bomb = Buffer.alloc(4 << 20);
    const path = await zip(join(folder, 'bomb.zip'), { bomb, 'good.dcm': dicom('1.1') });
    const entry = await importInto(temporaryStore(), [path]);
    expect(entry.imported).toBe(1);
    expect(codes(entry, folder)).toEqual({ 'bomb.zip!/bomb': 'zip-ratio' });
    const whole = await importInto(temporaryStore(), [path], { limits: { zipTotalBytes: 1 << 20 } });
    expect(codes(whole, folder)).toEqual({ 'bomb.zip': 'zip-too-large' });
    const many = await importInto(temporaryStore(), [path], { limits: { zipEntries: 1 } });
    expect(codes(many, folder)).toEqual({ 'bomb.zip': 'zip-too-many' });
  });

  it('refuses an archive in an archive, and one that is cut short', async () => {
    const folder = temporaryFolder();
    const inner = await zip(join(folder, 'inner'), { 'a.dcm': dicom('1.1') });
    const nested = await zip(join(folder, 'nested.zip'), { 'inner.zip': readFileSync(inner) });
    const cut = join(folder, 'cut.zip');
    writeFileSync(cut, readFileSync(nested).subarray(0, 60));
    const report = await importInto(temporaryStore(), [nested, cut]);
    expect(codes(report, folder)).toEqual({
      'cut.zip': 'zip-damaged',
      'nested.zip!/inner.zip': 'zip-nested',
    });
  });

  it('refuses an entry whose bytes were changed', async () => {
    const folder = temporaryFolder();
    const archive = new ZipFile();
    archive.addBuffer(Buffer.from(dicom('1.1')), 'a.dcm', { compress: false });
    archive.end();
    const path = join(folder, 'changed.zip');
    await pipeline(archive.outputStream, createWriteStream(path));
    tamper(path, 'DOE^JANE', 'ROE^JANE');
    const report = await importInto(temporaryStore(), [path]);
    expect(codes(report, folder)).toEqual({ 'changed.zip!/a.dcm': 'zip-damaged' });
  });

  it('refuses a link, wherever it leads, and takes the others', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'links.zip');
    const archive = new ZipFile();
    archive.addBuffer(Buffer.from('/etc/passwd'), 'link.dcm', { mode: 0o120777 });
    archive.addBuffer(Buffer.from(dicom('1.1')), 'good.dcm');
    archive.end();
    await pipeline(archive.outputStream, createWriteStream(path));
    const report = await importInto(temporaryStore(), [path]);
    expect(report.imported).toBe(1);
    expect(codes(report, folder)).toEqual({ 'links.zip!/link.dcm': 'zip-link' });
  });

  it('refuses an entry under a password, by the flag that says so', async () => {
    const folder = temporaryFolder();
    const path = await zip(join(folder, 'secret.zip'), { 'a.dcm': dicom('1.1') });
    const bytes = readFileSync(path);
    for (const mark of ['PK\x03\x04', 'PK\x01\x02']) {
      const at = bytes.indexOf(Buffer.from(mark, 'latin1')) + (mark === 'PK\x03\x04' ? 6 : 8);
      bytes.writeUInt16LE(bytes.readUInt16LE(at) | 1, at);
    }
    writeFileSync(path, bytes);
    const report = await importInto(temporaryStore(), [path]);
    expect(codes(report, folder)).toEqual({ 'secret.zip!/a.dcm': 'zip-encrypted' });
  });

  it.each(['/abs/evil.dcm', 'C:/evil.dcm', 'a/../../x.dcm', 'a\\..\\..\\x.dcm'])(
    'takes the name %s for no path of this machine',
    async (name) => {
      const folder = temporaryFolder();
      const path = await zip(join(folder, 'slip.zip'), { ['x'.repeat(name.length)]: dicom('1.1') });
      tamper(path, 'x'.repeat(name.length), name);
      const report = await importInto(temporaryStore(), [path]);
      expect(report).toMatchObject({ imported: 0, refused: [{ code: 'zip-path' }] });
    },
  );

  it('refuses entries that share their bytes: a directory that promises more than the archive holds', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'overlap.zip');
    const archive = new ZipFile();
    const noise = Buffer.from(dicom('1.1'));
    archive.addBuffer(noise, 'a.dcm', { compress: false });
    archive.addBuffer(Buffer.from('x'), 'b.dcm', { compress: false });
    archive.end();
    await pipeline(archive.outputStream, createWriteStream(path));
    // The second entry points at the first one's bytes.
    const bytes = readFileSync(path);
    const second = bytes.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    bytes.writeUInt32LE(noise.length, second + 20);
    bytes.writeUInt32LE(noise.length, second + 24);
    bytes.writeUInt32LE(0, second + 42);
    writeFileSync(path, bytes);
    const report = await importInto(temporaryStore(), [path]);
    expect(codes(report, folder)).toEqual({ 'overlap.zip': 'zip-bomb' });
  });
});
