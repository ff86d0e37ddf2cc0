import { hash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFrame } from '../../electron/dicom/decode-frame.ts';
import { readHeader } from '../../electron/dicom/read-header.ts';
import { wrapPlainImage } from '../../electron/dicom/wrap-image.ts';
import { createEngine, type LocalEngine } from '../../electron/inference/create-engine.ts';
import type { AnalysisInput } from '../../electron/shared/ports.ts';
import type { Stated } from '../../electron/shared/study.ts';
import { testImageBytes } from '../fixtures/test-image.ts';

/**
 * What each pack's own distances let through, over real images that are not in the repository: the packs' own sets should pass,
 * everything else should abstain although its tags say that it fits. The aims are those of the project: 95 % and 90 %.
 */
const ROOT = resolve(import.meta.dirname, '../..');
const DATA = resolve(ROOT, process.env['OVERREAD_TEST_DATA'] ?? '../shared/data');
/** Enough to notice a pack that lets through what it should not; models/training/domain.py asks it of several times as many. */
const PER_GROUP = 24;
const CHEST = { modality: 'DX', bodyPart: 'CHEST', view: 'PA' };
const LIMBS = 'xray-fracture/images';
const ADULTS = 'chest-xray-adult/images';
const CHILDREN = 'chest-xray-paediatric/images';
const TILES = 'histology-tiles';
const TURNED = 'turned by 90°';
const READS = [
  { id: 'chest-adult', stated: CHEST, own: ADULTS, others: [LIMBS, TILES], reads: [] },
  { id: 'chest-child', stated: { ...CHEST, age: 4 }, own: CHILDREN, others: [LIMBS, TILES], reads: [] },
  // Limbs are laid down in every direction.
  {
    id: 'limb-fracture',
    stated: { modality: 'DX', bodyPart: 'HAND' },
    own: LIMBS,
    others: [ADULTS, CHILDREN, TILES],
    reads: [TURNED],
  },
];
const SCANS = ['dicom/ct-head', 'dicom/pydicom'];

let engine: LocalEngine;
const home = mkdtempSync(join(tmpdir(), 'overread-foreign-'));
beforeAll(() => {
  engine = createEngine({ packsDirectory: join(ROOT, 'models'), overreadVersion: 'test' });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

function some(folder: string): string[] {
  const names = readdirSync(join(DATA, folder))
    .filter((name) => /\.(jpe?g|png)$/i.test(name))
    .toSorted();
  const step = Math.max(1, Math.floor(names.length / PER_GROUP));
  return names
    .filter((_, index) => index % step === 0)
    .slice(0, PER_GROUP)
    .map((name) => join(DATA, folder, name));
}

let kept = 0;
function keep(bytes: Uint8Array): AnalysisInput {
  const path = join(home, `${++kept}.dcm`);
  writeFileSync(path, bytes);
  return { header: readHeader(bytes), sha256: hash('sha256', bytes), location: { path } };
}

async function wrapped(path: string, stated: Stated): Promise<Uint8Array> {
  return wrapPlainImage(readFileSync(path), { name: 'image', stated });
}

/** Grey values of a wrapped image in 0..1, with its size. */
async function grey(bytes: Uint8Array): Promise<{ rows: number; columns: number; at: Float64Array }> {
  const { rows, columns, samples, data } = await decodeFrame(bytes, 0);
  const at = Float64Array.from({ length: rows * columns }, (_, i) => Number(data[i * samples]) / 255);
  return { rows, columns, at };
}

type Grey = Awaited<ReturnType<typeof grey>>;
const SPOILED: Readonly<Record<string, (image: Grey, part: string) => AnalysisInput>> = {
  'inverted without a tag': ({ rows, columns, at }, part) =>
    picture(rows, columns, part, (i) => 1 - (at[i] ?? 0)),
  [TURNED]: ({ rows, columns, at }, part) =>
    picture(columns, rows, part, (i) => {
      const row = Math.floor(i / rows);
      const column = i % rows;
      return at[(rows - 1 - column) * columns + row] ?? 0;
    }),
  noise: ({ rows, columns }, part) =>
    picture(rows, columns, part, (i) => ((i * 2654435761) % 4294967296) / 4294967296),
};

/** A radiograph of the body part, by its tags, whose grey values are 0..1. */
function picture(
  rows: number,
  columns: number,
  part: string,
  value: (index: number) => number,
): AnalysisInput {
  const pixels = Uint16Array.from({ length: rows * columns }, (_, i) => Math.round(4095 * value(i)));
  return keep(testImageBytes({ rows, columns, pixels, tags: { '00180015': ['CS', part] } }));
}

/** Grey and twice as large, so that neither colour nor size turns it away. */
function doubled({ rows, columns, at }: Grey, part: string): AnalysisInput {
  return picture(2 * rows, 2 * columns, part, (i) => {
    const row = Math.floor(i / (2 * columns));
    return at[(row >> 1) * columns + ((i % (2 * columns)) >> 1)] ?? 0;
  });
}

/** The first frame of every CT and MR in a folder that decodes, told to be a radiograph of the body part. */
async function scans(folder: string, part: string): Promise<AnalysisInput[]> {
  const inputs: AnalysisInput[] = [];
  for (const name of readdirSync(join(DATA, folder)).toSorted()) {
    try {
      const bytes = readFileSync(join(DATA, folder, name));
      if (!['CT', 'MR'].includes(readHeader(bytes).modality)) continue;
      const { rows, columns, data, samples } = await decodeFrame(bytes, 0);
      // Smaller ones are turned away for their size.
      if (samples !== 1 || Math.min(rows, columns) < 256) continue;
      const values = Float64Array.from({ length: rows * columns }, (_, i) => Number(data[i]));
      const [low, high] = values.reduce(
        ([a, b], v) => [Math.min(a, v), Math.max(b, v)],
        [Infinity, -Infinity],
      );
      inputs.push(picture(rows, columns, part, (i) => ((values[i] ?? 0) - low) / Math.max(high - low, 1)));
    } catch {
      // Broken files are among the tests' material.
    }
  }
  return inputs;
}

/** Share of images for which a model abstains; each abstention by a distance names it. */
async function abstains(id: string, stated: Stated, inputs: readonly AnalysisInput[]): Promise<number> {
  let count = 0;
  for (const input of inputs) {
    const [outcome] = await engine.analyze({
      studyInstanceUID: input.header.studyInstanceUID,
      inputs: [input],
      stated,
      modelIds: [id],
      device: 'cpu',
      withMaps: false,
    });
    const result = outcome?.record.result;
    expect(result?.status).not.toBe('failed');
    if (result?.status !== 'abstained') continue;
    expect(result.reason).toMatch(
      /\((layout|texture|posture|feature|kind) distance \d+\.\d\d, limit \d+\.\d\d\)$/,
    );
    count++;
  }
  return count / inputs.length;
}

describe.each(READS)('$id knows what it does not know (needs OVERREAD_TEST_DATA)', (pack) => {
  const { id, stated, own, others, reads } = pack;
  const part = stated.bodyPart;
  const there = existsSync(join(DATA, own));

  it.skipIf(!there)('reads at least 95 % of its own kind of images', async () => {
    const inputs = await Promise.all(some(own).map(async (path) => keep(await wrapped(path, stated))));
    const share = await abstains(id, stated, inputs);
    console.log(
      `${id}: abstains for ${(100 * share).toFixed(1)} % of ${inputs.length} images of its own kind`,
    );
    expect(share).toBeLessThanOrEqual(0.05);
  });

  it.skipIf(!there).each(Object.keys(SPOILED).filter((how) => !reads.some((name) => name === how)))(
    'abstains for at least 90 %: its own, %s',
    async (how) => {
      const inputs = await Promise.all(
        some(own).map(
          async (path) => SPOILED[how]?.(await grey(await wrapped(path, stated)), part) as AnalysisInput,
        ),
      );
      const share = await abstains(id, stated, inputs);
      console.log(`${id}: abstains for ${(100 * share).toFixed(1)} % of ${inputs.length} images ${how}`);
      expect(share).toBeGreaterThanOrEqual(0.9);
    },
  );

  it.skipIf(!there).each(others)('abstains for at least 90 %: %s, told to be its own', async (folder) => {
    const inputs = await Promise.all(
      some(folder).map(async (path) => doubled(await grey(await wrapped(path, stated)), part)),
    );
    const share = await abstains(id, stated, inputs);
    console.log(`${id}: abstains for ${(100 * share).toFixed(1)} % of ${inputs.length} images of ${folder}`);
    expect(share).toBeGreaterThanOrEqual(0.9);
  });

  it.skipIf(!there).each(SCANS)('abstains for at least 90 %: CT and MR of %s', async (folder) => {
    const inputs = await scans(folder, part);
    expect(inputs.length).toBeGreaterThan(3);
    const share = await abstains(id, stated, inputs);
    console.log(`${id}: abstains for ${(100 * share).toFixed(1)} % of ${inputs.length} slices of ${folder}`);
    expect(share).toBeGreaterThanOrEqual(0.9);
  });
});
