/**
 * Makes a bare clone ready: `npm start` and `npm test` call it first. Plain JavaScript without dependencies, since it
 * runs before there are any, on whatever Node (20 or newer) is installed.
 *
 *   node scripts/bootstrap.mjs [--for start|test]
 *
 * 1. Node is new enough. 2. The dependencies are those of package-lock.json. 3. The rest (a browser, the built page) is
 * done by scripts/prepare.ts on the Node 24 that came with the dependencies.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24 } from './lib/node24.mjs';
import { npmCommand } from './lib/npm-command.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.overread-lock');
const lockHash = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

function fail(message) {
  console.error(`overread: ${message}`);
  process.exit(3);
}

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (error !== undefined) fail(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(`Node ${process.versions.node} is too old: install Node 20 or newer (https://nodejs.org).`);
}

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lockHash) {
  console.error('overread: installing the dependencies (about half a minute, once) …');
  const { command, args } = npmCommand();
  // --ignore-scripts: no package of ours needs its install script, and onnxruntime-node's would download CUDA.
  run(command, [...args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    ...process.env,
    ONNXRUNTIME_NODE_INSTALL: 'skip',
  });
  writeFileSync(stamp, lockHash);
}

const node = node24(root);
if (node === null) {
  fail(
    `No Node 24 comes with the dependencies for ${process.platform} ${process.arch}: install Node 24 itself.`,
  );
}
run(node, [join(root, 'scripts', 'prepare.ts'), ...process.argv.slice(2)]);
