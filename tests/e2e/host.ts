import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export interface Host {
  /** Address with the one-time token. */
  readonly url: string;
  readonly data: string;
  /** Ends the workstation and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts the real browser host as a process of its own on a data folder of its own, without samples unless asked for.
 */
export async function startHost({ samples = false }: { readonly samples?: boolean } = {}): Promise<Host> {
  const data = mkdtempSync(join(tmpdir(), 'overread-e2e-'));
  if (!samples) writeFileSync(join(data, 'samples-offered'), '');
  const node = join(ROOT, 'node_modules/.bin/node');
  const child = spawn(node, ['electron/hosts/browser/main.ts', '--data', data, '--no-open'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const url = await addressOf(child);
  return {
    url,
    data,
    async stop() {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
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
