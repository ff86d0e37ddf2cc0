import { spawnSync } from 'node:child_process';

/** True where a program can be started here. */
export function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/**
 * A Python that has pydicom and numpy: OVERREAD_PYTHON, else python3 of the path or of the system. Null where there is none,
 * and the tests that need it are reported as skipped.
 */
export function findPython(): string | null {
  const candidates = [process.env['OVERREAD_PYTHON'], 'python3', '/usr/bin/python3'];
  for (const python of candidates) {
    if (!python) continue;
    const run = spawnSync(python, ['-c', 'import pydicom, numpy'], { stdio: 'ignore' });
    if (run.status === 0) return python;
  }
  return null;
}
