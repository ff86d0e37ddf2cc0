import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DicomElement } from '../../../electron/dicom/dicom-element.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { stacksOf } from '../../../electron/domain/series/series-stacks.ts';
import type { StackDetail } from '../../../electron/shared/stack.ts';
import { sharedDicom } from '../../conformance/corpus.ts';
import { codesOf } from '../domain/series/files.ts';
import { el, sample } from './samples.ts';

const ENHANCED_MR = '1.2.840.10008.5.1.4.1.1.4.1';
const ul = (tag: string, ...values: number[]): DicomElement => el(`${tag} UL`, values);
const item = (sequence: string, ...elements: DicomElement[]): DicomElement =>
  el(`${sequence} SQ`, [elements]);

interface Frame {
  readonly position?: readonly number[];
  readonly orientation?: readonly number[];
  readonly content?: readonly DicomElement[];
  readonly more?: readonly DicomElement[];
}

/** An enhanced MR object of `count` frames with these items of functional groups. */
function enhanced(
  frames: readonly Frame[],
  { count = frames.length, elements = [] }: { count?: number; elements?: DicomElement[] } = {},
): Uint8Array {
  const usual = [
    item('00209116', el('00200037 DS', [1, 0, 0, 0, 1, 0])),
    item('00289110', el('00280030 DS', [0.8, 0.8]), el('00180050 DS', 3)),
  ];
  const own = new Set(frames.flatMap(({ orientation }) => (orientation === undefined ? [] : ['00209116'])));
  return sample(
    [
      el('00080060 CS', 'MR'),
      el('00280008 IS', count),
      el('7FE00010 OW', new Uint8Array(12 * count)),
      el('52009229 SQ', [usual.filter(({ tag }) => !own.has(tag))]),
      el(
        '52009230 SQ',
        frames.map(({ position, orientation, content = [], more = [] }) => [
          ...(position === undefined ? [] : [item('00209113', el('00200032 DS', [...position]))]),
          ...(orientation === undefined ? [] : [item('00209116', el('00200037 DS', [...orientation]))]),
          ...(content.length === 0 ? [] : [item('00209111', ...content)]),
          ...more,
        ]),
      ),
      ...elements,
    ],
    { sopClass: ENHANCED_MR },
  );
}

const stacksIn = (bytes: Uint8Array): StackDetail[] => stacksOf([readHeader(bytes)]);
const framesOf = ({ runs }: StackDetail): number[] =>
  runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));

describe('an ordinary image', () => {
  it('says where and when it was made', () => {
    const header = readHeader(
      sample([
        el('00200032 DS', [-10, 20, 30.5]),
        el('00200037 DS', [1, 0, 0, 0, 0.9, -0.4358899]),
        el('00280030 DS', [0.4, 0.5]),
        el('00180050 DS', 3),
        el('00201041 DS', -12.25),
        el('00080008 CS', ['ORIGINAL', 'PRIMARY', 'AXIAL']),
        el('00181210 SH', ['B30f', '3']),
        el('00200012 IS', 7),
        el('00200100 IS', 2),
        el('00181060 DS', 120.5),
        el('00180086 IS', 1),
        el('00180081 DS', 22),
        el('00189087 FD', 800),
        el('00189089 FD', [0, 0.6, -0.8]),
        el('00181120 DS', -18.5),
        el('00200052 UI', '1.2.9'),
      ]),
    );
    expect(header.geometry).toEqual({
      frameOfReferenceUID: '1.2.9',
      frames: null,
      dimensions: [],
      common: {
        position: [-10, 20, 30.5],
        orientation: [1, 0, 0, 0, 0.9, -0.4358899],
        pixelSpacing: [0.4, 0.5],
        sliceThickness: 3,
        sliceLocation: -12.25,
        imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
        kernel: 'B30f/3',
        acquisitionNumber: 7,
        temporalPosition: 2,
        triggerTime: 120.5,
        echoNumber: 1,
        echoTime: 22,
        bValue: 800,
        gradientDirection: [0, 0.6, -0.8],
        gantryTilt: -18.5,
      },
    });
  });

  it('leaves out what is not stated or makes no sense', () => {
    const strange = [el('00200032 DS', [1, 2]), el('00200037 DS', [1, 0, 0, 1, 0, 0]), el('00180050 DS', 0)];
    expect(readHeader(sample(strange)).geometry?.common).toEqual({});
  });
});

describe('an enhanced multi-frame object', () => {
  const at = (z: number): readonly number[] => [0, 0, z];

  it('has its frames ordered by their own positions, with the plane of each', () => {
    const [stack, ...others] = stacksIn(enhanced([4, 0, 2].map((z) => ({ position: at(z) }))));
    expect(others).toEqual([]);
    expect(framesOf(stack as StackDetail)).toEqual([1, 2, 0]);
    expect(stack?.verdict.kind).toBe('regular');
    expect(stack?.runs[0]?.plane).toEqual({
      position: [0, 0, 0],
      orientation: [1, 0, 0, 0, 1, 0],
      pixelSpacing: [0.8, 0.8],
    });
  });

  it('is divided by stack, temporal position, b-value, echo time and direction', () => {
    const heights = [0, 2, 4];
    const by = (...variants: readonly Omit<Frame, 'position'>[]) =>
      stacksIn(
        enhanced(variants.flatMap((variant) => heights.map((z) => ({ ...variant, position: at(z) })))),
      ).map((stack) => [stack.label, ...framesOf(stack)]);
    expect(by({ content: [ul('00209128', 2)] }, { content: [ul('00209128', 1)] })).toEqual([
      ['phase 1 of 2', 3, 4, 5],
      ['phase 2 of 2', 0, 1, 2],
    ]);
    expect(by({ content: [el('00209056 SH', '10')] }, { content: [el('00209056 SH', '9')] })).toEqual([
      ['stack 9', 3, 4, 5],
      ['stack 10', 0, 1, 2],
    ]);
    const diffusion = (b: number, ...direction: number[]) => ({
      more: [
        item(
          '00189117',
          el('00189087 FD', b),
          ...(direction.length === 0 ? [] : [item('00189076', el('00189089 FD', direction))]),
        ),
      ],
    });
    expect(by(diffusion(0), diffusion(700, 1, 0, 0), diffusion(700, 0, 1, 0))).toEqual([
      ['b 0 s/mm²', 0, 1, 2],
      ['b 700 s/mm² · direction 1 of 2', 3, 4, 5],
      ['b 700 s/mm² · direction 2 of 2', 6, 7, 8],
    ]);
    const synchronised = (trigger: number, percent: number) => ({
      more: [item('00189118', el('00209153 FD', trigger), el('00209241 FL', percent))],
    });
    expect(by(synchronised(400.5, 40), synchronised(700.5, 70)).map(([label]) => label)).toEqual([
      'phase at 40 % of the heart’s cycle',
      'phase at 70 % of the heart’s cycle',
    ]);
    const type = (component: string) => ({
      more: [
        item(
          '00189226',
          el('00089007 CS', ['ORIGINAL', 'PRIMARY', 'M', 'NONE']),
          el('00089208 CS', component),
        ),
      ],
    });
    expect(by(type('PHASE'), type('MAGNITUDE')).map(([label]) => label)).toEqual([
      'image type MAGNITUDE',
      'image type PHASE',
    ]);
    const echo = (te: number) => ({ more: [item('00189114', el('00189082 FD', te))] });
    expect(by(echo(30), echo(10)).map(([label]) => label)).toEqual([
      'echo 1 of 2 (TE 10 ms)',
      'echo 2 of 2 (TE 30 ms)',
    ]);
  });

  it('is divided by a dimension that it declares, where nothing else tells its frames apart', () => {
    const dimensions = ['00209057', '00189079'].map((pointer) => [el('00209165 AT', pointer)]);
    const frames = [1, 2].flatMap((inversion) =>
      [0, 2, 4].map((z, i) => ({ position: at(z), content: [ul('00209157', i + 1, inversion)] })),
    );
    const bytes = enhanced(frames, { elements: [el('00209222 SQ', dimensions)] });
    expect(readHeader(bytes).geometry?.dimensions).toEqual(['00209057', '00189079']);
    expect(stacksIn(bytes).map(({ label }) => label)).toEqual([
      'inversion time 1 of 2',
      'inversion time 2 of 2',
    ]);
  });

  it('has localiser frames and other orientations in stacks of their own', () => {
    const localiser = item('00189226', el('00089007 CS', ['ORIGINAL', 'PRIMARY', 'LOCALIZER', 'NONE']));
    const axial = [0, 2, 4].map((z) => ({ position: at(z), orientation: [1, 0, 0, 0, 1, 0] }));
    const sagittal = [0, 5, 10].map((x) => ({ position: [x, 0, 0], orientation: [0, 1, 0, 0, 0, -1] }));
    const stacks = stacksIn(
      enhanced([
        { position: at(9), orientation: [1, 0, 0, 0, 0, -1], more: [localiser] },
        ...axial,
        ...sagittal,
      ]),
    );
    expect(stacks.map((stack) => [stack.label, ...framesOf(stack)])).toEqual([
      ['orientation 1 of 2 (axial)', 1, 2, 3],
      ['orientation 2 of 2 (sagittal)', 6, 5, 4],
      ['localiser', 0],
    ]);
  });

  it('whose frames are not all described keeps the others, without a position', () => {
    const bytes = enhanced(
      [0, 2, 4].map((z) => ({ position: at(z) })),
      { count: 5 },
    );
    const stacks = stacksIn(bytes);
    expect(stacks.map((stack) => [stack.label, ...framesOf(stack)])).toEqual([
      ['', 0, 1, 2],
      ['no position stated', 3, 4],
    ]);
    expect(codesOf(stacks[1] as StackDetail)).toEqual(['no-position']);
  });

  it('does not take what the described frames say alike for what the others say', () => {
    const alike = Array.from({ length: 3 }, () => ({ position: at(5) }));
    const whole = stacksIn(enhanced(alike));
    expect(whole.map((stack) => [codesOf(stack), stack.frames])).toEqual([[['one-plane'], 3]]);
    const stacks = stacksIn(enhanced(alike, { count: 5 }));
    expect(stacks.map(({ label, frames }) => [label, frames])).toEqual([
      ['', 3],
      ['no position stated', 2],
    ]);
  });

  it('does not take one position of the object for that of each frame', () => {
    const bytes = sample([
      el('00280008 IS', 3),
      el('00200032 DS', [0, 0, 0]),
      el('00200037 DS', [1, 0, 0, 0, 1, 0]),
      el('7FE00010 OW', new Uint8Array(36)),
    ]);
    expect(readHeader(bytes).geometry?.common).not.toHaveProperty('position');
    expect(stacksIn(bytes)).toMatchObject([
      {
        frames: 3,
        runs: [{ first: 0, count: 3, plane: { position: null, orientation: [1, 0, 0, 0, 1, 0] } }],
      },
    ]);
  });

  it('of a dose grid lies at its offsets, where they are relative', () => {
    const dose = (offsets: number[]) =>
      sample([
        el('00280008 IS', 4),
        el('00200032 DS', [5, 6, -7]),
        el('00200037 DS', [1, 0, 0, 0, 1, 0]),
        el('00280030 DS', [2, 2]),
        el('3004000C DS', offsets),
        el('7FE00010 OW', new Uint8Array(48)),
      ]);
    expect(stacksIn(dose([0, -3, -6, -9]))).toMatchObject([
      { locations: [-16, -13, -10, -7], verdict: { kind: 'regular' } },
    ]);
    for (const offsets of [
      [-7, -4, -1, 2],
      [0, 3, 6],
    ]) {
      expect(codesOf(stacksIn(dose(offsets))[0] as StackDetail)).toEqual(['no-position']);
    }
  });
});

const shared = sharedDicom();

describe.skipIf(shared === null)('real enhanced objects (needs OVERREAD_TEST_DATA)', () => {
  const stacksOfFile = (name: string) => stacksIn(readFileSync(join(shared ?? '', 'pydicom', name)));

  it('eCT_Supplemental: its rows run to the right, so the normal points to the feet and the upper frame comes first', () => {
    const [stack] = stacksOfFile('eCT_Supplemental.dcm');
    expect(stack?.locations).toEqual([149, 159].map((z) => expect.closeTo(z, 6)));
    expect(framesOf(stack as StackDetail)).toEqual([1, 0]);
    expect(codesOf(stack as StackDetail)).toEqual(['too-few']);
  });

  it('emri_small: an enhanced MR without functional groups is no volume, and says so', () => {
    const [stack] = stacksOfFile('emri_small.dcm');
    expect(stack).toMatchObject({ frames: 10, verdict: { kind: 'not-a-volume' } });
    expect(codesOf(stack as StackDetail)).toEqual(['no-position']);
  });
});
