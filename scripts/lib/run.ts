import { spawn } from 'node:child_process';
import { ROOT } from './root.ts';

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The process is ended after this long, and counts as failed. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end, its output shown. Gives its exit code; 1 where a signal ended it. Never a shell. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
  const { env = process.env, cwd = ROOT, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: 'inherit',
      ...(timeoutMs ? { timeout: timeoutMs } : {}),
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Runs a script of a package on this Node, by its path under node_modules. */
export function runTool(script: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
  return run(process.execPath, [`${ROOT}/node_modules/${script}`, ...args], options);
}
