// Starts the command line on the Node 24 that is among the dependencies, from whatever Node runs this file (20 or newer):
// better-sqlite3 crashes on Node 20, and only Node 24 runs TypeScript as it is. Prints nothing of its own on stdout.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dependency = join(
  root,
  'node_modules',
  `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** The locked Node where there is one for this platform, else the running one where it is new enough. */
function findNode() {
  if (existsSync(dependency)) return dependency;
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : null;
}

function cannotRun(words) {
  process.stderr.write(`overread: ${words}\n`);
  if (process.argv.includes('--json')) {
    const error = { type: 'unavailable', code: 'not-installed', message: words };
    process.stdout.write(`${JSON.stringify({ error })}\n`);
  }
  process.exitCode = 3;
}

const node = findNode();
if (!existsSync(join(root, 'node_modules', 'better-sqlite3'))) {
  cannotRun(`the dependencies are not installed: run npm ci in ${root}.`);
} else if (node === null) {
  cannotRun('there is no Node 24 for this platform among the dependencies: install Node 24 or newer.');
} else {
  // npm runs scripts in the package's folder; relative paths are meant from where the person stands.
  const here = process.env.npm_lifecycle_event === 'overread' ? process.env.INIT_CWD : undefined;
  const child = spawn(node, [join(root, 'electron', 'hosts', 'cli', 'main.ts'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    cwd: here ?? process.cwd(),
  });
  // A signal sent to this process alone is passed on; a terminal's Ctrl-C reaches the child by itself.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal);
    });
  }
  child.on('error', (error) =>
    cannotRun(`Node could not be started (${error.message}): run npm ci in ${root}.`),
  );
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
