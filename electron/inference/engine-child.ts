import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Unavailable } from '../shared/errors.ts';

/**
 * The engine's process as its parent sees it. In Node it is a forked child; in Electron the host gives one made of
 * `utilityProcess`, since this layer does not know Electron.
 */
export interface EngineChild {
  readonly pid: number | undefined;
  /** Structured clone: typed arrays travel as they are. */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, with how it ended in words: 'exit code 1', 'signal SIGKILL'. */
  onExit(listener: (how: string) => void): void;
  /** What it writes on stdout and stderr. */
  onOutput(listener: (text: string) => void): void;
  kill(): void;
}

/** Starts one child. Throws `Unavailable` where it cannot. */
export type EngineSpawner = () => EngineChild;

/** The child's code in a checkout. A bundle gives its own. */
const ENTRY = new URL('../hosts/engine/main.ts', import.meta.url);

/** The parent's environment, without what would change how Node or the runtime computes. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...rest } = process.env;
  // TF32 rounds float32 to 10 bits of mantissa on newer NVIDIA GPUs: off, so that a GPU gives the CPU's numbers.
  // Of the allocator's arenas, one a thread by default, most hold what nobody uses any more (glibc alone reads this).
  return { ...rest, NVIDIA_TF32_OVERRIDE: '0', MALLOC_ARENA_MAX: '2' };
}

/** Forks a Node that runs the engine; it ends when this process ends. */
export function nodeSpawner(entry: URL = ENTRY): EngineSpawner {
  return () => {
    const path = fileURLToPath(entry);
    if (!existsSync(path)) {
      throw new Unavailable(
        'engine-missing',
        `The engine's program is not there: ${path}. Install Overread again.`,
      );
    }
    const child = fork(path, [], {
      execArgv: ['--max-semi-space-size=4'],
      env: childEnvironment(),
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return {
      pid: child.pid,
      send: (message) => {
        // A child that died in this moment reports by `exit`; what could not be sent is then started again.
        child.send(message as object, () => {});
      },
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => {
        let told = false;
        const tell = (how: string): void => {
          if (told) return;
          told = true;
          listener(how);
        };
        child.on('exit', (code, signal) => tell(signal === null ? `exit code ${code}` : `signal ${signal}`));
        child.on('error', (error) => tell(error.message));
      },
      onOutput: (listener) => {
        for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', listener);
      },
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
