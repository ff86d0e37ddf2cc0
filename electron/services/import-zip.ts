import { crc32, inflateRawSync } from 'node:zlib';
import { type Entry, getFileNameLowLevel, openPromise, validateFileName, type ZipFile } from 'yauzl';
import { Refused } from '../shared/errors.ts';
import { isZip } from './import-kind.ts';
import type { ImportLimits } from './import-port.ts';

/** One entry of an archive: its name for messages (never used as a path), and its bytes or why they are not taken. */
export interface ZipEntry {
  /** `archive.zip!/inner/name`. */
  readonly path: string;
  /** Inside the archive. Unchecked before `read`, and never a path as it is. */
  readonly name: string;
  /** @throws Refused */
  read(): Promise<Uint8Array>;
}

const STORED = 0;
const DEFLATED = 8;

function damaged(why: string): Refused {
  return new Refused(
    'zip-damaged',
    `The ZIP archive is damaged or cut short (${why}). Nothing of it was taken; get it again.`,
  );
}

async function centralDirectory(path: string): Promise<{ zip: ZipFile; entries: Entry[] }> {
  const options = { autoClose: false, lazyEntries: true, decodeStrings: false, validateEntrySizes: true };
  let zip: ZipFile;
  try {
    zip = await openPromise(path, options);
  } catch (thrown) {
    throw damaged(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry);
  } catch (thrown) {
    zip.close();
    throw damaged(thrown instanceof Error ? thrown.message : String(thrown));
  }
  return { zip, entries };
}

/** Threat: a small archive that unfolds into more than the disk holds, by size, by number, or by entries that share their bytes. */
function checkWhole(zip: ZipFile, entries: readonly Entry[], limits: ImportLimits): void {
  const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  const compressed = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  if (total > limits.zipTotalBytes) {
    throw new Refused(
      'zip-too-large',
      `The archive unfolds to ${total} bytes, more than the ${limits.zipTotalBytes} that an import takes. Unpack it and import the folder.`,
    );
  }
  if (compressed > zip.fileSize) {
    throw new Refused(
      'zip-bomb',
      'The entries of this archive overlap, which no honest archive does. It was not opened.',
    );
  }
}

/** Threat: a symbolic link, kept by archives made on Unix (the upper half of the external attributes is st_mode). */
function isLink(entry: Entry): boolean {
  return ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}

/** Names are never used as paths here; one that leads out of its archive is still a sign of something wrong. */
function checkEntry(name: string, entry: Entry, limits: ImportLimits): void {
  if (validateFileName(name) !== null || name.includes('\0')) {
    throw new Refused(
      'zip-path',
      'The name of this entry leads out of the archive (it is absolute or has ..). It was not taken.',
    );
  }
  if (isLink(entry)) {
    throw new Refused(
      'zip-link',
      'This entry is a link to another place. Links in archives are not followed; ask for the file itself.',
    );
  }
  if (entry.isEncrypted()) {
    throw new Refused(
      'zip-encrypted',
      'This entry is protected by a password. Unpack the archive with its password, then import the folder.',
    );
  }
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw new Refused(
      'zip-method',
      `This entry is compressed by a method (${entry.compressionMethod}) that Overread does not read. Unpack the archive, then import the folder.`,
    );
  }
  if (entry.uncompressedSize > limits.fileBytes) {
    throw new Refused(
      'too-large',
      `It is larger (${entry.uncompressedSize} bytes) than this build reads (${limits.fileBytes} bytes).`,
    );
  }
  const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
  if (entry.uncompressedSize > limits.zipRatioFrom && ratio > limits.zipRatio) {
    throw new Refused(
      'zip-ratio',
      `This entry unfolds to ${Math.round(ratio)} times its size, more than the ${limits.zipRatio} that images reach. If you trust it, unpack the archive and import the folder.`,
    );
  }
}

async function readRaw(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    const stream = await zip.openReadStreamPromise(entry, { decodeFileData: false });
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } catch (thrown) {
    throw damaged(thrown instanceof Error ? thrown.message : String(thrown));
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/** Never unfolds more than the entry declares, whatever the stream holds; then length and CRC-32 must be right. */
function unfold(entry: Entry, raw: Buffer): Buffer {
  let bytes = raw;
  if (entry.compressionMethod === DEFLATED && entry.uncompressedSize > 0) {
    try {
      bytes = inflateRawSync(raw, { maxOutputLength: entry.uncompressedSize });
    } catch (thrown) {
      throw damaged(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
  if (bytes.byteLength !== entry.uncompressedSize) throw damaged('an entry has another length than it says');
  if (crc32(bytes) !== entry.crc32) throw damaged('the checksum of an entry is wrong');
  return bytes;
}

/**
 * The files of a ZIP archive. The whole is judged by its directory before anything is unfolded.
 *
 * @throws Refused `zip-damaged`, `zip-too-many`, `zip-too-large`, `zip-bomb` about the archive; each entry's `read` throws its own.
 */
export async function openZip(
  path: string,
  limits: ImportLimits,
): Promise<{ entries: ZipEntry[]; close(): void }> {
  const { zip, entries } = await centralDirectory(path);
  try {
    if (entries.length > limits.zipEntries) {
      throw new Refused(
        'zip-too-many',
        `The archive has ${entries.length} entries, more than the ${limits.zipEntries} that an import takes. Unpack it and import the folder.`,
      );
    }
    checkWhole(zip, entries, limits);
  } catch (thrown) {
    zip.close();
    throw thrown;
  }
  const files = entries.flatMap((entry): ZipEntry[] => {
    const name = getFileNameLowLevel(
      entry.generalPurposeBitFlag,
      entry.fileNameRaw,
      entry.extraFields,
      false,
    );
    if (name.endsWith('/')) return [];
    return [
      {
        path: `${path}!/${name}`,
        name,
        async read() {
          checkEntry(name, entry, limits);
          const bytes = unfold(entry, await readRaw(zip, entry));
          if (isZip(bytes)) {
            throw new Refused(
              'zip-nested',
              'This is an archive inside an archive. Unpack the outer one, then import the folder.',
            );
          }
          return bytes;
        },
      },
    ];
  });
  return { entries: files, close: () => zip.close() };
}
