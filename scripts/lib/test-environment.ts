import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';

/** Bytes that must be free on the memory disk: the tests hold up to one GB at a time, and pages of the browser as much. */
const ROOM = 6 * 2 ** 30;
const MEMORY_DISK = '/dev/shm';

export interface TestEnvironment {
  readonly env: NodeJS.ProcessEnv;
  /** Removes what the tests left behind. */
  end(): void;
}

/**
 * What makes the tests' many short processes quick: temporary folders on the memory disk where there is room, since every commit of
 * a database waits for its disk, and the compiled form of the sources kept for the next process. A caller's own TMPDIR and
 * NODE_COMPILE_CACHE hold.
 */
export function testEnvironment(from: NodeJS.ProcessEnv): TestEnvironment {
  const temporary = !from['TMPDIR'] && hasRoom() ? mkdtempSync(join(MEMORY_DISK, 'overread-')) : null;
  const end = (): void => {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  };
  // Memory that nobody gives back is worse than a folder on a disk: also where somebody stops the tests.
  process.once('exit', end);
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  return {
    env: {
      NODE_COMPILE_CACHE: join(ROOT, 'artefacts', 'compile-cache'),
      ...from,
      ...(temporary === null ? {} : { TMPDIR: temporary }),
    },
    end,
  };
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DISK);
    return bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}
