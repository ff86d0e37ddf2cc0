import type { TestSeries } from './dicom-files.ts';
import { ctStack } from './phantoms.ts';

const OF_ONE = { patientName: 'SYNTHETIC^Priors', patientID: 'SYN-0040' };

/** The earlier of two studies, with slices 3 mm apart. */
export const EARLIER: TestSeries = {
  ...ctStack(8, '2.25.900041'),
  ...OF_ONE,
  studyDate: '20260124',
  description: 'Earlier CT',
  sliceElements: (slice) => [{ tag: '00200032', vr: 'DS', value: `0\\0\\${slice * 3}` }],
};

const STACK = ctStack(12, '2.25.900042');

/** 300 days later, with slices 2 mm apart and a larger nodule. */
export const NOW: TestSeries = {
  ...STACK,
  ...OF_ONE,
  studyDate: '20261120',
  description: 'Later CT',
  value: (x, y, slice, sample) =>
    Math.hypot(x - 150, y - 230) < 20 - Math.abs(slice - 4) ? 1044 : STACK.value(x, y, slice, sample),
};
