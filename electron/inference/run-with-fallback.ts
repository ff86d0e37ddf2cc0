import type { Device } from '../shared/analysis.ts';
import { toOverreadError } from '../shared/errors.ts';
import type { ChildRunner } from './child-runner.ts';
import type { EngineRuntime } from './engine-protocol.ts';
import type { PackShelf, ShelvedPack } from './pack-shelf.ts';

export interface EngineParts {
  readonly runner: ChildRunner;
  readonly shelf: PackShelf;
  /** The folder through which maps come from the child. */
  readonly mapsFolder: () => string;
  readonly overreadVersion: string;
  /** The device for a pack by what was asked for and the last self-test, and why it is another one. */
  readonly chooseDevice: (pack: ShelvedPack, asked: Device) => { device: Device; fallback: string | null };
}

/**
 * A device other than the CPU that fails (it took the process down with it, ran out of memory, was lost) is not tried a second time: the
 * CPU does the work, and the record says why.
 */
export async function runWithFallback<H>(
  parts: EngineParts,
  pack: ShelvedPack,
  asked: Device,
  run: (device: Device) => Promise<{ heard: H; runtime: EngineRuntime }>,
): Promise<{ heard: H; runtime: EngineRuntime }> {
  const { device, fallback } = parts.chooseDevice(pack, asked);
  const told = ({ heard, runtime }: { heard: H; runtime: EngineRuntime }, why: string | null) => ({
    heard,
    runtime: why === null ? runtime : { ...runtime, fallback: why },
  });
  try {
    return told(await run(device), fallback);
  } catch (thrown) {
    const error = toOverreadError(thrown);
    // What `auto` still means here is the CPU.
    if (device === 'auto' || device === 'cpu' || error.type === 'cancelled') throw thrown;
    return told(await run('cpu'), `${device} was used; ${error.message}`);
  }
}
