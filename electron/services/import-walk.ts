import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Refused } from '../shared/errors.ts';
import type { Refusal } from '../shared/imports.ts';
import { refusalOf } from './import-item.ts';

export type Found = { readonly path: string } | Refusal;

function whyNot(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown)) return thrown;
  switch (thrown.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new Refused('no-such-path', 'There is nothing at this path. Check its spelling.');
    case 'EACCES':
    case 'EPERM':
      return new Refused(
        'unreadable',
        'It may not be read by this user. Change its rights, or ask its owner.',
      );
    case 'ELOOP':
      return new Refused('link-loop', 'It is a link that leads back to itself.');
    default:
      return new Refused(
        'unreadable',
        `It cannot be read (${String(thrown.code)}). Check the disk it lies on.`,
      );
  }
}

/** What is not a file is told, rather than opened: reading a pipe or a device would never end. */
function special(path: string): Refusal {
  return { path, code: 'not-a-file', reason: 'It is no ordinary file (a device, a socket or a pipe).' };
}

class Walk {
  /** Folders that were entered, by device and inode: a link back up the tree is entered once. */
  readonly #entered = new Set<string>();
  /** Given paths that name the same file twice (a folder and a file in it) are told apart by path alone. */
  readonly #seen = new Set<string>();

  async *path(path: string, given: boolean): AsyncGenerator<Found> {
    try {
      const about = await stat(path);
      if (about.isDirectory()) {
        const id = `${about.dev}:${about.ino}`;
        if (this.#entered.has(id)) return;
        this.#entered.add(id);
        yield* this.#folder(path, given);
      } else if (about.isFile()) yield* this.#file(path);
      else yield special(path);
    } catch (thrown) {
      yield refusalOf(path, whyNot(thrown));
    }
  }

  *#file(path: string): Generator<Found> {
    if (this.#seen.has(path)) return;
    this.#seen.add(path);
    yield { path };
  }

  async *#folder(path: string, given: boolean): AsyncGenerator<Found> {
    const entries: Dirent[] = await readdir(path, { withFileTypes: true });
    if (given && entries.length === 0) {
      yield { path, code: 'empty-folder', reason: 'The folder holds no files.' };
    }
    // In the order of their names, so that two imports of one folder go the same way.
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = join(path, entry.name);
      if (entry.isFile()) yield* this.#file(inner);
      else if (entry.isDirectory() || entry.isSymbolicLink()) yield* this.path(inner, false);
      else yield special(inner);
    }
  }
}

/**
 * Every file under the given paths, folders entered recursively, links followed once. What cannot be entered or is no file
 * comes as a refusal.
 */
export async function* walk(paths: readonly string[]): AsyncGenerator<Found> {
  const walking = new Walk();
  for (const path of paths) yield* walking.path(path, true);
}
