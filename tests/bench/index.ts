import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPython } from '../fixtures/python.ts';
import type { BenchRow } from './bench-row.ts';
import { writeCtFiles } from './ct-files.ts';
import { importRate, pydicomRate } from './import-rate.ts';
import { startOrthanc } from './orthanc.ts';
import { quantile } from './quantile.ts';

const FILES = { root: '2.25.900301', studies: 100, seriesOfStudy: 2, slicesOfSeries: 100, side: 64 };
const COUNT = FILES.studies * FILES.seriesOfStudy * FILES.slicesOfSeries;
const WARM = { ...FILES, root: '2.25.900302', studies: 5 };
const WARM_COUNT = WARM.studies * WARM.seriesOfStudy * WARM.slicesOfSeries;
const CONNECTIONS = [1, 2, 4, 8];
const WARM_ROUNDS = 3;
const ROUNDS = 3;
const PYDICOM_AIM = 3;
const ORTHANC_AIM = 5;

function pathsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}

interface OrthancRate {
  readonly rate: number;
  readonly words: string;
}

/**
 * Files a second that Orthanc takes over its REST, over as many connections as it was quickest with while it warmed up. The client is
 * this process: it reads a file and sends it.
 */
async function orthancRate(directory: string, files: string, warm: string): Promise<OrthancRate | null> {
  const orthanc = await startOrthanc(directory);
  if (orthanc === null) return null;
  try {
    const paths = pathsIn(warm);
    const share = Math.floor(paths.length / CONNECTIONS.length);
    const tried: { rate: number; connections: number }[] = [];
    for (const [i, connections] of CONNECTIONS.entries()) {
      const part = paths.slice(i * share, (i + 1) * share);
      tried.push({ rate: await orthanc.send(part, connections), connections });
    }
    const [best] = tried.toSorted((a, b) => b.rate - a.rate);
    const connections = best?.connections ?? 1;
    const before = await orthanc.instances();
    const rate = await orthanc.send(pathsIn(files), connections);
    const taken = (await orthanc.instances()) - before;
    if (taken !== COUNT) throw new Error(`Orthanc took ${taken} of ${COUNT} files`);
    return { rate, words: `Orthanc ${orthanc.version} over REST, ${connections} connections` };
  } finally {
    await orthanc.stop();
  }
}

function row(words: string, ours: number, reference: number | null, aim: number): BenchRow {
  const ratio = reference === null ? null : ours / reference;
  return {
    name: `index: import of ${COUNT.toLocaleString('en')} small files, copy included, beside ${words}`,
    ours,
    reference,
    unit: 'files/s',
    ratio,
    aim: `≥${aim}×`,
    ok: ratio === null ? null : ratio >= aim,
  };
}

/**
 * Import of 20,000 files of 8 KB (100 studies), the copy included, beside pydicom reading their headers in one process and beside Orthanc
 * receiving them over its REST; in turns, all warm, on one file system: TMPDIR in memory leaves the disk out of it.
 */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-bench-index-'));
  const python = findPython(['pydicom']);
  try {
    const [files, warm] = [join(folder, 'files'), join(folder, 'warm-files')];
    writeCtFiles(files, FILES);
    writeCtFiles(warm, WARM);
    await importRate(warm, WARM_COUNT, join(folder, 'warm'));
    // As pydicom, which is timed when it reads them all for the second time; our code is compiled while it runs, until the third.
    for (let round = 0; round < WARM_ROUNDS; round++) {
      await importRate(files, COUNT, join(folder, 'warm-all'));
      rmSync(join(folder, 'warm-all'), { recursive: true });
    }
    const ours: number[] = [];
    const importOnce = async (): Promise<void> => {
      const data = join(folder, 'data');
      ours.push(await importRate(files, COUNT, data));
      rmSync(data, { recursive: true });
    };
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      if (python !== null) theirs.push(pydicomRate(python, files, COUNT));
      await importOnce();
    }
    const orthanc = await orthancRate(join(folder, 'orthanc'), files, warm);
    await importOnce();
    const rate = quantile(ours, 0.5);
    const missing = 'Orthanc: left out, since it is not installed (apt-get install orthanc)';
    return [
      row(
        python === null
          ? 'pydicom: left out, since no Python here has it'
          : 'pydicom dcmread(stop_before_pixels)',
        rate,
        python === null ? null : quantile(theirs, 0.5),
        PYDICOM_AIM,
      ),
      row(orthanc?.words ?? missing, rate, orthanc?.rate ?? null, ORTHANC_AIM),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 1)}\n`);
