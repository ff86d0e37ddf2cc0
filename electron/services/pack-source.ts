import { constants } from 'node:fs';
import { mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { OverreadError, Refused, Unavailable } from '../shared/errors.ts';
import { isZip } from './import-kind.ts';
import { IMPORT_LIMITS, type ImportLimits } from './import-port.ts';
import { openZip } from './import-zip.ts';

/** What bounds a pack: far above any model, and below what would fill a disk. The names are the import's, whose archive reader is used. */
export const PACK_LIMITS: ImportLimits = { ...IMPORT_LIMITS, zipEntries: 1000, zipTotalBytes: 4 * 2 ** 30 };

/** Folders in folders. */
const DEPTH = 6;

/** One file of a pack: its name from the pack's folder on, with slashes, checked. */
interface SourceFile {
  readonly name: string;
  read(): Promise<Uint8Array>;
}

/** A part of a name that means the same on every system: no dot or dash first, no space, nothing that a shell or Windows reads otherwise. */
const PART = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Whether a name means the same file or folder on every system. */
export function isPortableName(part: string): boolean {
  return PART.test(part) && !RESERVED.test(part) && !part.endsWith('.');
}

function checkName(name: string): void {
  const parts = name.split('/');
  if (parts.every(isPortableName) && parts.length <= DEPTH && name.length <= 200) return;
  throw new Refused(
    'pack-file-name',
    `A file of a pack may not be called ${JSON.stringify(name.slice(0, 200))}: letters, digits, '.', '_' and '-' only, ` +
      'beginning with a letter, a digit or _, at most 200 of them. Rename it, or take it out.',
  );
}

/** Names that some system takes for one would make another pack there than the one that was signed. */
function checkTogether(files: readonly SourceFile[], limits: ImportLimits): void {
  if (files.length > limits.zipEntries) {
    throw new Refused(
      'pack-too-large',
      `It holds more than ${limits.zipEntries} files. A pack has a few dozen.`,
    );
  }
  const seen = new Set<string>();
  for (const { name } of files) {
    checkName(name);
    const folded = name.toLowerCase();
    if (seen.has(folded)) {
      throw new Refused('pack-file-name', `Two files of the pack have the name ${name}, but for capitals.`);
    }
    seen.add(folded);
  }
}

function tooLarge(name: string, bytes: number, most: number): Refused {
  return new Refused(
    'pack-too-large',
    `${name} is larger (${bytes} bytes) than this build reads (${most} bytes).`,
  );
}

/** Threat: a file that becomes a link between looking and reading. It is opened without following, and judged when open. */
async function readPlainFile(path: string, name: string, limits: ImportLimits): Promise<Uint8Array> {
  const handle = await open(
    path,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  );
  try {
    const { size } = await handle.stat();
    if (size > limits.fileBytes) throw tooLarge(name, size, limits.fileBytes);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function filesOfFolder(root: string, inside: string, limits: ImportLimits): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const item of await readdir(join(root, inside), { withFileTypes: true })) {
    const name = inside === '' ? item.name : `${inside}/${item.name}`;
    if (item.isDirectory() && name.split('/').length < DEPTH) {
      files.push(...(await filesOfFolder(root, name, limits)));
    } else if (item.isFile()) {
      files.push({ name, read: () => readPlainFile(join(root, name), name, limits) });
    } else {
      throw new Refused(
        'pack-link',
        `${name} is no plain file (a link, a device, or a folder too deep). Links are not followed; put the file itself there.`,
      );
    }
    // A folder that is no pack (somebody's home) is not walked to its end.
    if (files.length > limits.zipEntries) break;
  }
  return files;
}

/** The one folder that all names lie in, where the manifest is not at the top: archives are often made of the folder itself. */
function commonFolder(names: readonly string[]): string {
  if (names.includes('manifest.json')) return '';
  const [first = ''] = names;
  const folder = first.slice(0, first.indexOf('/') + 1);
  return folder !== '' && names.every((name) => name.startsWith(folder)) ? folder : '';
}

async function isArchive(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    return isZip((await handle.read(Buffer.alloc(4), 0, 4, 0)).buffer);
  } finally {
    await handle.close();
  }
}

async function openSource(
  path: string,
  limits: ImportLimits,
): Promise<{ files: SourceFile[]; close: () => void }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new Refused('no-such-path', 'There is nothing at this path. Check its spelling.', undefined, cause);
  });
  if (found.isDirectory()) return { files: await filesOfFolder(path, '', limits), close: () => {} };
  if (!found.isFile() || !(await isArchive(path))) {
    throw new Refused('pack-kind', 'It is neither a folder nor a .overreadpack (a ZIP archive).');
  }
  const archive = await openZip(path, limits);
  const { entries } = archive;
  const folder = commonFolder(entries.map(({ name }) => name));
  return {
    // A name that leads out is told as that by `read`, before it is used for anything.
    files: entries.map((entry) => ({ name: entry.name.slice(folder.length), read: () => entry.read() })),
    close: () => archive.close(),
  };
}

function fullDisk(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown) || thrown.code !== 'ENOSPC') return thrown;
  return new Unavailable(
    'disk-full',
    'There is no space left for the pack. Make room, then try again.',
    undefined,
    thrown,
  );
}

/**
 * Copies a pack, a folder or an archive of one, into a folder that nobody else writes to. What is looked at afterwards is what will be
 * installed, whatever becomes of the source. Files are on the disk, not only on their way there, when it returns.
 *
 * @param folder Must not be there.
 * @throws Refused about the source: `no-such-path`, `pack-kind`, `pack-link`, `pack-file-name`, `pack-too-large`, and those of the
 *   import's archive reader (`zip-…`); Unavailable `disk-full`.
 */
export async function copyPack(
  source: string,
  folder: string,
  limits: ImportLimits = PACK_LIMITS,
): Promise<void> {
  const path = resolve(source);
  try {
    const { files, close } = await openSource(path, limits);
    try {
      // Entries whose names lead out say so themselves.
      const first = files.find(({ name }) => name.split('/').includes('..') || name.startsWith('/'));
      if (first !== undefined) await first.read();
      checkTogether(files, limits);
      let total = 0;
      for (const file of files) {
        const bytes = await file.read();
        total += bytes.byteLength;
        if (total > limits.zipTotalBytes) throw tooLarge(basename(path), total, limits.zipTotalBytes);
        const target = join(folder, file.name);
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await writeFile(target, bytes, { flag: 'wx', mode: 0o600, flush: true });
      }
      await mkdir(folder, { recursive: true, mode: 0o700 });
    } finally {
      close();
    }
  } catch (thrown) {
    if (thrown instanceof OverreadError && thrown.type === 'refused') {
      throw new Refused(
        thrown.code,
        `${path} is no pack that can be taken. ${thrown.message}`,
        thrown.detail,
        thrown,
      );
    }
    throw fullDisk(thrown);
  }
}
