/**
 * All reading of stored bytes goes through this port, so that encryption at rest arrives in one place
 * and the engine can read a file without knowing the store.
 */
export interface ByteSource {
  /** Length in bytes. */
  readonly size: number;
  /** Bytes `[offset, offset + length)`; shorter only at the end. Throws `Refused('unreadable', …)` on an I/O error. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The whole content. */
  readAll(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Where bytes lie, in a form that can be sent to another process. `key` arrives with encryption at rest. */
export interface ByteLocation {
  readonly path: string;
}
