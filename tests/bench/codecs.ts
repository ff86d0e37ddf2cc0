import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { createDecoderPool } from '../../electron/dicom/decoder-pool.ts';
import { writePart10 } from '../../electron/dicom/write-part10.ts';
import { writeHtj2k } from '../conformance/htj2k-variant.ts';
import { findPython, runPython } from '../fixtures/python.ts';
import type { BenchRow } from './bench-row.ts';

const SIDE = 1024;
const FRAMES = 8;
const ROUNDS = 5;
const AIM = 2;
const MEGAPIXELS = (SIDE * SIDE * FRAMES) / 1e6;

/** What is encoded, by whom, with what; the name is the row's. */
const CODECS: readonly (readonly [
  name: string,
  source: 'grey' | 'eight' | 'colour',
  program: string,
  options: readonly string[],
])[] = [
  ['rle 12-bit', 'grey', 'dcmcrle', []],
  ['jpeg baseline 8-bit', 'eight', 'dcmcjpeg', ['+eb']],
  ['jpeg baseline colour', 'colour', 'dcmcjpeg', ['+eb']],
  ['jpeg extended 12-bit', 'grey', 'dcmcjpeg', ['+ee', '+bt']],
  ['jpeg lossless 12-bit', 'grey', 'dcmcjpeg', ['+e1']],
  ['jpeg lossless colour', 'colour', 'dcmcjpeg', ['+e1']],
  ['jpeg-ls 12-bit', 'grey', 'dcmcjpls', ['+el']],
  ['jpeg-ls near 12-bit', 'grey', 'dcmcjpls', ['+en', '+md', '2']],
  ['jpeg 2000 12-bit', 'grey', 'gdcmconv', ['--j2k']],
  ['jpeg 2000 colour', 'colour', 'gdcmconv', ['--j2k']],
];

/** Frames like an axial CT: smooth tissue with noise of a few units on a dark surround; deterministic. */
function makeSource(path: string, kind: 'grey' | 'eight' | 'colour'): void {
  const samples = kind === 'colour' ? 3 : 1;
  const values = new Uint16Array(SIDE * SIDE * samples * FRAMES);
  let state = 12345;
  for (let i = 0; i < values.length; i++) {
    const pixel = Math.floor(i / samples);
    const [x, y] = [pixel % SIDE, Math.floor(pixel / SIDE) % SIDE];
    const inside = ((x - 512) / 430) ** 2 + ((y - 512) / 330) ** 2 < 1;
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const noise = (state >>> 16) % 24;
    const tissue =
      1040 + 300 * Math.sin(x / 57) * Math.cos(y / 41) + 90 * Math.sin((x + y + (i % samples) * 40) / 9);
    values[i] = inside ? tissue + noise : 8 + (noise >> 2);
  }
  const pixels =
    kind === 'grey'
      ? new Uint8Array(values.buffer)
      : Uint8Array.from(values, (value) => Math.min(255, value >> 3));
  const bits = kind === 'grey' ? 12 : 8;
  const allocated = kind === 'grey' ? 16 : 8;
  const us = (tag: string, value: number) => ({ tag, vr: 'US', value });
  const bytes = writePart10({
    sopClassUID: '1.2.840.10008.5.1.4.1.1.7',
    sopInstanceUID: '2.25.78.1',
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    elements: [
      { tag: '00080060', vr: 'CS', value: 'OT' },
      { tag: '0020000D', vr: 'UI', value: '2.25.78' },
      { tag: '0020000E', vr: 'UI', value: '2.25.78.0' },
      us('00280002', samples),
      { tag: '00280004', vr: 'CS', value: samples === 3 ? 'RGB' : 'MONOCHROME2' },
      ...(samples === 3 ? [us('00280006', 0)] : []),
      { tag: '00280008', vr: 'IS', value: FRAMES },
      us('00280010', SIDE),
      us('00280011', SIDE),
      us('00280100', allocated),
      us('00280101', bits),
      us('00280102', bits - 1),
      us('00280103', 0),
      { tag: '7FE00010', vr: allocated === 16 ? 'OW' : 'OB', value: pixels },
    ],
  });
  writeFileSync(path, bytes);
}

/** The grey source with each frame deflated (Deflated Image Frame). */
function makeDeflated(path: string): void {
  const frame = new Uint16Array(SIDE * SIDE);
  const fragments = Array.from({ length: FRAMES }, (_, n) => {
    for (let i = 0; i < frame.length; i++) frame[i] = 1000 + ((i * 7 + n * 13) % 61);
    return deflateRawSync(new Uint8Array(frame.buffer));
  });
  const us = (tag: string, value: number) => ({ tag, vr: 'US', value });
  writeFileSync(
    path,
    writePart10({
      sopClassUID: '1.2.840.10008.5.1.4.1.1.7',
      sopInstanceUID: '2.25.78.2',
      transferSyntaxUID: '1.2.840.10008.1.2.8.1',
      elements: [
        us('00280002', 1),
        { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
        { tag: '00280008', vr: 'IS', value: FRAMES },
        us('00280010', SIDE),
        us('00280011', SIDE),
        us('00280100', 16),
        us('00280101', 12),
        us('00280102', 11),
        us('00280103', 0),
        { tag: '7FE00010', vr: 'OB', value: { fragments } },
      ],
    }),
  );
}

/** Encodes every source in every way that this machine has a program for; gives the names made. */
async function encodeAll(folder: string, encoded: string): Promise<string[]> {
  for (const kind of ['grey', 'eight', 'colour'] as const) makeSource(join(folder, `${kind}.dcm`), kind);
  const made: string[] = [];
  for (const [name, source, program, options] of CODECS) {
    const run = spawnSync(
      program,
      [...options, join(folder, `${source}.dcm`), join(encoded, `${name}.dcm`)],
      {
        stdio: 'ignore',
      },
    );
    if (run.status === 0) made.push(name);
  }
  for (const [name, source] of [
    ['htj2k 16-bit', 'grey'],
    ['htj2k colour', 'colour'],
  ] as const) {
    if (await writeHtj2k(join(folder, `${source}.dcm`), join(encoded, `${name}.dcm`), true)) made.push(name);
  }
  makeDeflated(join(encoded, 'deflated frame 12-bit.dcm'));
  made.push('deflated frame 12-bit');
  return made;
}

/** Milliseconds a megapixel of the product's decoder pool with two workers: reading the file and handing over the frames included. */
async function decodeOnce(pool: ReturnType<typeof createDecoderPool>, path: string): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: FRAMES }, (_, frame) => pool.decode({ path }, frame)));
  return (performance.now() - start) / MEGAPIXELS;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/**
 * Every codec on 8 frames of 1024²: two workers as the product has them, beside the native decoder on one thread in its own process
 * (gdcm: libjpeg, CharLS, OpenJPEG; HTJ2K: OpenJPEG; deflate: zlib), in turns, warm.
 */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-codecs-'));
  const python = findPython(['gdcm', 'pydicom', 'PIL']) ?? findPython(['gdcm', 'pydicom']);
  const pool = createDecoderPool({ workers: 2, timeoutMs: 120_000 });
  try {
    const encoded = join(folder, 'encoded');
    mkdirSync(encoded);
    const names = await encodeAll(folder, encoded);
    const ours = new Map<string, number[]>(names.map((name) => [name, []]));
    const theirs = new Map<string, number[]>(names.map((name) => [name, []]));
    for (const name of names) await decodeOnce(pool, join(encoded, `${name}.dcm`));
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of names) ours.get(name)?.push(await decodeOnce(pool, join(encoded, `${name}.dcm`)));
      if (python === null) continue;
      const measured = JSON.parse(
        runPython(python, [join(import.meta.dirname, 'codecs.py'), encoded]),
      ) as Record<string, number>;
      for (const [name, value] of Object.entries(measured)) theirs.get(name)?.push(value);
    }
    return names.map((name) => {
      const mine = median(ours.get(name) ?? []);
      const native = theirs.get(name) ?? [];
      const reference = native.length === 0 ? null : median(native);
      const ratio = reference === null ? null : mine / reference;
      return {
        name: `decode ${name}, two workers, beside the native decoder`,
        ours: mine,
        reference,
        unit: 'ms/MP',
        ratio,
        aim: `≤${AIM}×`,
        ok: ratio === null ? null : ratio <= AIM,
      };
    });
  } finally {
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await run());
