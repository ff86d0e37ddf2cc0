import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Unavailable } from '../../shared/errors.ts';

/** The part of an Emscripten codec that is used. */
export interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  decode(): void;
  getFrameInfo(): {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: number;
    readonly componentCount: number;
    readonly isSigned?: boolean;
  };
  getInterleaveMode?(): number;
  delete(): void;
}

type Factory = (options: Record<string, unknown>) => Promise<unknown>;

/** Messages that a codec's C code wrote during one decode: libjpeg and OpenJPEG report damage so, and go on. */
const complaints: string[] = [];

function note(line: string): void {
  if (!line.startsWith('[INFO]')) complaints.push(line);
}

/**
 * Where a codec's .wasm lies: beside the bundle after a build, else in its package. `specifier` is the package's export.
 */
function wasmBinary(fileName: string, specifier: string): Uint8Array {
  const beside = fileURLToPath(new URL(fileName, import.meta.url));
  const path = existsSync(beside) ? beside : createRequire(import.meta.url).resolve(specifier);
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Unavailable(
      'codec-missing',
      `The decoder ${fileName} is not installed. Install Overread again.`,
      undefined,
      cause,
    );
  }
}

/** How often a module trapped. What a trap leaves of its memory is not known, so no module loaded before it is used again. */
let traps = 0;

/** Loads a codec once, and again after a trap; every use waits for the same module. */
export function wasmCodec<T>(factory: unknown, fileName: string, specifier: string): () => Promise<T> {
  let loading: Promise<T> | null = null;
  let loadedAfter = 0;
  return () => {
    if (loadedAfter !== traps) loading = null;
    loadedAfter = traps;
    loading ??= (factory as Factory)({
      wasmBinary: wasmBinary(fileName, specifier),
      print: note,
      printErr: note,
    }) as Promise<T>;
    return loading;
  };
}

/** Emscripten's own end of a module (out of memory, a trap) as against an exception of its C++ code, which is a number. */
const isTrap = (thrown: unknown): boolean => thrown instanceof Error && thrown.name === 'RuntimeError';

/** Runs one decode in a codec and copies what it gives; the codec's memory is freed whatever happens. */
export function runDecoder<T>(
  decoder: WasmDecoder,
  encoded: Uint8Array,
  take: (decoder: WasmDecoder) => T,
): { value: T; complaints: string[] } {
  complaints.length = 0;
  try {
    decoder.getEncodedBuffer(encoded.length).set(encoded);
    decoder.decode();
    return { value: take(decoder), complaints: complaints.slice() };
  } catch (thrown) {
    if (isTrap(thrown)) traps += 1;
    throw thrown;
  } finally {
    free(decoder);
  }
}

/** A decoder that trapped may trap again when it is freed: its module is given up either way. */
function free(decoder: WasmDecoder): void {
  try {
    decoder.delete();
  } catch (thrown) {
    if (!isTrap(thrown)) throw thrown;
    traps += 1;
  }
}

/** Decoded bytes as an own array of whole cells. */
export function copyCells(
  bytes: Uint8Array,
  precision: number,
  signed: boolean,
): Uint8Array | Int8Array | Uint16Array | Int16Array {
  const buffer = bytes.slice().buffer;
  if (precision <= 8) return signed ? new Int8Array(buffer) : new Uint8Array(buffer);
  return signed ? new Int16Array(buffer) : new Uint16Array(buffer);
}
