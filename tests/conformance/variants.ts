import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CorpusFile } from './corpus.ts';
import { writeHtj2k } from './htj2k-variant.ts';

/** Encoders of dcmtk and gdcm: program, options, and how the table names what comes out. */
const ENCODERS: readonly (readonly [string, string, readonly string[]])[] = [
  ['big-endian', 'dcmconv', ['+tb']],
  ['implicit', 'dcmconv', ['+ti']],
  ['deflated', 'dcmconv', ['+td']],
  ['rle-dcmtk', 'dcmcrle', []],
  ['jpeg-sv1', 'dcmcjpeg', ['+e1']],
  ['jpeg-lossless-2', 'dcmcjpeg', ['+el', '+sv', '2']],
  ['jpeg-lossless-3', 'dcmcjpeg', ['+el', '+sv', '3']],
  ['jpeg-lossless-4', 'dcmcjpeg', ['+el', '+sv', '4']],
  ['jpeg-lossless-5', 'dcmcjpeg', ['+el', '+sv', '5']],
  ['jpeg-lossless-6', 'dcmcjpeg', ['+el', '+sv', '6']],
  ['jpeg-lossless-7', 'dcmcjpeg', ['+el', '+sv', '7']],
  ['jpeg-baseline', 'dcmcjpeg', ['+eb']],
  ['jpeg-baseline-444', 'dcmcjpeg', ['+eb', '+s4']],
  ['jpeg-extended-8', 'dcmcjpeg', ['+ee', '+be']],
  ['jpeg-extended-12', 'dcmcjpeg', ['+ee', '+bt']],
  ['jpeg-ls', 'dcmcjpls', ['+el']],
  ['jpeg-ls-near', 'dcmcjpls', ['+en', '+md', '2']],
  ['jpeg-ls-fragments', 'dcmcjpls', ['+el', '+fs', '4', '-ot']],
  ['jpeg-2000', 'gdcmconv', ['--j2k']],
  ['jpeg-ls-gdcm', 'gdcmconv', ['--jpegls']],
  ['jpeg-lossless-gdcm', 'gdcmconv', ['--jpeg']],
  ['rle-gdcm', 'gdcmconv', ['--rle']],
  ['jpeg-2000-lossy', 'gdcmconv', ['--lossy', '--j2k', '-q', '60']],
];

/**
 * Encodes each source in every way that the installed tools can. What a tool declines to make is left out: not every syntax
 * fits every image.
 * @param only the ways to make; all unless told
 */
export async function makeVariants(
  sources: readonly CorpusFile[],
  folder: string,
  only?: ReadonlySet<string>,
): Promise<CorpusFile[]> {
  const made: CorpusFile[] = [];
  for (const [i, source] of sources.entries()) {
    const keep = (way: string, path: string): void => {
      if (existsSync(path)) made.push({ name: `${source.name} → ${way}`, path, source });
    };
    for (const [way, program, options] of ENCODERS) {
      if (only && !only.has(way)) continue;
      const path = join(folder, `${i}.${basename(source.path)}.${way}.dcm`);
      const run = spawnSync(program, [...options, source.path, path], { stdio: 'ignore', timeout: 60_000 });
      if (run.status === 0) keep(way, path);
    }
    for (const way of ['htj2k-lossless', 'htj2k'] as const) {
      if (only && !only.has(way)) continue;
      const path = join(folder, `${i}.${basename(source.path)}.${way}.dcm`);
      if (await writeHtj2k(source.path, path, way === 'htj2k-lossless')) keep(way, path);
    }
  }
  return made;
}
