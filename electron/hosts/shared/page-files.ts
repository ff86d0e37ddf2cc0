import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { PageFile } from '../../api/deps.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/**
 * Files of the built page by URL path; `/` and paths without an extension (addresses inside the page) give index.html.
 *
 * Threat: `/../../etc/passwd`, its encoded forms, and links that lead out of the folder. The path is decoded once,
 * refused where it holds a backslash, a NUL or a `..`, and what it resolves to must lie inside the folder.
 */
export function pageFiles(directory: string): (path: string) => Promise<PageFile | null> {
  return async (path) => {
    const relative = safeRelative(path);
    if (relative === null) return null;
    const contentType = TYPES[extname(relative).toLowerCase()];
    if (contentType === undefined) return null;
    try {
      const root = await realpath(directory);
      const file = await realpath(join(root, relative));
      if (!file.startsWith(root + sep) || !(await stat(file)).isFile()) return null;
      return { bytes: new Uint8Array(await readFile(file)), contentType };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
}

function safeRelative(path: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    // Not a valid escape sequence: no file of ours has such a name.
    return null;
  }
  if (/[\\\0]/.test(decoded)) return null;
  const parts = decoded.split('/').filter((part) => part !== '');
  if (parts.some((part) => part === '..' || part === '.')) return null;
  const relative = parts.join('/');
  return extname(relative) === '' ? 'index.html' : relative;
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
