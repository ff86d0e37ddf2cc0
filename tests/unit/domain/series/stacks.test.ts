import { describe, expect, it } from 'vitest';
import { stacksOf } from '../../../../electron/domain/series/series-stacks.ts';
import type { DicomElement } from '../../../../electron/dicom/dicom-element.ts';
import type { StackDetail } from '../../../../electron/shared/stack.ts';
import { el } from '../../dicom/samples.ts';
import {
  AXIAL,
  axialSlices,
  codesOf,
  headerOf,
  SAGITTAL,
  seeded,
  shuffled,
  type SliceFile,
  stacksOfFiles,
  uidsOf,
} from './files.ts';

const HEIGHTS = [0, 2, 4, 6];

/** Every combination of these values at every height; numbers and UIDs count up as a scanner would that changes the value last. */
function volumes(values: readonly (readonly DicomElement[])[]): SliceFile[] {
  return values.flatMap((elements, v) =>
    HEIGHTS.map((z, i) => {
      const uid = v * HEIGHTS.length + i + 1;
      return { uid, number: uid, position: [-100, -100, z], elements };
    }),
  );
}

const labels = (stacks: readonly StackDetail[]): string[] => stacks.map(({ label }) => label);
const b = (value: number): DicomElement => el('00189087 FD', value);

describe('a series is divided into stacks', () => {
  it('by phase', () => {
    const stacks = stacksOfFiles(volumes([3, 1, 2].map((phase) => [el('00200100 IS', phase)])));
    expect(labels(stacks)).toEqual(['phase 1 of 3', 'phase 2 of 3', 'phase 3 of 3']);
    expect(stacks.map(uidsOf)).toEqual([
      [5, 6, 7, 8],
      [9, 10, 11, 12],
      [1, 2, 3, 4],
    ]);
    expect(stacks.every(({ verdict }) => verdict.kind === 'regular')).toBe(true);
  });

  it('by frame reference time of a dynamic PET, and by the percentage of the heart’s cycle', () => {
    const times = [[90_000], [30_000]].map((time) => [el('00541300 DS', time)]);
    expect(labels(stacksOfFiles(volumes(times)))).toEqual(['phase 1 of 2', 'phase 2 of 2']);
    const cycle = [75.1, 40].map((percent) => [el('00209241 FL', percent)]);
    expect(labels(stacksOfFiles(volumes(cycle)))).toEqual([
      'phase at 40 % of the heart’s cycle',
      'phase at 75.1 % of the heart’s cycle',
    ]);
  });

  it('by trigger time, though every position has times of its own', () => {
    const files = HEIGHTS.flatMap((z, slice) =>
      [0, 40, 80].map((time, phase) => ({
        uid: slice * 3 + phase + 1,
        number: slice * 3 + phase + 1,
        position: [0, 0, z],
        elements: [el('00181060 DS', time + slice)],
      })),
    );
    const stacks = stacksOfFiles(files);
    expect(labels(stacks)).toEqual(['phase 1 of 3', 'phase 2 of 3', 'phase 3 of 3']);
    expect(uidsOf(stacks[1] as StackDetail)).toEqual([2, 5, 8, 11]);
  });

  it('by b-value, growing, and names those without one', () => {
    const stacks = stacksOfFiles(volumes([[b(1000)], [], [b(0)]]));
    expect(labels(stacks)).toEqual(['b 0 s/mm²', 'b 1000 s/mm²', 'no b-value stated']);
    expect(uidsOf(stacks[0] as StackDetail)).toEqual([9, 10, 11, 12]);
  });

  it('by diffusion direction within a b-value', () => {
    const direction = (...share: number[]): DicomElement[] => [b(1000), el('00189089 FD', share)];
    const stacks = stacksOfFiles(
      volumes([[b(0)], direction(1, 0, 0), direction(0, 1, 0), direction(0, 0, 1)]),
    );
    expect(labels(stacks)).toEqual([
      'b 0 s/mm²',
      'b 1000 s/mm² · direction 1 of 3',
      'b 1000 s/mm² · direction 2 of 3',
      'b 1000 s/mm² · direction 3 of 3',
    ]);
  });

  it('by echo number, or by echo time where there is no number', () => {
    expect(labels(stacksOfFiles(volumes([[el('00180086 IS', 2)], [el('00180086 IS', 1)]])))).toEqual([
      'echo 1',
      'echo 2',
    ]);
    expect(labels(stacksOfFiles(volumes([[el('00180081 DS', 90)], [el('00180081 DS', 20)]])))).toEqual([
      'echo 1 of 2 (TE 20 ms)',
      'echo 2 of 2 (TE 90 ms)',
    ]);
  });

  it('by the kind of image, such as magnitude and phase', () => {
    const type = (kind: string) => [el('00080008 CS', ['ORIGINAL', 'PRIMARY', kind, 'ND'])];
    expect(labels(stacksOfFiles(volumes([type('P'), type('M')])))).toEqual(['image type M', 'image type P']);
  });

  it('by slice thickness and by kernel, where one acquisition was reconstructed twice', () => {
    const thin = axialSlices([0, 1, 2, 3, 4, 5, 6], { elements: [el('00180050 DS', 1)] });
    const thick = axialSlices([0, 3, 6], { elements: [el('00180050 DS', 3)] });
    const both = [...thin, ...thick.map((file) => ({ ...file, uid: file.uid + 10, number: file.uid + 10 }))];
    const stacks = stacksOfFiles(both);
    expect(stacks.map(({ label, frames, verdict }) => [label, frames, verdict.kind])).toEqual([
      ['slices of 1 mm', 7, 'regular'],
      ['slices of 3 mm', 3, 'regular'],
    ]);
    const kernels = ['H60s', 'H30s'].map((kernel) => [el('00181210 SH', kernel)]);
    expect(labels(stacksOfFiles(volumes(kernels)))).toEqual(['kernel H30s', 'kernel H60s']);
  });

  it('by acquisition where that explains repeated positions, and not where it counts up slice by slice', () => {
    const acquisition = (n: number) => [el('00200012 IS', n)];
    expect(labels(stacksOfFiles(volumes([acquisition(5), acquisition(8)])))).toEqual([
      'acquisition 1 of 2',
      'acquisition 2 of 2',
    ]);
    const counting = axialSlices([0, 2, 4, 6]).map((file, i) => ({ ...file, elements: acquisition(i) }));
    expect(labels(stacksOfFiles(counting))).toEqual(['']);
  });

  it('by field of view where images lie beside each other, not over each other', () => {
    const stations = volumes([[], []]).map((file) => ({
      uid: file.uid,
      position: [file.uid > 4 ? 100 : -100, -100, HEIGHTS[(file.uid - 1) % 4] ?? 0],
    }));
    const stacks = stacksOfFiles(stations);
    expect(labels(stacks)).toEqual(['field of view 1 of 2', 'field of view 2 of 2']);
    expect(stacks.map(({ verdict }) => verdict.kind)).toEqual(['regular', 'regular']);
  });

  it('by image type not at all where no position is repeated', () => {
    const files = axialSlices([0, 2, 4, 6]).map((file, i) => ({
      ...file,
      elements: [el('00080008 CS', ['ORIGINAL', 'PRIMARY', 'AXIAL', ...(i < 2 ? ['ADD'] : [])])],
    }));
    expect(labels(stacksOfFiles(files))).toEqual(['']);
  });

  it('by instance number where nothing else tells whole passes apart', () => {
    const stacks = stacksOfFiles(volumes([[], []]));
    expect(labels(stacks)).toEqual(['pass 1 of 2, by instance number', 'pass 2 of 2, by instance number']);
    const interleaved = volumes([[], []]).map((file) => ({
      ...file,
      number: ((file.uid - 1) % 4) * 2 + Math.floor((file.uid - 1) / 4) + 1,
    }));
    expect(stacksOfFiles(interleaved).map(uidsOf)).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
  });

  it('not by instance number where the numbers jump about, repeat, or leave a position out', () => {
    const jumping = volumes([[], []]).map((file, i) => ({
      ...file,
      number: [1, 2, 5, 6, 3, 4, 7, 8][i] ?? 0,
    }));
    const repeating = volumes([[], []]).map((file) => ({ ...file, number: ((file.uid - 1) % 4) + 1 }));
    for (const files of [jumping, repeating, volumes([[], []]).slice(1)]) {
      const stacks = stacksOfFiles(files);
      expect(stacks).toHaveLength(1);
      expect(codesOf(stacks[0] as StackDetail)).toContain('duplicates');
      expect(stacks[0]?.frames).toBe(files.length);
    }
  });

  it('into localisers and images, images first', () => {
    const localiser = [el('00080008 CS', ['ORIGINAL', 'PRIMARY', 'LOCALIZER'])];
    const files: SliceFile[] = [
      { uid: 100, number: 0, position: [0, -200, 200], orientation: SAGITTAL, elements: localiser },
      ...axialSlices([0, 2, 4]),
    ];
    const stacks = stacksOfFiles(files);
    expect(labels(stacks)).toEqual(['', 'localiser']);
    expect(codesOf(stacks[1] as StackDetail)).toContain('localiser');
    expect(stacks[0]?.verdict.kind).toBe('regular');
    expect(labels(stacksOfFiles(files.slice(0, 1)))).toEqual(['localiser']);
  });

  it('by orientation, and a crowd of single planes is one stack', () => {
    const sagittal = [0, 5, 10].map((x, i) => ({
      uid: 20 + i,
      number: 20 + i,
      position: [x, 0, 0],
      orientation: SAGITTAL,
    }));
    expect(labels(stacksOfFiles([...axialSlices([0, 2, 4]), ...sagittal]))).toEqual([
      'orientation 1 of 2 (axial)',
      'orientation 2 of 2 (sagittal)',
    ]);
    const radial = [0, 30, 60, 90].map((degrees, i) => {
      const angle = (degrees * Math.PI) / 180;
      return {
        uid: i + 1,
        number: 4 - i,
        position: [0, 0, 0],
        orientation: [Math.cos(angle), Math.sin(angle), 0, 0, 0, -1],
      };
    });
    const [stack, ...others] = stacksOfFiles(radial);
    expect(others).toEqual([]);
    expect(uidsOf(stack as StackDetail)).toEqual([4, 3, 2, 1]);
    expect(codesOf(stack as StackDetail)).toEqual(['own-orientations']);
  });

  it('by orientation from 4 in 10,000 of a cosine on', () => {
    const turned = (by: number) =>
      axialSlices([0, 2, 4, 6]).map((file, i) => ({
        ...file,
        orientation: i < 2 ? AXIAL : [Math.cos(by), Math.sin(by), 0, -Math.sin(by), Math.cos(by), 0],
      }));
    expect(stacksOfFiles(turned(3.9e-4))).toHaveLength(1);
    expect(stacksOfFiles(turned(4.1e-4))).toHaveLength(2);
  });

  it('by matrix, pixel size, frame of reference, and what has no position', () => {
    const files = axialSlices([0, 2, 4]);
    const other = (elements: DicomElement[]): SliceFile[] => [
      ...files,
      { uid: 9, number: 9, position: [0, 0, 9], elements },
    ];
    const pixels = el('7FE00010 OW', new Uint8Array(2 * 2 * 3 * 3));
    expect(labels(stacksOfFiles(other([el('00280010 US', 6), el('00280011 US', 3), pixels])))).toEqual([
      '3 × 2 pixels',
      '3 × 6 pixels',
    ]);
    expect(labels(stacksOfFiles(other([el('00280030 DS', [0.7, 0.7])])))).toEqual([
      '3 × 2 pixels of 0.500 mm',
      '3 × 2 pixels of 0.700 mm',
    ]);
    expect(labels(stacksOfFiles(other([el('00200052 UI', '1.2.3.10')])))).toEqual([
      'frame of reference 1 of 2',
      'frame of reference 2 of 2',
    ]);
    expect(labels(stacksOfFiles([...files, { uid: 9, number: 9 }]))).toEqual(['', 'no position stated']);
  });
});

describe('headers that an earlier build stored', () => {
  it('are divided and judged by what they have', () => {
    const old = volumes([[b(0)], [b(1000)]]).map((file) => {
      const { geometry: _geometry, ...header } = headerOf(file);
      return header;
    });
    expect(old[0]).not.toHaveProperty('geometry');
    const stacks = stacksOf(old);
    expect(labels(stacks)).toEqual(['pass 1 of 2, by instance number', 'pass 2 of 2, by instance number']);
    expect(stacks[0]?.verdict.kind).toBe('regular');
  });

  it('of several frames have no plane: only that of the first was kept', () => {
    const { geometry: _geometry, ...header } = headerOf({ uid: 1, position: [0, 0, 0] });
    const image = header.image === null ? null : { ...header.image, frames: 3 };
    const [stack] = stacksOf([{ ...header, image }]);
    const plane = { position: null, orientation: null, pixelSpacing: [0.5, 0.5] };
    expect(stack).toMatchObject({ frames: 3, runs: [{ first: 0, count: 3, plane }], locations: null });
    expect(stack?.verdict).toMatchObject({
      reasons: [{ words: expect.stringContaining('import it again') }],
    });
  });
});

describe('any order of the input', () => {
  const localiser = [el('00080008 CS', ['ORIGINAL', 'PRIMARY', 'LOCALIZER'])];
  const mixture: SliceFile[] = [
    ...volumes([[b(0)], [b(800), el('00200100 IS', 1)], [b(800), el('00200100 IS', 2)]]),
    ...[0, 5, 10.004, 10].map((x, i) => ({
      uid: 30 + i,
      number: 30 + i,
      position: [x, 0, 0],
      orientation: SAGITTAL,
    })),
    { uid: 40, number: 1, position: [0, 0, 0], orientation: [0.8, 0.6, 0, 0, 0, -1] },
    { uid: 41, position: [1, 0, 0], orientation: [0.6, 0.8, 0, 0, 0, -1] },
    { uid: 42, number: 2, position: [0, 0, 50], elements: localiser },
    { uid: 43 },
    { uid: 44, number: 12 },
  ];
  const headers = mixture.map(headerOf);

  it('gives the same stacks in the same order, 300 times over', () => {
    const expected = stacksOf(headers);
    for (let seed = 1; seed <= 300; seed += 1) {
      expect(stacksOf(shuffled(headers, seeded(seed))), `seed ${seed}`).toEqual(expected);
    }
  });

  it('gives the same for random heights, doubles and times', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = seeded(seed);
      const files = Array.from({ length: 24 }, (_, i) => ({
        uid: i + 1,
        ...(random() < 0.9 ? { number: Math.floor(random() * 30) } : {}),
        position: [0, 0, Math.floor(random() * 8) + (random() < 0.3 ? 0.006 : 0)],
        elements: random() < 0.5 ? [el('00200100 IS', Math.floor(random() * 3))] : [],
      })).map(headerOf);
      const expected = stacksOf(files);
      expect(expected.reduce((sum, { frames }) => sum + frames, 0)).toBe(24);
      for (let again = 0; again < 5; again += 1) {
        expect(stacksOf(shuffled(files, random)), `seed ${seed}`).toEqual(expected);
      }
    }
  });

  it('holds every frame once', () => {
    const uids = stacksOf(headers).flatMap(uidsOf);
    expect(uids.toSorted((x, y) => x - y)).toEqual(mixture.map(({ uid }) => uid).toSorted((x, y) => x - y));
  });
});
