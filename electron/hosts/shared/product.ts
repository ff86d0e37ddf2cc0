import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { Bug } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports.ts';

export const systemClock: Clock = { now: () => new Date().toISOString() };

/** Where the parts of this installation lie: of a checkout, or of the packaged app. */
export interface Product {
  readonly version: string;
  readonly root: string;
  /** The built page. */
  readonly renderer: string;
  /** One folder a model pack. */
  readonly packs: string;
  readonly resources: string;
  /** In a bundle, the files that are started as threads or processes of their own; null where the sources run as they are. */
  readonly bundles: {
    readonly engine: string;
    readonly decodeWorker: URL;
    readonly importWorker: URL;
  } | null;
}

const manifest = z.object({ name: z.string(), version: z.string() });

/** Finds the installation that this code belongs to. */
export function product(): Product {
  const here = fileURLToPath(import.meta.url);
  const root = rootOf(dirname(here));
  const { version } = readManifest(root) ?? { version: '0.0.0' };
  return {
    version,
    root,
    renderer: join(root, 'dist', 'renderer'),
    packs: unpacked(join(root, 'models')),
    resources: join(root, 'resources'),
    bundles: here.endsWith('.js')
      ? {
          engine: join(dirname(here), 'engine.js'),
          decodeWorker: new URL('./decode-worker.js', import.meta.url),
          importWorker: new URL('./import-worker.js', import.meta.url),
        }
      : null,
  };
}

/** What native code opens by path must be a file of its own: it lies beside the archive (asarUnpack). */
function unpacked(path: string): string {
  return path.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
}

function rootOf(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (readManifest(folder)?.name === 'overread') return folder;
    if (folder === dirname(folder)) throw new Bug(`No installation of Overread lies above ${start}`);
  }
}

function readManifest(folder: string): z.infer<typeof manifest> | null {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return null;
  const read = manifest.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  return read.success ? read.data : null;
}
