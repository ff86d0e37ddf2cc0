import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');

export interface Said {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** The command line as a script calls it: by the wrapper, in a process of its own. */
export function overread(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Said> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(ROOT, 'scripts/overread.mjs'), ...args],
      { env: { ...process.env, ...env }, maxBuffer: 1 << 26 },
      (error, out, err) => done({ exit: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}

/** stdout must be one JSON document and nothing else. */
export function document(said: Said): unknown {
  return JSON.parse(said.out);
}
