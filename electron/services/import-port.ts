import type { WireError } from '../shared/errors.ts';
import type { Refusal } from '../shared/imports.ts';
import type { Stated } from '../shared/study.ts';

/** What bounds an import. A person's archive never comes near them; a bomb does. */
export interface ImportLimits {
  /** A file is read whole, to be hashed and copied from the same bytes. */
  readonly fileBytes: number;
  readonly zipEntries: number;
  /** Of all entries of one archive together. */
  readonly zipTotalBytes: number;
  /** Uncompressed to compressed, of entries above `zipRatioFrom` bytes. */
  readonly zipRatio: number;
  readonly zipRatioFrom: number;
}

export const IMPORT_LIMITS: ImportLimits = {
  fileBytes: 2 ** 31 - 1,
  zipEntries: 200_000,
  zipTotalBytes: 20 * 2 ** 30,
  zipRatio: 200,
  zipRatioFrom: 2 ** 20,
};

/** A file that lies in the store now, not yet indexed. Headers cross between threads, bytes never do. */
export interface StagedItem {
  readonly path: string;
  /** An `InstanceHeader` as JSON: a string crosses in a third of the time of the object, and is what the database keeps. */
  readonly headerText: string;
  /** Its `IndexedHeader` as JSON, without the SOP Instance UID; null where it is that of the item before it in the same message. */
  readonly indexed: string | null;
  readonly sopInstanceUID: string;
  readonly sha256: string;
  readonly bytes: number;
  /** A plain image, whose facts come from what a person stated. */
  readonly plain: boolean;
}

/** A DICOMDIR: no object, the index of a disc. */
export interface DirectoryItem {
  readonly path: string;
  /** Referenced File IDs, each by its components, as written. */
  readonly references: readonly (readonly string[])[];
}

export type ImportedItem = StagedItem | Refusal | DirectoryItem;

/** What every task of one import shares. */
export interface ImportSetup {
  readonly stated: Stated;
  readonly limits: ImportLimits;
  /**
   * Shared with the thread: [0] becomes 1 when the import is cancelled; [1] is the place in the batch of the file being read, so that
   * a thread that dies shows which file it died of; [2] is how many files of the batch were answered already.
   */
  readonly shared: SharedArrayBuffer;
}

export const CANCELLED = 0;
export const POSITION = 1;
export const ANSWERED = 2;

export type ToImportWorker = { readonly setup: ImportSetup } | { readonly paths: readonly string[] };

export type FromImportWorker =
  /** So many more files than paths were given: the entries of an archive. */
  | { readonly type: 'found'; readonly more: number }
  | { readonly type: 'items'; readonly items: readonly ImportedItem[] }
  /** The batch is done. */
  | { readonly type: 'done' }
  /** The import cannot go on at all: no space left. */
  | { readonly type: 'failed'; readonly error: WireError };

/** A thread that reads, hashes and copies files. */
export interface ImportWorker {
  send(message: ToImportWorker): void;
  onMessage(listener: (message: FromImportWorker) => void): void;
  /** The thread is gone; nothing more comes of it. */
  onDeath(listener: (why: string) => void): void;
  /** Nothing more is sent. One that has nothing left to do may be kept, warm, for the next import. */
  stop(idle: boolean): Promise<void>;
}

/** Given by the host, which knows where the thread's file lies and where blobs are written. */
export type StartImportWorker = () => ImportWorker;
