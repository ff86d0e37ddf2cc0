import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export interface Host {
  /** Address with the one-time token. */
  readonly url: string;
  readonly data: string;
  /** The process that stops and goes on when it is told: the engine, which the host started; null before the first analysis. */
  engine(): number | null;
  /** Ends the workstation and removes its data. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL), as a crash or a power cut would, and leaves its data. */
  kill(): Promise<void>;
}

export interface HostOptions {
  readonly samples?: boolean;
  readonly policy?: object;
  /** The data folder of a host that was killed; one of its own unless told. */
  readonly data?: string;
  /** Folders whose new files are imported by themselves. */
  readonly watch?: readonly string[];
}

/**
 * Starts the real browser host as a process of its own on a data folder of its own, without samples unless asked for.
 */
export async function startHost(options: HostOptions = {}): Promise<Host> {
  const {
    samples = false,
    policy,
    watch = [],
    data = mkdtempSync(join(tmpdir(), 'overread-e2e-')),
  } = options;
  if (!samples) writeFileSync(join(data, 'samples-offered'), '');
  if (policy !== undefined) writeFileSync(join(data, 'policy.json'), JSON.stringify(policy));
  const node = join(ROOT, 'node_modules/.bin/node');
  const watched = watch.flatMap((folder) => ['--watch', folder]);
  const child = spawn(node, ['electron/hosts/browser/main.ts', '--data', data, '--no-open', ...watched], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const ended = new Promise((done) => child.once('exit', done));
  const url = await addressOf(child);
  return {
    url,
    data,
    engine: () => childNamed(child.pid ?? 0, 'engine'),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A child process of a process whose command line holds a word; Linux only, by /proc. */
function childNamed(parent: number, word: string): number | null {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(/\s+/);
  const found = children.find(
    (pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word),
  );
  return found === undefined ? null : Number(found);
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((done, failed) => {
    let said = '';
    const late = setTimeout(() => failed(new Error(`The host did not start in 120 s: ${said}`)), 120_000);
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(said);
      if (found === null) return;
      clearTimeout(late);
      done(found[0]);
    });
    child.once('exit', (code) => failed(new Error(`The host ended with ${code}: ${said}`)));
  });
}
