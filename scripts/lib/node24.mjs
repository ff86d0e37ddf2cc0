import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The Node 24 that runs the product: this process's own where it is new enough, else the one that came as a dependency;
 * null where there is neither. Nothing native may be loaded by an older one (better-sqlite3 crashes Node 20).
 *
 * @param {string} root the checkout
 * @returns {string | null} an executable
 */
export function node24(root) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const shipped = join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', file);
  if (existsSync(shipped)) return shipped;
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : null;
}
