import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { prepareImage } from '../../../electron/inference/prepare-image.ts';
import { el, sample } from '../dicom/samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-prepare-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The model's input of one frame of a file, where the pack asks for nothing but modality values in the image's own size. */
async function inputOf(name: string, bytes: Uint8Array, frame: number): Promise<number[]> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { input } = await prepareImage(
    { path, sha256, frame, rows: 2, columns: 3, pixelSpacing: null },
    {
      id: 'test',
      preprocess: [
        { op: 'modality-lut' },
        { op: 'resize', rows: 2, columns: 3, filter: 'triangle-antialias', aspect: 'squash' },
      ],
      input: { name: 'image', dtype: 'float32', shape: [1, 1, 2, 3] },
    },
  );
  return [...input];
}

const rescale = (slope: number, intercept: number) => [
  el('00289145 SQ', [[el('00281052 DS', intercept), el('00281053 DS', slope), el('00281054 LO', 'HU')]]),
];

test('a model reads each frame by that frame’s own rescale', async () => {
  const stored = Int16Array.from([-3, -2, -1, 0, 1, 2, -3, -2, -1, 0, 1, 2]);
  const bytes = sample([
    el('00280008 IS', 2),
    el('7FE00010 OW', new Uint8Array(stored.buffer)),
    el('52009230 SQ', [rescale(1, -1024), rescale(-2, 10)]),
  ]);
  expect(await inputOf('frames', bytes, 0)).toEqual([-1027, -1026, -1025, -1024, -1023, -1022]);
  expect(await inputOf('frames', bytes, 1)).toEqual([16, 14, 12, 10, 8, 6]);
});

test('a model reads the values of a Modality LUT', async () => {
  const lut = [
    el('00283002 SS', [5, -2, 16]),
    el('00283004 LO', 'OD'),
    el('00283006 US', [7, 70, 700, 7000, 60000]),
  ];
  expect(await inputOf('lut', sample([el('00283000 SQ', [lut])]), 0)).toEqual([7, 7, 70, 700, 7000, 60000]);
});
