import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decode } from 'fast-png';
import type { TestSeries } from './dicom-files.ts';

/** Repeatable noise of ±`size`. */
function noise(column: number, row: number, slice: number, size: number): number {
  const seed = Math.imul((column * 73856093) ^ (row * 19349663) ^ (slice * 83492791), 2654435761) >>> 0;
  return ((seed / 2 ** 32) * 2 - 1) * size;
}

const inside = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) =>
  ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;

/** A golden input of chest-adult, drawn by us: near enough to a radiograph that the model does not take it for something else. */
const GOLDEN = decode(
  readFileSync(resolve(import.meta.dirname, '../../models/chest-adult/golden/chest-8bit.png')),
);

/** Its value at a place in a picture of 768 × 768, between the four pixels around it. */
function golden(x: number, y: number): number {
  const { width, height, data } = GOLDEN;
  const [u, v] = [(x * (width - 1)) / 767, (y * (height - 1)) / 767];
  const [left, top] = [Math.min(Math.floor(u), width - 2), Math.min(Math.floor(v), height - 2)];
  const at = (dx: number, dy: number): number => data[(top + dy) * width + left + dx] ?? 0;
  const row = (dy: number): number => at(0, dy) + (u - left) * (at(1, dy) - at(0, dy));
  return row(0) + (v - top) * (row(1) - row(0));
}

/** A frontal radiograph as a phantom: the golden chest with one round opacity more. Synthetic; shows nothing clinical. */
export const CHEST: TestSeries = {
  patientName: 'SYNTHETIC^Chest',
  patientID: 'SYN-0001',
  modality: 'DX',
  description: 'Synthetic chest PA',
  root: '2.25.900001',
  rows: 768,
  columns: 768,
  slices: 1,
  photometric: 'MONOCHROME2',
  window: [2048, 4096],
  spacing: [0.45, 0.45],
  elements: [
    { tag: '00180015', vr: 'CS', value: 'CHEST' },
    { tag: '00185101', vr: 'CS', value: 'PA' },
    { tag: '00200020', vr: 'CS', value: ['L', 'F'] },
  ],
  value(x, y) {
    let value = 14 * golden(x, y);
    if (inside(x, y, 240, 300, 34, 34))
      value += 900 * Math.exp(-(((x - 240) / 22) ** 2 + ((y - 300) / 22) ** 2));
    return Math.max(0, Math.min(4095, Math.round(value + noise(x, y, 0, 60))));
  },
};

/** An axial stack in outline: body, lungs, spine, a nodule that comes and goes. Stored values are HU + 1024. */
export function ctStack(slices: number, root: string): TestSeries {
  return {
    patientName: 'SYNTHETIC^Stack',
    patientID: 'SYN-0002',
    modality: 'CT',
    description: 'Synthetic CT stack',
    root,
    rows: 512,
    columns: 512,
    slices,
    photometric: 'MONOCHROME2',
    slope: 1,
    intercept: -1024,
    window: [40, 400],
    spacing: [0.7, 0.7],
    value(x, y, slice) {
      let hu = -1000;
      if (inside(x, y, 256, 270, 215, 160)) hu = 40;
      if (inside(x, y, 160, 260, 75, 105) || inside(x, y, 352, 260, 75, 105)) hu = -850;
      if (inside(x, y, 256, 375, 34, 34)) hu = 450;
      const size = 14 - Math.abs(slice - slices / 2) / 3;
      if (size > 0 && inside(x, y, 150, 230, size, size)) hu = 20;
      return Math.round(hu + 1024 + noise(x, y, slice, 18));
    },
  };
}

/** 16 × 16 blocks of 16 × 16 pixels; each block one value, so that interpolation does not reach its middle. */
export function blocks(change: Partial<TestSeries>): TestSeries {
  return {
    patientName: 'SYNTHETIC^Blocks',
    patientID: 'SYN-0003',
    modality: 'CT',
    description: 'Synthetic blocks',
    root: '2.25.900003',
    rows: 256,
    columns: 256,
    slices: 1,
    photometric: 'MONOCHROME2',
    slope: 1,
    intercept: -1024,
    window: [40, 400],
    spacing: [0.5, 0.5],
    value: (x, y) => blockValue(x, y),
    ...change,
  };
}

/** Stored value of the block that holds a pixel: 0, 16, 32 … 4080. */
export function blockValue(x: number, y: number): number {
  return (Math.floor(y / 16) * 16 + Math.floor(x / 16)) * 16;
}
