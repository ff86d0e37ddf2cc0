import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ended } from './processes.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** `overread models …` as a process of its own. */
export function startModels(data: string, args: readonly string[]): ChildProcess {
  return spawn(
    process.execPath,
    ['electron/hosts/cli/main.ts', 'models', ...args, '--data', data, '--json'],
    { cwd: ROOT, stdio: 'ignore' },
  );
}

/** Ends the process with SIGKILL as soon as what is on the disk has come so far; true where it did not end before. */
export async function killWhen(child: ChildProcess, hasCome: () => boolean): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null && !hasCome()) {
    await new Promise((resolved) => setImmediate(resolved));
  }
  const running = child.exitCode === null && child.signalCode === null;
  child.kill('SIGKILL');
  await ended(child);
  return running;
}

/** What stages hold, as `plain/1.0.0`, `intent.json` and so on, in any of them. */
export function inStages(data: string, name: string): boolean {
  const incoming = join(data, 'models/.incoming');
  return (
    existsSync(incoming) && readdirSync(incoming).some((stage) => existsSync(join(incoming, stage, name)))
  );
}
