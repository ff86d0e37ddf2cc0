import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Refusal } from '../shared/imports.ts';
import type { DirectoryItem } from './import-port.ts';

/** What is missing of a disc, or leads off it. */
const MISSING = 'dicomdir-missing';

/** Threat: a file ID that leaves the disc (`..`, an absolute name, a separator inside a component). */
function isSafe(fileID: readonly string[]): boolean {
  return fileID.every((part) => !['', '.', '..'].includes(part) && !/[/\\\0:]/.test(part));
}

/** Discs of ISO 9660 show their names in either case, with or without a version (`IM000001.;1`). */
function sameName(name: string): string {
  return name.toLowerCase().replace(/;\d+$/, '').replace(/\.$/, '');
}

function samePath(path: string): string {
  return path.split(/[/\\]/).map(sameName).join('/');
}

function below(directory: DirectoryItem, fileID: readonly string[]): string {
  const { path } = directory;
  const inZip = path.lastIndexOf('!/');
  // Names inside an archive are joined by its own separator, those on the disk by the system's.
  if (inZip < 0) return join(dirname(path), ...fileID);
  const folder = path.slice(0, Math.max(path.lastIndexOf('/') + 1, inZip + 2));
  return folder + fileID.join('/');
}

function leadsOut(path: string): Refusal {
  return {
    path,
    code: 'dicomdir-path',
    reason:
      'The DICOMDIR names a file outside its own folder. It was not taken; if you trust it, import that file by its path.',
  };
}

/**
 * Each file that a DICOMDIR names and that was not met, as a refusal; and each name that leads out of its folder.
 *
 * @param met Every path that the import came across, taken or refused.
 */
export function missingFiles(directories: readonly DirectoryItem[], met: Iterable<string>): Refusal[] {
  if (directories.length === 0) return [];
  const known = new Set<string>();
  for (const path of met) known.add(samePath(path));
  const missing = new Map<string, Refusal>();
  for (const directory of directories) {
    for (const fileID of directory.references) {
      const refusal = isSafe(fileID)
        ? notMet(directory, fileID, known)
        : leadsOut(`${directory.path} (${fileID.join('\\')})`);
      if (refusal !== null) missing.set(refusal.path, refusal);
    }
  }
  return [...missing.values()];
}

function notMet(
  directory: DirectoryItem,
  fileID: readonly string[],
  known: ReadonlySet<string>,
): Refusal | null {
  const path = below(directory, fileID);
  if (known.has(samePath(path))) return null;
  return {
    path,
    code: MISSING,
    reason: `The DICOMDIR (${directory.path}) names this file, and it is not there. The disc or its copy is incomplete: copy it again, or ask its sender.`,
  };
}

/** The name in a folder that is this one in either case; null where there is none. */
async function find(folder: string, name: string): Promise<string | null> {
  const names = await readdir(folder).catch(() => []);
  return names.find((one) => one === name) ?? names.find((one) => sameName(one) === sameName(name)) ?? null;
}

async function locate(root: string, fileID: readonly string[]): Promise<string | null> {
  let path = root;
  for (const part of fileID) {
    const name = await find(path, part);
    if (name === null) return null;
    path = join(path, name);
  }
  return path;
}

/**
 * The files on the disk that a DICOMDIR names, for one that is imported by itself. A link that leads out of its folder is not followed.
 */
export async function namedFiles(directory: DirectoryItem): Promise<({ readonly path: string } | Refusal)[]> {
  const root = dirname(directory.path);
  const inside = (await realpath(root)) + sep;
  const found: ({ readonly path: string } | Refusal)[] = [];
  for (const fileID of directory.references) {
    // A name that is not safe is told by `missingFiles`.
    const path = isSafe(fileID) ? await locate(root, fileID) : null;
    if (path === null) continue;
    const real = await realpath(path).catch(() => null);
    if (real === null) continue;
    if (!real.startsWith(inside)) found.push(leadsOut(path));
    else if ((await stat(real)).isFile()) found.push({ path });
  }
  return found;
}
