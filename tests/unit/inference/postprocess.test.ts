import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { encodeGreyPng } from '../../../electron/inference/postprocess/encode-png.ts';
import {
  type Grid,
  partOf,
  thresholdRows,
  upsampleRows,
} from '../../../electron/inference/postprocess/grid.ts';
import { boxInImage, components, strongest } from '../../../electron/inference/postprocess/heatmap-box.ts';
import { interpretOutputs } from '../../../electron/inference/postprocess/interpret-outputs.ts';
import { countRegions } from '../../../electron/inference/postprocess/mask-regions.ts';
import { calibrate, operatingPointOf, sigmoid } from '../../../electron/inference/postprocess/scores.ts';
import { compareSides, structureArea } from '../../../electron/inference/postprocess/structure-area.ts';
import {
  qualityMeasurements,
  qualityWarnings,
} from '../../../electron/inference/postprocess/technical-quality.ts';
import type { PackOutput } from '../../../electron/shared/pack.ts';
import type { OutputTensor } from '../../../electron/inference/session.ts';
import { SIZE, testManifest } from '../../fixtures/test-pack.ts';

/** A picture of digits: '5' is 0.5, '.' is 0. */
function grid(...lines: string[]): Grid {
  const values = lines.flatMap((line) => Array.from(line).map((c) => (c === '.' ? 0 : Number(c) / 10)));
  return { rows: lines.length, columns: lines[0]?.length ?? 0, values: Float32Array.from(values) };
}

/** The whole grid: of an image that was squashed. */
function whole({ rows, columns }: Grid) {
  return partOf({ rows, columns }, { top: 0, left: 0, rows: 7, columns: 9, inputRows: 7, inputColumns: 9 });
}

const GEOMETRY = {
  rows: 100,
  columns: 200,
  pixelSpacing: null,
  spacingSource: null,
  patientOrientation: null,
};

describe('the box of a candidate', () => {
  it('joins cells that touch at a corner and keeps apart those that do not', () => {
    const found = components(grid('6....', '.7...', '.....', '...88'), 0.5);
    expect(found.map(({ cells, peak }) => [cells, Math.round(peak * 10)])).toEqual([
      [2, 7],
      [2, 8],
    ]);
  });

  it('is that of the component with the highest peak; of equals the larger', () => {
    expect(strongest(components(grid('9.77', '..77'), 0.5))).toMatchObject({ firstColumn: 0, lastColumn: 0 });
    expect(strongest(components(grid('9.97', '..77'), 0.5))).toMatchObject({ firstColumn: 2, lastColumn: 3 });
  });

  it('covers whole cells, with the origin at the centre of the top left pixel', () => {
    const cells = grid('....', '.99.', '....', '....');
    const [component] = components(cells, 0.5);
    // 4 × 4 cells over 200 × 100 pixels: a cell is 50 × 25.
    expect(component && boxInImage(component, whole(cells), GEOMETRY)).toEqual([49.5, 24.5, 149.5, 49.5]);
  });

  it('of the whole grid is the whole image', () => {
    const cells = grid('99', '99');
    const [component] = components(cells, 0.5);
    expect(component && boxInImage(component, whole(cells), GEOMETRY)).toEqual([-0.5, -0.5, 199.5, 99.5]);
  });

  it('takes a cell at the threshold itself', () => {
    expect(components({ rows: 1, columns: 1, values: Float32Array.of(0.5) }, 0.5)).toHaveLength(1);
  });
});

describe('a map in the matrix of the image', () => {
  it('interpolates between cell centres and holds the edge', () => {
    const rows: number[][] = [];
    const cells = { rows: 2, columns: 2, values: Float32Array.of(0, 1, 2, 3) };
    upsampleRows(cells, whole(cells), 4, 4, (_y, row) => rows.push([...row]));
    expect(rows[0]).toEqual([0, 0.25, 0.75, 1]);
    expect(rows[1]).toEqual([0.5, 0.75, 1.25, 1.5]);
    expect(rows[3]).toEqual([2, 2.25, 2.75, 3]);
  });

  it('is itself where the matrices are the same, also when an image is smaller than the grid', () => {
    const cells = grid('123', '456');
    const rows: number[][] = [];
    upsampleRows(cells, whole(cells), 2, 3, (_y, row) => rows.push([...row]));
    expect(rows.flat()).toEqual([...cells.values]);
    upsampleRows(cells, whole(cells), 1, 1, (_y, row) => expect(row[0]).toBeCloseTo(0.35, 6));
  });

  it('gives where the values reach a threshold as the values themselves do', () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed / 2147483648;
    };
    let inside = 0;
    for (let round = 0; round < 200; round++) {
      const rows = 1 + Math.floor(random() * 9);
      const columns = 1 + Math.floor(random() * 9);
      const values = Float32Array.from({ length: rows * columns }, () => random() ** 3);
      const cells: Grid = { rows, columns, values };
      const part =
        round % 2 === 0
          ? whole(cells)
          : { top: 0.3, left: columns / 4, rows: rows * 0.6, columns: columns / 2 };
      const image = { rows: 1 + Math.floor(random() * 23), columns: 1 + Math.floor(random() * 23) };
      const expected: number[][] = [];
      upsampleRows(cells, part, image.rows, image.columns, (_y, row) =>
        expected.push(Array.from(row, (value) => (value >= 0.5 ? 255 : 0))),
      );
      const found: number[][] = [];
      thresholdRows(cells, part, { ...image, threshold: 0.5 }, (_y, row) => found.push([...row]));
      expect(found).toEqual(expected);
      inside += found.flat().filter((value) => value === 255).length;
    }
    expect(inside).toBeGreaterThan(1000);
  });

  it('goes through a PNG unchanged', () => {
    const pixels = Uint8Array.from({ length: 7 * 5 }, (_, i) => (i * 37) % 256);
    const { width, height, channels, depth, data } = decode(encodeGreyPng(7, 5, pixels));
    expect([width, height, channels, depth]).toEqual([5, 7, 1, 8]);
    expect([...data]).toEqual([...pixels]);
  });
});

describe('the regions of a mask', () => {
  it('are counted over branches that meet later, corners included', () => {
    const counter = countRegions();
    for (const line of ['#..#....#', '#..#.....', '.##...#..', '......##.']) {
      counter.addRow(Uint8Array.from(line, (c) => (c === '#' ? 255 : 0)));
    }
    expect(counter.regions()).toEqual([
      { pixels: 6, meanColumn: 1.5, meanRow: 1 },
      { pixels: 3, meanColumn: (6 + 6 + 7) / 3, meanRow: 8 / 3 },
      { pixels: 1, meanColumn: 8, meanRow: 0 },
    ]);
  });

  const lungs = [
    { pixels: 3000, meanColumn: 60, meanRow: 50 },
    { pixels: 2000, meanColumn: 140, meanRow: 60 },
    { pixels: 10, meanColumn: 150, meanRow: 60 },
  ];

  it('give square pixels where the file has no spacing', () => {
    expect(structureArea('Lung field', lungs, GEOMETRY, '1.2')).toEqual([
      { name: 'Lung field area', value: 5010, unit: 'px²', sopInstanceUID: '1.2' },
      { name: 'Lung field share of the image', value: 25.05, unit: '%', sopInstanceUID: '1.2' },
      { name: 'Lung field area, image left', value: 3000, unit: 'px²', sopInstanceUID: '1.2' },
      { name: 'Lung field area, image right', value: 2010, unit: 'px²', sopInstanceUID: '1.2' },
    ]);
  });

  it('give square millimetres at the detector, and the patient’s sides where the file names them', () => {
    const geometry = {
      ...GEOMETRY,
      pixelSpacing: [0.5, 0.2] as [number, number],
      spacingSource: 'detector' as const,
      patientOrientation: ['L', 'F'] as [string, string],
    };
    const named = structureArea('Lung field', lungs, geometry, '1.2').map(({ name, value, unit }) => [
      name,
      value,
      unit,
    ]);
    expect(named).toEqual([
      ['Lung field area at the detector', 501, 'mm²'],
      ['Lung field share of the image', 25.05, '%'],
      ["Lung field area at the detector, image left, patient's right", 300, 'mm²'],
      ["Lung field area at the detector, image right, patient's left", 201, 'mm²'],
    ]);
  });

  it('tell how alike the sides are, their tilt, and how much of the edge is covered', () => {
    const sides = compareSides(lungs, GEOMETRY);
    expect(sides?.ratio).toBeCloseTo(2010 / 3000, 12);
    expect(sides?.tilt).toBeCloseTo(
      (180 / Math.PI) * Math.atan2(10, (2000 * 140 + 10 * 150) / 2010 - 60),
      12,
    );
    const wide = { ...GEOMETRY, pixelSpacing: [2, 1] as [number, number], spacingSource: 'patient' as const };
    expect(compareSides(lungs, wide)?.tilt).toBeGreaterThan(sides?.tilt ?? 90);
    const counter = countRegions();
    for (const line of ['##..', '....', '#..#', '...#'])
      counter.addRow(Uint8Array.from(line, (c) => (c === '#' ? 255 : 0)));
    expect(counter.atEdge()).toBeCloseTo(5 / 12, 12);
  });

  it('warn of technical quality beyond the pack’s limits only', () => {
    const limits = { leastRatio: 0.58, tilt: [-8, 5] as [number, number], mostAtEdge: 1.2 };
    const said = (ratio: number, tilt: number, atEdge: number): string[] =>
      qualityWarnings(
        'Lung field',
        limits,
        qualityMeasurements('Lung field', { atEdge, sides: { ratio, tilt } }, '1.2'),
      );
    expect(said(0.6, -7, 0.01)).toEqual([]);
    expect(said(0.5, 9, 0.02)).toEqual([
      expect.stringContaining('has 0.50 of the larger (usual: at least 0.58)'),
      expect.stringContaining('lie at 9° to the rows (usual: -8° to 5°)'),
      expect.stringContaining('2.0 % of the image’s edge'),
    ]);
  });

  it('give no sides where the two cannot be told apart', () => {
    const merged = structureArea(
      'Lung field',
      [{ pixels: 5000, meanColumn: 100, meanRow: 0 }],
      GEOMETRY,
      '1.2',
    );
    const stacked = structureArea(
      'Lung field',
      [lungs[0], { pixels: 2000, meanColumn: 70, meanRow: 0 }].map(
        (r) => r ?? { pixels: 0, meanColumn: 0, meanRow: 0 },
      ),
      GEOMETRY,
      '1.2',
    );
    expect(merged).toHaveLength(2);
    expect(stacked).toHaveLength(2);
  });
});

describe('a score', () => {
  const manifest = testManifest('test', new Uint8Array(1));

  it('is calibrated on the raw output, only where the pack carries a calibration', () => {
    expect(calibrate(2, 'Brightness', manifest)).toBeCloseTo(sigmoid(0.5 * 2 + 0.25), 15);
    expect(calibrate(2, 'Brightness', {})).toBeUndefined();
    expect([sigmoid(-800), sigmoid(0), sigmoid(800)]).toEqual([0, 0.5, 1]);
  });

  it('reaches the strictest operating point that it is at or above', () => {
    const at = (score: number) => operatingPointOf(score, 'Brightness', manifest);
    expect([at(0.5), at(0.49), at(0.2), at(0.19)]).toEqual([
      'balanced',
      'high-sensitivity',
      'high-sensitivity',
      null,
    ]);
  });
});

describe('the outputs of one image', () => {
  const manifest = testManifest('test', new Uint8Array(1));
  const image = { ...GEOMETRY, sopInstanceUID: '1.2', frame: 0 };
  const map = new Float32Array(SIZE * SIZE);
  map[0] = 0.9;
  function outputs(logit: number, cells = map): Map<string, OutputTensor> {
    const shape = [1, 1, SIZE, SIZE];
    return new Map([
      ['mask', { values: cells, shape }],
      ['map', { values: cells, shape }],
      ['logit', { values: Float32Array.of(logit), shape: [1, 1] }],
    ]);
  }

  it('are a score always, and a finding from the floor up', () => {
    const low = interpretOutputs(manifest, outputs(-4), image, false);
    expect(low.scores).toHaveLength(1);
    expect(low.findings).toEqual([]);
    const high = interpretOutputs(manifest, outputs(-2), image, false);
    expect(high.findings).toEqual([
      {
        label: 'Brightness',
        code: null,
        score: sigmoid(-2),
        probability: sigmoid(0.5 * -2 + 0.25),
        sopInstanceUID: '1.2',
        frame: 0,
        box: [-0.5, -0.5, 200 / SIZE - 0.5, 100 / SIZE - 0.5],
        operatingPoint: null,
      },
    ]);
  });

  it('are a finding without a place where no cell of the map reaches its threshold', () => {
    expect(
      interpretOutputs(manifest, outputs(3, new Float32Array(SIZE * SIZE)), image, false).findings[0]?.box,
    ).toBeNull();
  });

  it('draw a structure as a mask of 0 and 255, never as a finding', () => {
    const read = interpretOutputs(manifest, outputs(3), image, true);
    expect(read.findings.map(({ label }) => label)).toEqual(['Brightness']);
    expect(read.maps.map(({ outputId, kind }) => [outputId, kind])).toEqual([
      ['field', 'mask'],
      ['attention', 'heatmap'],
    ]);
    const mask = decode(read.maps[0]?.png ?? new Uint8Array());
    expect([mask.width, mask.height, [...new Set(mask.data)].toSorted((a, b) => a - b)]).toEqual([
      200,
      100,
      [0, 255],
    ]);
    const drawn = mask.data.filter((v) => v === 255).length;
    expect(read.measurements[0]).toMatchObject({ name: 'Field area', value: drawn, unit: 'px²' });
    expect(decode(read.maps[1]?.png ?? new Uint8Array()).data[0]).toBe(Math.round(Math.fround(0.9) * 255));
  });

  it('are a measurement where the pack gives a number, with its unit, and none where there is nothing to measure', () => {
    const width: PackOutput = { kind: 'measure', name: 'width', label: 'Blur radius', unit: 'px' };
    const measured = (output: PackOutput, logit: number) =>
      interpretOutputs(
        { ...manifest, outputs: [output, ...manifest.outputs] },
        outputs(logit).set('width', { values: Float32Array.of(2.5), shape: [1, 1] }),
        image,
        false,
      ).measurements.filter(({ name }) => name === 'Blur radius');
    const given = [{ name: 'Blur radius', value: 2.5, unit: 'px', sopInstanceUID: '1.2' }];
    expect(measured(width, 3)).toEqual(given);
    const unless = { ...width, unless: 'Brightness' };
    expect(measured(unless, -1)).toEqual(given); // 0.27: high-sensitivity only
    expect(measured(unless, 0)).toEqual([]); // 0.5: balanced
  });

  it('are a score and no finding where the label is a state and nothing to look for', () => {
    const state = manifest.outputs.map((output) =>
      output.kind === 'score' ? { ...output, finding: false } : output,
    );
    const read = interpretOutputs({ ...manifest, outputs: state }, outputs(3), image, false);
    expect(read.scores).toHaveLength(1);
    expect(read.findings).toEqual([]);
  });

  it('are refused where a shape is not what its kind needs', () => {
    const odd = outputs(1).set('logit', { values: Float32Array.of(1, 2), shape: [1, 2] });
    expect(() => interpretOutputs(manifest, odd, image, false)).toThrow(
      expect.objectContaining({ code: 'output-invalid' }),
    );
  });
});
