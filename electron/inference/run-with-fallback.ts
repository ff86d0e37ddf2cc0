import type { Device } from '../shared/analysis.ts';
import { toOverreadError } from '../shared/errors.ts';
import type { ChildRunner } from './child-runner.ts';
import type { EngineRuntime, RemoteUse } from './engine-protocol.ts';
import type { PackShelf, ShelvedPack } from './pack-shelf.ts';
import type { RemoteStanding } from './remote-standing.ts';

export interface EngineParts {
  readonly runner: ChildRunner;
  readonly shelf: PackShelf;
  /** The folder through which maps come from the child. */
  readonly mapsFolder: () => string;
  readonly overreadVersion: string;
  /** The device for a pack by what was asked for and the last self-test, and why it is another one. */
  readonly chooseDevice: (pack: ShelvedPack, asked: Device) => Chosen;
  readonly remote: Pick<RemoteStanding, 'failed' | 'worked'>;
  /** Why an administrator keeps a version of a model from running; null where none does. */
  readonly stopped: (modelId: string, version: string) => string | null;
}

export interface Chosen {
  readonly device: Device;
  readonly fallback: string | null;
  /** With the device `remote`. */
  readonly remote?: RemoteUse;
}

interface Ran<Heard> {
  readonly heard: Heard;
  readonly runtime: EngineRuntime;
}

function failureWords(device: Device, remote: RemoteUse | undefined, message: string): string {
  const said = message.replace(/\.$/, '');
  if (remote === undefined) return `${device} was used; ${said}`;
  const { name } = remote.address;
  return `server ${name} was asked; ${said.replace(`Server ${name} `, 'it ')}`;
}

/**
 * A device other than the CPU that fails (it took the process down with it, ran out of memory, was lost; a server that does not answer, or
 * answers nonsense) is not tried a second time: the CPU does the work, and the record says why.
 *
 * @param sent Told the name of a server before anything may go there.
 */
export async function runWithFallback<Heard>(
  parts: Pick<EngineParts, 'remote'>,
  chosen: Chosen,
  run: (chosen: Omit<Chosen, 'fallback'>) => Promise<Ran<Heard>>,
  sent: (server: string) => void,
): Promise<Ran<Heard>> {
  const { device, fallback, remote } = chosen;
  if (remote !== undefined) sent(remote.address.name);
  const told = ({ heard, runtime }: Ran<Heard>, why: string | null): Ran<Heard> => ({
    heard,
    runtime: why === null ? runtime : { ...runtime, fallback: why },
  });
  try {
    const ran = await run(chosen);
    if (remote !== undefined) parts.remote.worked();
    return told(ran, fallback);
  } catch (thrown) {
    const error = toOverreadError(thrown);
    // What `auto` still means here is the CPU.
    if (device === 'auto' || device === 'cpu' || error.type === 'cancelled') throw thrown;
    if (remote !== undefined) parts.remote.failed(error);
    return told(await run({ device: 'cpu' }), failureWords(device, remote, error.message));
  }
}
