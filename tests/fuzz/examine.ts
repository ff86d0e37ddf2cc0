import { hash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDecoderPool } from '../../electron/dicom/decoder-pool.ts';
import { frameBytes } from '../../electron/dicom/pixel-hash.ts';
import { importThread } from '../../electron/services/import-batch.ts';
import {
  IMPORT_LIMITS,
  type ImportedItem,
  type ToImportWorker,
} from '../../electron/services/import-port.ts';
import type { ByteSource } from '../../electron/shared/byte-source.ts';
import { toWire, Unavailable } from '../../electron/shared/errors.ts';
import type { InstanceHeader } from '../../electron/shared/ports.ts';
import type { DecodedFrame } from '../../electron/shared/pixels.ts';
import type { Seed } from './corpus.ts';
import type { FuzzInput } from './make-input.ts';
import { REFUSAL_CODES } from './refusal-codes.ts';

/** No file may take longer, header and frames together. */
export const SLOW_MS = 2000;
/** The product's own time limit a frame. What computes for more than `SLOW_MS` counts as a hang, however little of a turn it got. */
const FRAME_MS = 20_000;
/** Frames of one object that are decoded: the first ones and the last. */
const FRAMES = 3;

export interface Verdict {
  /** 'header: code', 'frame: code', 'header: ok' …, one each outcome. */
  readonly outcomes: readonly string[];
  readonly ms: number;
  /** What the whole process computed meanwhile: where an input runs alone, what it cost on a busy machine too. */
  readonly cpuMs: number;
  /** What must not happen, in words; null where all is well. */
  readonly problem: string | null;
}

function memorySource(bytes: Uint8Array): ByteSource {
  const read = (offset: number, length: number): Promise<Uint8Array> =>
    Promise.resolve(Uint8Array.from(bytes.subarray(offset, offset + length)));
  return { size: bytes.length, read, readAll: () => read(0, bytes.length), close: () => Promise.resolve() };
}

/** Why a decoded frame contradicts itself or its header; null where it does not. */
function frameProblem(frame: DecodedFrame): string | null {
  const { rows, columns, samples, data } = frame;
  if (data.length !== rows * columns * samples)
    return `frame of ${data.length} values for ${rows} × ${columns} × ${samples}`;
  return null;
}

/**
 * The product's own way of a file: the import thread's code reads, parses and copies it; then its frames go through the decoder pool
 * as the window asks for them. `folder` takes the input while it is read.
 */
export class Examiner {
  readonly #folder: string;
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #pool: ReturnType<typeof createDecoderPool>;
  readonly #controls: { name: string; key: string; sha256: string }[] = [];

  constructor(folder: string, timeoutMs = FRAME_MS) {
    this.#folder = folder;
    this.#pool = createDecoderPool({
      timeoutMs,
      openSource: (path) => {
        const bytes = this.#blobs.get(path);
        if (!bytes) throw new Error(`${path} was not copied`);
        return Promise.resolve(memorySource(bytes));
      },
    });
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #import(path: string, name: string): Promise<{ items: ImportedItem[]; failure: string | null }> {
    const items: ImportedItem[] = [];
    const done = Promise.withResolvers<string | null>();
    const receive = importThread({
      post: (message) => {
        if (message.type === 'items') items.push(...message.items);
        if (message.type === 'done') done.resolve(null);
        if (message.type === 'failed') done.resolve(`${message.error.code}: ${message.error.message}`);
      },
      put: (bytes, sha256) => {
        if (bytes.length > 64 << 20) throw new Unavailable('disk-full', 'more than the fuzzer keeps');
        this.#blobs.set(`${name}:${sha256}`, Uint8Array.from(bytes));
      },
    });
    const setup: ToImportWorker = {
      setup: { stated: { modality: 'DX' }, limits: IMPORT_LIMITS, shared: new SharedArrayBuffer(12) },
    };
    receive(setup);
    receive({ paths: [path] });
    return { failure: await done.promise, items };
  }

  async #frame(key: string, frame: number, outcomes: string[]): Promise<string | null> {
    try {
      const decoded = await this.#pool.decode({ path: key }, frame);
      outcomes.push('frame: ok');
      return frameProblem(decoded);
    } catch (thrown) {
      const { type, code, message } = toWire(thrown);
      outcomes.push(`frame: ${code}`);
      if (code === 'decoder-timeout' || code === 'decoder-died') return `${code}: ${message}`;
      return type === 'refused' && REFUSAL_CODES.has(code) ? null : `frame ${type} ${code}: ${message}`;
    }
  }

  /** Everything that happens to one input; it never throws. */
  async examine(input: FuzzInput, name: string): Promise<Verdict> {
    const outcomes: string[] = [];
    const problems: string[] = [];
    const path = join(this.#folder, name);
    writeFileSync(path, input.bytes);
    const start = performance.now();
    const cpu = process.cpuUsage();
    const keys = new Set<string>();
    try {
      const { items, failure } = await this.#import(path, name);
      if (failure !== null) problems.push(`import ended: ${failure}`);
      if (items.length === 0) problems.push('the import said nothing of the file');
      for (const item of items) {
        if ('code' in item) {
          outcomes.push(`header: ${item.code}`);
          if (!REFUSAL_CODES.has(item.code)) problems.push(`header ${item.code}: ${item.reason}`);
          continue;
        }
        if ('references' in item) {
          // The index of a disc: it names files, and is none.
          outcomes.push('directory: ok');
          continue;
        }
        outcomes.push('header: ok');
        const key = `${name}:${item.sha256}`;
        keys.add(key);
        const { image } = JSON.parse(item.headerText) as InstanceHeader;
        if (!image) continue;
        const wanted = new Set([...Array.from({ length: FRAMES }, (_, i) => i), image.frames - 1]);
        for (const frame of [...wanted].filter((one) => one < image.frames)) {
          const problem = await this.#frame(key, frame, outcomes);
          if (problem !== null) problems.push(problem);
        }
      }
      if (input.kind === 'dicom' && keys.size === 0) {
        // `overread decode` asks the decoder about any file, also one that no import takes.
        keys.add(name);
        this.#blobs.set(name, input.bytes);
        const problem = await this.#frame(name, 0, outcomes);
        if (problem !== null) problems.push(problem);
      }
    } catch (thrown) {
      problems.push(`thrown: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
    } finally {
      for (const key of keys) this.#blobs.delete(key);
      rmSync(path, { force: true });
    }
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    const cpuMs = (user + system) / 1000;
    // Computing is the file's (and that of another one beside it, so this is the most that it can be); waiting for a turn is the machine's.
    const computed = cpuMs > SLOW_MS * 0.8;
    const own = problems.filter((problem) => computed || !problem.startsWith('decoder-timeout'));
    if (ms > SLOW_MS && computed)
      own.push(`took ${Math.round(ms)} ms, ${Math.round(cpuMs)} ms of them computing`);
    return { outcomes, ms, cpuMs, problem: own.length === 0 ? null : own.join('; ') };
  }

  /** Remembers what the undamaged seeds decode to. */
  async learnControls(corpus: readonly Seed[]): Promise<void> {
    for (const { name, bytes, kind } of corpus) {
      if (kind !== 'dicom' || !name.startsWith('own/')) continue;
      const key = `control:${name}`;
      this.#blobs.set(key, bytes);
      this.#controls.push({ name, key, sha256: await this.#hash(key) });
    }
  }

  /** Whether every undamaged seed still decodes to the same: what one file does to a decoder must not reach the next. */
  async checkControls(): Promise<string | null> {
    const now = await Promise.all(this.#controls.map(({ key }) => this.#hash(key)));
    for (const [i, { key }] of this.#controls.entries()) {
      // A machine that gave the decoder no turn for two seconds is no damage: asked again, alone, several times.
      for (let again = 0; again < 5 && now[i]?.startsWith('decoder-timeout'); again++)
        now[i] = await this.#hash(key);
    }
    const wrong = this.#controls.filter(({ sha256 }, i) => now[i] !== sha256);
    const [first] = wrong;
    if (!first) return null;
    return `${first.name} no longer decodes as before (${now[this.#controls.indexOf(first)]})`;
  }

  async #hash(key: string): Promise<string> {
    try {
      return hash('sha256', frameBytes(await this.#pool.decode({ path: key }, 0)));
    } catch (thrown) {
      return `${toWire(thrown).code}: ${toWire(thrown).message}`;
    }
  }
}
