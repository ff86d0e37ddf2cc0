import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePart10 } from '../../electron/dicom/write-part10.ts';
import { importWorkers } from '../../electron/hosts/workers/start-import-worker.ts';
import { importPaths } from '../../electron/services/import-study.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { findPython, runPython } from '../fixtures/python.ts';
import type { BenchRow } from './bench-row.ts';

const FILES = 2000;
const SIZE = 128;
/** Imports before the first that counts: threads are started and code is compiled by then (each is a store of its own). */
const WARM = 3;
const ROUNDS = 5;
const AIM = 2;

/** CT-like files of about 33 KB: ten series of 200 slices of one study. */
function makeFiles(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const pixels = new Uint8Array(SIZE * SIZE * 2);
  for (let file = 0; file < FILES; file++) {
    const series = Math.floor(file / 200);
    new DataView(pixels.buffer).setUint32(0, file, true);
    const bytes = writePart10({
      sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
      sopInstanceUID: `1.2.826.0.1.1.${series}.${file}`,
      transferSyntaxUID: '1.2.840.10008.1.2.1',
      elements: [
        { tag: '00080008', vr: 'CS', value: ['ORIGINAL', 'PRIMARY', 'AXIAL'] },
        { tag: '00080020', vr: 'DA', value: '20260101' },
        { tag: '00080030', vr: 'TM', value: '120000' },
        { tag: '00080050', vr: 'SH', value: 'A1' },
        { tag: '00080060', vr: 'CS', value: 'CT' },
        { tag: '00080070', vr: 'LO', value: 'Bench' },
        { tag: '00081030', vr: 'LO', value: 'Bench study' },
        { tag: '0008103E', vr: 'LO', value: `Series ${series}` },
        { tag: '00100010', vr: 'PN', value: 'BENCH^IMPORT' },
        { tag: '00100020', vr: 'LO', value: 'BENCH' },
        { tag: '00100030', vr: 'DA', value: '19700101' },
        { tag: '00100040', vr: 'CS', value: 'O' },
        { tag: '00180015', vr: 'CS', value: 'CHEST' },
        { tag: '00180050', vr: 'DS', value: 1 },
        { tag: '0020000D', vr: 'UI', value: '1.2.826.0.1.1' },
        { tag: '0020000E', vr: 'UI', value: `1.2.826.0.1.1.${series}` },
        { tag: '00200011', vr: 'IS', value: series },
        { tag: '00200013', vr: 'IS', value: file },
        { tag: '00200032', vr: 'DS', value: [-100, -100, file] },
        { tag: '00200037', vr: 'DS', value: [1, 0, 0, 0, 1, 0] },
        { tag: '00280002', vr: 'US', value: 1 },
        { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
        { tag: '00280010', vr: 'US', value: SIZE },
        { tag: '00280011', vr: 'US', value: SIZE },
        { tag: '00280030', vr: 'DS', value: [1, 1] },
        { tag: '00280100', vr: 'US', value: 16 },
        { tag: '00280101', vr: 'US', value: 16 },
        { tag: '00280102', vr: 'US', value: 15 },
        { tag: '00280103', vr: 'US', value: 1 },
        { tag: '00281050', vr: 'DS', value: 40 },
        { tag: '00281051', vr: 'DS', value: 400 },
        { tag: '00281052', vr: 'DS', value: -1024 },
        { tag: '00281053', vr: 'DS', value: 1 },
        { tag: '7FE00010', vr: 'OW', value: pixels },
      ],
    });
    writeFileSync(join(directory, `${file}.dcm`), bytes);
  }
}

/** Files a second of a whole import into a new store: walked, read, hashed, parsed, copied, indexed. */
async function importOnce(files: string, data: string): Promise<number> {
  const store = openStore({ directory: data });
  try {
    const start = performance.now();
    const report = await importPaths({
      paths: [files],
      store,
      startWorker: importWorkers(data),
      actor: 'operator',
    });
    const seconds = (performance.now() - start) / 1000;
    if (report.imported !== FILES) throw new Error(`${report.imported} of ${FILES} files were imported`);
    return FILES / seconds;
  } finally {
    store.close();
  }
}

const PYDICOM = `
import os, sys, time
import pydicom
folder = sys.argv[1]
def once():
    start = time.perf_counter()
    n = 0
    for entry in os.scandir(folder):
        pydicom.dcmread(entry.path, stop_before_pixels=True)
        n += 1
    return n / (time.perf_counter() - start)
once()
print(once())
`;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Import of 2,000 small files, the copy included, beside pydicom reading their headers in one process; in turns, both warm. */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-bench-'));
  const python = findPython(['pydicom']);
  try {
    const files = join(folder, 'files');
    makeFiles(files);
    for (let round = 0; round < WARM; round++) await importOnce(files, join(folder, `warm-${round}`));
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      if (python !== null) theirs.push(Number(runPython(python, ['-c', PYDICOM, files])));
      ours.push(await importOnce(files, join(folder, `data-${round}`)));
    }
    const reference = theirs.length === 0 ? null : median(theirs);
    const ratio = reference === null ? null : median(ours) / reference;
    return [
      {
        name: 'import of 2,000 small files, copy included, beside pydicom dcmread(stop_before_pixels)',
        ours: median(ours),
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
