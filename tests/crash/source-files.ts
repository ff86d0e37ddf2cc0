import { hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zip } from '../fuzz/plain-files.ts';
import { dicom } from '../unit/services/import-parts.ts';

/** Files to import, and what the store must hold when all of them are in it. */
export interface Source {
  readonly folder: string;
  /** The first half of each study's files, for an import that only adds. */
  readonly firstHalf: string;
  /** Files that an import of `folder` copies. */
  readonly files: number;
  /** SHA-256 of each instance by study. */
  readonly studies: ReadonlyMap<string, ReadonlySet<string>>;
}

const STUDIES = 16;
const INSTANCES = 12;

/** Studies of files side by side in one folder, so that every import works on many studies at once; an archive and a refused file with them. */
export async function makeSource(root: string): Promise<Source> {
  const folder = join(root, 'all');
  const firstHalf = join(root, 'half');
  mkdirSync(folder, { recursive: true });
  mkdirSync(firstHalf, { recursive: true });
  const studies = new Map<string, Set<string>>();
  const archived: Record<string, Uint8Array> = {};
  for (let s = 0; s < STUDIES; s++) {
    const study = `1.2.826.0.1.99.${s}`;
    const files = new Set<string>();
    studies.set(study, files);
    for (let i = 0; i < INSTANCES; i++) {
      const pixels = new Uint8Array(64 * 64 * 2).fill((s * INSTANCES + i) % 251);
      const bytes = dicom(
        `${study}.${i}`,
        [
          { tag: '0020000E', vr: 'UI', value: `${study}.0.${i % 3}` },
          { tag: '00200013', vr: 'IS', value: i },
          { tag: '00280010', vr: 'US', value: 64 },
          { tag: '00280011', vr: 'US', value: 64 },
          { tag: '7FE00010', vr: 'OW', value: pixels },
        ],
        study,
      );
      files.add(hash('sha256', bytes));
      const name = `${String(i).padStart(2, '0')}-${s}.dcm`;
      if (i === INSTANCES - 1) archived[name] = bytes;
      else writeFileSync(join(folder, name), bytes);
      if (i < INSTANCES / 2) writeFileSync(join(firstHalf, name), bytes);
    }
  }
  writeFileSync(join(folder, 'zz-last.zip'), await zip(archived));
  writeFileSync(join(folder, 'notes.txt'), 'No image.');
  return { folder, firstHalf, files: STUDIES * INSTANCES, studies };
}
