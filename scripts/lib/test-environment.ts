import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';

/** Bytes that must be free on the memory disk: the tests hold some hundreds of MB at a time, and pages of the browser as much. */
const ROOM = 6 * 2 ** 30;
const MEMORY_DISK = '/dev/shm';

export interface TestEnvironment {
  readonly env: NodeJS.ProcessEnv;
  /** Removes what the tests left behind. */
  end(): void;
}

/**
 * What makes the tests' many short processes quick: temporary folders on the memory disk where there is room, since every commit of
 * a database waits for its disk, and the compiled form of the sources kept for the next process. Tests that a caller's own
 * TMPDIR or NODE_COMPILE_CACHE names stay where that says.
 */
export function testEnvironment(from: NodeJS.ProcessEnv): TestEnvironment {
  const temporary =
    from['TMPDIR'] === undefined && hasRoom() ? mkdtempSync(join(MEMORY_DISK, 'overread-')) : null;
  return {
    env: {
      NODE_COMPILE_CACHE: join(ROOT, 'artefacts', 'compile-cache'),
      ...(temporary === null ? {} : { TMPDIR: temporary }),
      ...from,
    },
    end() {
      if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
    },
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
