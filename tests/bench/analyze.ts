import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { wrapPlainImage } from '../../electron/dicom/wrap-image.ts';
import { findPython, runPython } from '../fixtures/python.ts';
import { testImageBytes } from '../fixtures/test-image.ts';
import type { BenchRow } from './bench-row.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const IMAGES = resolve(
  ROOT,
  process.env['OVERREAD_TEST_DATA'] ?? '../shared/data',
  'chest-xray-adult',
  'images',
);
export const COUNT = 100;
const ROUNDS = 3;
const AIM = 1.25;

/** 100 radiographs as DICOM: the adult set wrapped as Secondary Capture where it is there, else drawn ones of 16 bits. */
export async function writeImages(folder: string): Promise<string> {
  if (existsSync(IMAGES)) {
    const stated = { modality: 'DX', bodyPart: 'CHEST', view: 'PA' };
    for (const name of readdirSync(IMAGES).toSorted().slice(0, COUNT)) {
      const bytes = await wrapPlainImage(readFileSync(join(IMAGES, name)), { name, stated });
      writeFileSync(join(folder, `${name}.dcm`), bytes);
    }
    return '512², JPEG';
  }
  for (let study = 1; study <= COUNT; study++) {
    const pixels = Uint16Array.from({ length: 1024 * 1024 }, (_, i) => (i * (study + 7)) % 4096);
    writeFileSync(join(folder, `${study}.dcm`), testImageBytes({ study, rows: 1024, columns: 1024, pixels }));
  }
  return '1024², 16 bits';
}

function seconds(work: () => void): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
}

function ours(folder: string): void {
  const once = join(import.meta.dirname, 'analyze-once.ts');
  const printed = execFileSync(process.execPath, [once, folder], { encoding: 'utf8' });
  const { scores } = JSON.parse(printed) as { scores: number };
  // A few radiographs are foreign to the model by its own distances: it ran on them, and abstained.
  if (scores < 0.95 * COUNT) throw new Error(`${scores} scores of ${COUNT} images`);
}

function theirs(python: string, folder: string, threads: number): void {
  const script = join(ROOT, 'models/training/compare.py');
  const pack = join(ROOT, 'models/chest-adult');
  const printed = runPython(python, [
    script,
    '--pack',
    pack,
    '--json',
    '--threads',
    `${threads}`,
    '--data',
    folder,
  ]);
  const { results } = JSON.parse(printed) as { results: { error?: string }[] };
  const bad = results.find((row) => row.error !== undefined);
  if (results.length !== COUNT || bad !== undefined)
    throw new Error(bad?.error ?? `${results.length} results`);
}

/**
 * `analyze` of 100 chest images beside a Python script that decodes with pydicom and runs the same ONNX file in onnxruntime; both from the
 * start of their process to its end, in turn, the best of three. Python runs with one and with two threads, and the better counts.
 */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-bench-'));
  try {
    const what = await writeImages(folder);
    const python = findPython(['onnxruntime', 'pydicom', 'numpy', 'PIL']);
    let best = Number.POSITIVE_INFINITY;
    let reference = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round++) {
      best = Math.min(
        best,
        seconds(() => ours(folder)),
      );
      if (python === null) continue;
      for (const threads of [1, 2])
        reference = Math.min(
          reference,
          seconds(() => theirs(python, folder, threads)),
        );
    }
    const name = `analyze ${COUNT} chest images (${what})`;
    const ratio = python === null ? null : best / reference;
    return [
      {
        name,
        ours: best,
        reference: python === null ? null : reference,
        unit: 's',
        ratio,
        aim: `≤${AIM}× of Python`,
        ok: ratio === null ? null : ratio <= AIM,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) console.table(await run());
