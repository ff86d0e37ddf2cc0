import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** Ends in whatever way; null where it was killed. */
export function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((done) => child.once('exit', (code) => done(code)));
}

/** `overread import` as a process of its own. */
export function startImport(data: string, folder: string): ChildProcess {
  return spawn(process.execPath, ['electron/hosts/cli/main.ts', 'import', folder, '--data', data, '--json'], {
    cwd: ROOT,
    stdio: 'ignore',
  });
}

/** The window's host needs the built page. */
export const canServe = (): boolean => existsSync(join(ROOT, 'dist', 'renderer', 'index.html'));

/** Processes that a process started, and those that they started. */
export function descendants(pid: number): number[] {
  if (process.platform !== 'linux') return [];
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended between the listing and the look.
    }
  }
  const children = parents.get(pid) ?? [];
  return children.flatMap((child) => [child, ...descendants(child)]);
}

export interface ServedImport {
  readonly child: ChildProcess;
  /** What the host started, as it is now. */
  helpers(): number[];
}

/** `overread serve` with an import that the window asked for just now. */
export async function serveAndImport(data: string, folder: string): Promise<ServedImport> {
  writeFileSync(join(data, 'samples-offered'), '');
  const child = spawn(process.execPath, ['electron/hosts/browser/main.ts', '--data', data, '--no-open'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = await new Promise<string>((done, failed) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(said);
      if (found !== null) done(found[0]);
    });
    child.once('exit', (code) => failed(new Error(`the host ended with ${code}: ${said}`)));
  });
  const redeemed = await fetch(url, { redirect: 'manual' });
  const cookie = redeemed.headers.get('set-cookie')?.split(';')[0] ?? '';
  const origin = new URL(url).origin;
  const write = { cookie, origin, 'content-type': 'application/json' };
  const post = (path: string, method: string, body: object): Promise<Response> =>
    fetch(`${origin}/api${path}`, { method, headers: write, body: JSON.stringify(body) });
  const reader = (await (await post('/readers', 'POST', { name: 'Dr Kill' })).json()) as { id: string };
  await post('/session/reader', 'PUT', { readerId: reader.id });
  const answer = await post('/imports', 'POST', { paths: [folder] });
  if (!answer.ok) throw new Error(`the import was not taken: ${await answer.text()}`);
  return { child, helpers: () => descendants(child.pid ?? -1) };
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A child that nobody waits for stays as a zombie where the container's first process reaps none.
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
};

/** Those that still live after a while in which they can notice that their host is gone. */
export async function survivors(pids: readonly number[], patienceMs = 8000): Promise<number[]> {
  const until = performance.now() + patienceMs;
  while (pids.some(alive) && performance.now() < until) await new Promise((done) => setTimeout(done, 50));
  return pids.filter(alive);
}
