import { spawn } from 'node:child_process';
import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { node24 } from './node24.mjs';

const scripts = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Runs a TypeScript file of scripts/ with this process's arguments: in this process where it is Node 24 (as under npm), else in one
 * that is.
 *
 * @param {string} file such as 'start.ts'
 */
export async function onNode24(file) {
  const path = join(scripts, file);
  if (Number(process.versions.node.split('.')[0]) >= 24) {
    // Compiled code is kept: a later start needs neither to strip types nor to compile.
    enableCompileCache(join(dirname(scripts), '.cache', 'compile'));
    await import(pathToFileURL(path).href);
    return;
  }
  const node = node24(dirname(scripts));
  if (node === null) {
    console.error('overread: the dependencies are not installed: run `node scripts/bootstrap.mjs` first.');
    process.exitCode = 3;
    return;
  }
  const child = spawn(node, [path, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
