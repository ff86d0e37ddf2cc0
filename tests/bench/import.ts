import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPython } from '../fixtures/python.ts';
import type { BenchRow } from './bench-row.ts';
import { writeCtFiles } from './ct-files.ts';
import { importRate, pydicomRate } from './import-rate.ts';
import { quantile } from './quantile.ts';

const FILES = 2000;
/** Imports before the first that counts: threads are started and code is compiled by then (each is a store of its own). */
const WARM = 3;
const ROUNDS = 5;
const AIM = 2;

/** Import of 2,000 small files, the copy included, beside pydicom reading their headers in one process; in turns, both warm. */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-bench-'));
  const python = findPython(['pydicom']);
  try {
    const files = join(folder, 'files');
    writeCtFiles(files, {
      root: '1.2.826.0.1.1',
      studies: 1,
      seriesOfStudy: 10,
      slicesOfSeries: 200,
      side: 128,
    });
    for (let round = 0; round < WARM; round++) await importRate(files, FILES, join(folder, `warm-${round}`));
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      if (python !== null) theirs.push(pydicomRate(python, files, FILES));
      ours.push(await importRate(files, FILES, join(folder, `data-${round}`)));
    }
    const reference = theirs.length === 0 ? null : quantile(theirs, 0.5);
    const ratio = reference === null ? null : quantile(ours, 0.5) / reference;
    return [
      {
        name: 'import of 2,000 small files, copy included, beside pydicom dcmread(stop_before_pixels)',
        ours: quantile(ours, 0.5),
        reference,
        unit: 'files/s',
        ratio,
        aim: `≥${AIM}×`,
        ok: ratio === null ? null : ratio >= AIM,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run())}\n`);
