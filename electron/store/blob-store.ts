import { statfsSync } from 'node:fs';
import type { ByteLocation, ByteSource } from '../shared/byte-source.ts';
import type { BlobStore } from '../shared/ports.ts';
import { blobPath, writeBlob } from './blob-files.ts';
import { toStoreError } from './connection-errors.ts';
import type { DataFolder } from './data-folder.ts';
import { openStoredFile } from './stored-file.ts';
import type { Staging } from './staging.ts';

/** The files of a data folder. Not encrypted yet; when they are, it happens behind these methods. */
export class FileBlobStore implements BlobStore {
  readonly #folder: DataFolder;
  readonly #staging: Staging;

  constructor(folder: DataFolder, staging: Staging) {
    this.#folder = folder;
    this.#staging = staging;
  }

  put(bytes: Uint8Array, sha256: string): void {
    try {
      writeBlob(this.#folder, bytes, sha256);
    } catch (cause) {
      throw toStoreError(cause);
    }
  }

  locate(sha256: string): ByteLocation {
    return { path: blobPath(this.#folder, sha256) };
  }

  open(location: ByteLocation): Promise<ByteSource> {
    return openStoredFile(location);
  }

  beginStaging(): { end(put: readonly string[]): void } {
    const id = this.#staging.begin();
    return { end: (put) => this.#staging.end(id, put) };
  }

  freeBytes(): number | null {
    try {
      const { bavail, bsize } = statfsSync(this.#folder.directory);
      return bavail * bsize;
    } catch {
      // Some network file systems do not say; the screen then shows nothing rather than a wrong number.
      return null;
    }
  }
}
