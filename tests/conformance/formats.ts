import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type CorpusFile, filesBelow } from './corpus.ts';

/** Files in every form of uncompressed pixels, and with every table and window: written by `make_formats.py`. */
export interface FormatFiles {
  readonly pixels: readonly CorpusFile[];
  readonly meaning: readonly CorpusFile[];
}

/** The forms that the tools encode further: 8 to 32 bits, signed and unsigned, planes, single bits, numbers of floating point. */
const ENCODED_FURTHER = [
  'FloatPixelData',
  'rgb-16-planar-0',
  'rgb-8-planar-1',
  'signed-15-of-16',
  'signed-16',
  'single-bits-3',
  'unsigned-10-of-16-high-bit-13',
  'unsigned-12-of-16-clean',
  'unsigned-32',
  'ybr-full-planar-1',
];

/** Writes them. Needs a Python with pydicom and numpy. */
export function makeFormats(python: string, folder: string): FormatFiles {
  const run = spawnSync(python, [join(import.meta.dirname, 'make_formats.py'), folder], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`the forms could not be written:\n${run.stderr}`);
  return {
    pixels: filesBelow(join(folder, 'pixels'), 'formats'),
    meaning: filesBelow(join(folder, 'meaning'), 'meaning'),
  };
}

/** Those of them that variants are made from. */
export function chooseFormats({ pixels }: FormatFiles): CorpusFile[] {
  return pixels.filter(({ name }) => ENCODED_FURTHER.includes(name.replace(/^formats\/|\.dcm$/g, '')));
}
