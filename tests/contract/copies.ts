import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BACKUPS } from './every-route.ts';
import type { Mount } from './mounts.ts';

/** A copy of a data folder, open; closing it removes it. */
export interface OpenCopy {
  readonly mount: Mount;
  close(): Promise<void>;
}

export interface Copied {
  /** The folder that holds data folders; the copy lies beside them, one at a time, under the same name whatever it is of. */
  readonly folder: string;
  readonly directory: string;
  readonly open: (directory: string) => Promise<Mount>;
  /** Who sits down, and what was done before. */
  readonly begin: (mount: Mount) => Promise<unknown>;
  readonly policy?: object | undefined;
}

export async function openCopy({ folder, directory, open, begin, policy }: Copied): Promise<OpenCopy> {
  const path = join(folder, 'copy');
  await cp(join(folder, directory), path, { recursive: true });
  if (policy !== undefined) await writeFile(join(path, 'policy.json'), JSON.stringify(policy));
  const mount = await open('copy');
  const close = async (): Promise<void> => {
    await mount.close();
    await rm(path, { recursive: true, force: true });
    await rm(BACKUPS, { recursive: true, force: true });
  };
  try {
    await begin(mount);
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return { mount, close };
}

/** Works in one copy. */
export async function inCopy<T>(copied: Copied, work: (mount: Mount) => Promise<T>): Promise<T> {
  const copy = await openCopy(copied);
  try {
    return await work(copy.mount);
  } finally {
    await copy.close();
  }
}

/**
 * Asks one route after another, those that only tell first. A write that went through has changed its copy of the data folder:
 * the next one is asked of another; what was refused has changed nothing that tells.
 *
 * @param ask Gives the status of the answer.
 */
export async function inCopies<R extends { readonly method: string }>(
  routes: readonly R[],
  copied: Copied,
  ask: (mount: Mount, route: R) => Promise<number>,
): Promise<void> {
  const writes = routes.filter(({ method }) => method !== 'GET');
  let copy: OpenCopy | null = null;
  try {
    for (const route of [...routes.filter(({ method }) => method === 'GET'), ...writes]) {
      copy ??= await openCopy(copied);
      const status = await ask(copy.mount, route);
      if (route.method === 'GET' || (status >= 400 && status < 500)) continue;
      const changed = copy;
      copy = null;
      await changed.close();
    }
  } finally {
    await copy?.close();
  }
}
