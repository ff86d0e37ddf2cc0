import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findPython, runPython } from '../fixtures/python.ts';
import { AXIAL, stackBytes } from '../fixtures/test-stack.ts';
import { referenceJob, volumeManifest, volumeWeights, writeVolumePack } from '../fixtures/volume-pack.ts';
import type { BenchRow } from './bench-row.ts';

const SHAPE = [300, 512, 512] as const;
const WINDOW = [32, 96, 96] as const;
const ROUNDS = 2;
const TIME_AIM = 1.2;
const MEMORY_AIM = 2.5;
/** Of the stored values, 16 bits each. */
const VOLUME_MB = (SHAPE[0] * SHAPE[1] * SHAPE[2] * 2) / 1e6;

/** A body with bones in it, in Hounsfield units; cheap, since there are 79 million voxels of it. */
function body(x: number, y: number, z: number): number {
  const inside = (x * x) / 32400 + (y * y) / 14400;
  if (inside > 1) return -1000;
  const spine = x * x + (y - 70) * (y - 70) < 900 - z;
  const rib = inside > 0.8 && inside < 0.88 && (z + 0.2 * y) % 24 > 12;
  return spine || rib ? 500 + x : 40 + ((x * 7 + y * 3 + z * 5) % 20);
}

function writeFiles(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const stack = { shape: SHAPE, spacing: [1, 0.75, 0.75] as const, ...AXIAL, value: body };
  // One at a time: the whole stack's bytes would be held otherwise.
  for (let slice = 0; slice < SHAPE[0]; slice++) {
    const origin = [-(SHAPE[2] - 1) * 0.375, -(SHAPE[1] - 1) * 0.375, slice - 150] as const;
    const [bytes] = stackBytes({
      ...stack,
      shape: [1, SHAPE[1], SHAPE[2]],
      origin,
      change: () => [{ tag: '00200013', vr: 'IS', value: slice + 1 }],
      uid: slice + 1,
    });
    if (bytes != null) writeFileSync(join(folder, `${String(slice + 1).padStart(4, '0')}.dcm`), bytes);
  }
}

interface Ours {
  readonly status: string;
  readonly reason: string | null;
  readonly segmentations: readonly { readonly voxels: number }[];
  readonly seconds: number;
  readonly peak_mb: number;
  readonly own_mb: number;
  readonly timings_ms: object;
}

function ours(files: string, packs: string): Ours {
  const printed = execFileSync(
    process.execPath,
    [join(import.meta.dirname, 'volume-once.ts'), files, packs],
    { encoding: 'utf8' },
  );
  const said = JSON.parse(printed) as Ours;
  if (said.status !== 'completed') throw new Error(said.reason ?? 'no result');
  return said;
}

/**
 * A network of three convolutions over a stack of 512 × 512 × 300, sliding windows, beside a Python script that does the same with pydicom, numpy, scipy
 * and onnxruntime (one thread each); both from the start of their process to its end, in turn, the best of two. The memory is the
 * highest resident one of the engine's process, all of it: runtime and network included.
 */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-bench-volume-'));
  const python = findPython(['onnx', 'onnxruntime', 'numpy', 'scipy', 'pydicom']);
  const name = `sliding windows over ${SHAPE[1]} × ${SHAPE[2]} × ${SHAPE[0]}`;
  try {
    if (python === null) {
      return [
        {
          name: `${name}: left out, since no Python here has onnx`,
          ours: 0,
          reference: null,
          unit: 's',
          ratio: null,
          aim: `≤${TIME_AIM}× of Python`,
          ok: null,
        },
      ];
    }
    const files = join(folder, 'files');
    writeFiles(files);
    const weights = volumeWeights(python, folder, 'thin', WINDOW);
    const manifest = volumeManifest('bench', weights, 'thin', WINDOW);
    const packs = join(folder, 'packs');
    const pack = writeVolumePack(packs, manifest, weights);
    const out = join(folder, 'python');
    const job = { ...referenceJob(manifest, files, join(pack, 'model.onnx'), out), keep: false };
    writeFileSync(join(folder, 'job.json'), JSON.stringify(job));
    const runs: Ours[] = [];
    const theirs: { seconds: number; peak_mb: number; voxels: number[] }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      runs.push(ours(files, packs));
      const began = performance.now();
      runPython(python, [
        resolve(import.meta.dirname, '../fixtures/volume_reference.py'),
        join(folder, 'job.json'),
      ]);
      const seconds = (performance.now() - began) / 1000;
      theirs.push({
        ...(JSON.parse(readFileSync(`${out}.json`, 'utf8')) as (typeof theirs)[number]),
        seconds,
      });
    }
    const [voxels, expected] = [runs[0]?.segmentations[0]?.voxels ?? 0, theirs[0]?.voxels[0] ?? 0];
    if (Math.abs(voxels - expected) > 1e-4 * expected)
      throw new Error(`${voxels} voxels, and ${expected} by Python`);
    const best = (values: readonly number[]): number => Math.min(...values);
    const [time, theirTime] = [
      best(runs.map(({ seconds }) => seconds)),
      best(theirs.map(({ seconds }) => seconds)),
    ];
    const [memory, theirMemory] = [
      Math.max(...runs.map(({ peak_mb }) => peak_mb)),
      best(theirs.map(({ peak_mb }) => peak_mb)),
    ];
    console.error(
      JSON.stringify(
        runs.map(({ timings_ms, seconds, peak_mb, own_mb }) => ({ timings_ms, seconds, peak_mb, own_mb })),
      ),
    );
    return [
      {
        name,
        ours: time,
        reference: theirTime,
        unit: 's',
        ratio: time / theirTime,
        aim: `≤${TIME_AIM}× of Python`,
        ok: time / theirTime <= TIME_AIM,
      },
      {
        name: `${name}: memory of the engine; reference: Python’s`,
        ours: memory,
        reference: theirMemory,
        unit: 'MB',
        ratio: memory / VOLUME_MB,
        aim: `≤${MEMORY_AIM}× the volume (${VOLUME_MB.toFixed(0)} MB)`,
        ok: memory === 0 ? null : memory / VOLUME_MB <= MEMORY_AIM,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await run());
