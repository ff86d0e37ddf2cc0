import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * How to start npm without a shell (on Windows it is a batch file, which cannot be started without one): its JavaScript on
 * the Node that npm itself uses, never on the one in node_modules, which `npm ci` is about to replace.
 *
 * @returns {{ command: string, args: string[] }}
 */
export function npmCommand() {
  const node = process.env['npm_node_execpath'] ?? process.execPath;
  const bin = dirname(node);
  const candidates = [
    process.env['npm_execpath'],
    join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(bin), 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = candidates.find((path) => path !== undefined && path.endsWith('.js') && existsSync(path));
  return script === undefined ? { command: 'npm', args: [] } : { command: node, args: [script] };
}
