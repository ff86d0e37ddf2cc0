import { describe, expect, it } from 'vitest';
import { type DomainHeader, judgeDomain } from '../../../electron/inference/domain-rules.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import type { Stated } from '../../../electron/shared/study.ts';
import { testImageBytes } from '../../fixtures/test-image.ts';
import { testManifest } from '../../fixtures/test-pack.ts';

const manifest = testManifest('test', new Uint8Array(1));
const dx = readHeader(testImageBytes());
const image = dx.image as NonNullable<typeof dx.image>;
const SC = '1.2.840.10008.5.1.4.1.1.7';
const FOR_PROCESSING = '1.2.840.10008.5.1.4.1.1.1.1.1';

function judge(change: Partial<DomainHeader>, stated: Stated = {}) {
  return judgeDomain(manifest, { ...dx, ...change }, stated);
}

describe('a model reads what it was made for', () => {
  it.each<[string, Partial<DomainHeader>, Stated]>([
    ['a DX of a chest, PA', {}, {}],
    ['a CR, AP', { modality: 'CR', viewPosition: 'AP' }, {}],
    ['the body part in another word for the same', { bodyPart: 'THORAX' }, {}],
    ['small letters and spaces', { bodyPart: ' chest', viewPosition: 'pa ' }, {}],
    ['the view spelt out', { viewPosition: 'POSTERO_ANTERIOR' }, {}],
    ['15 years', { age: 15 }, {}],
    ['an age that nobody states', { age: null }, {}],
    ['no pixel spacing', { image: { ...image, pixelSpacing: null } }, {}],
    ['MONOCHROME1', { image: { ...image, photometric: 'MONOCHROME1' } }, {}],
    ['a Secondary Capture whose tags say so', { sopClassUID: SC }, {}],
    ['a Secondary Capture of OT, stated to be DX', { sopClassUID: SC, modality: 'OT' }, { modality: 'DX' }],
    [
      'body part and view that a person stated',
      { bodyPart: '', viewPosition: '' },
      { bodyPart: 'CHEST', view: 'PA' },
    ],
    ['an age that a person stated', { age: null }, { age: 40 }],
  ])('%s', (_what, change, stated) => {
    expect(judge(change, stated)).toMatchObject({ fits: true });
  });

  it.each<[string, Partial<DomainHeader>, Stated, RegExp]>([
    ['CT', { modality: 'CT' }, {}, /^The modality is CT; the model reads CR or DX only/],
    [
      'CT stated to be DX: the file counts, and it is said',
      { modality: 'CT' },
      { modality: 'DX' },
      /is CT.*stated as DX.*file says CT/,
    ],
    [
      'a Secondary Capture of which nobody says what it is',
      { sopClassUID: SC, modality: 'OT' },
      {},
      /modality is not stated.*State the modality/,
    ],
    [
      'OT on an object that is no Secondary Capture',
      { modality: 'OT' },
      { modality: 'DX' },
      /modality is OT/,
    ],
    [
      'no body part',
      { bodyPart: '' },
      {},
      /body part is not stated.*State the body part \(for example CHEST\)/,
    ],
    ['no view', { viewPosition: '' }, {}, /view is not stated.*State the view/],
    ['a hand', { bodyPart: 'HAND' }, {}, /body part is HAND/],
    ['a hand stated to be a chest', { bodyPart: 'HAND' }, { bodyPart: 'CHEST' }, /is HAND.*stated as CHEST/],
    [
      'a chest stated to be a hand: one of the two is wrong',
      {},
      { bodyPart: 'HAND' },
      /stated as HAND, but the file says CHEST.*one of the two is wrong/,
    ],
    ['an adult by the file stated to be 5 years old', { age: 45 }, { age: 5 }, /age is 5 years.*at least 15/],
    ['a part that only contains the chest', { bodyPart: 'CHESTABDOMEN' }, {}, /CHESTABDOMEN/],
    ['a lateral view', { viewPosition: 'LL' }, {}, /view is LL; the model reads PA or AP only/],
    ['14 years', { age: 14.9 }, {}, /14\.9 years.*at least 15/],
    ['a stated age below the limit', { age: null }, { age: 3 }, /3 years/],
    ['two frames', { image: { ...image, frames: 2 } }, {}, /2 frames/],
    ['a palette', { image: { ...image, photometric: 'PALETTE COLOR' } }, {}, /PALETTE COLOR/],
    ['a tiny image', { image: { ...image, rows: 7 } }, {}, /32 × 7 pixels/],
    ['raw detector values', { sopClassUID: FOR_PROCESSING }, {}, /For Processing/],
    ['no image', { image: null }, {}, /no image/],
  ])('and abstains with the reason: %s', (_what, change, stated, reason) => {
    expect(judge(change, stated)).toEqual({ fits: false, reason: expect.stringMatching(reason) });
  });

  it('names what was taken from a person, and what nobody states', () => {
    const judged = judge({ bodyPart: '', age: null }, { bodyPart: 'chest', view: 'AP' });
    expect(judged).toEqual({
      fits: true,
      stated: { bodyPart: 'CHEST' },
      notes: [
        expect.stringMatching(/view was stated as AP, but the file says PA/),
        expect.stringMatching(/age is not stated/),
      ],
    });
  });

  describe('of slides', () => {
    const slides = {
      ...manifest,
      domain: {
        ...manifest.domain,
        modalities: ['SM'],
        bodyParts: [],
        views: [],
        photometric: ['RGB', 'YBR_FULL_422'],
        minRows: 224,
        minColumns: 224,
        maxRows: 224,
        maxColumns: 224,
      },
    };
    const tile = {
      ...dx,
      sopClassUID: SC,
      modality: 'OT',
      bodyPart: '',
      viewPosition: '',
      image: { ...image, rows: 224, columns: 224, photometric: 'RGB' },
    };
    const slide = (change: Partial<DomainHeader>, stated: Stated = { modality: 'SM' }) =>
      judgeDomain(slides, { ...tile, ...change }, stated);

    it('takes a plain tile that a person states to be SM, and asks for no body part and no view', () => {
      expect(slide({})).toMatchObject({ fits: true, stated: { modality: 'SM' } });
    });

    it.each<[string, Partial<DomainHeader>, Stated, RegExp]>([
      ['a tile that nobody states to be SM', {}, {}, /modality is not stated.*for example SM/],
      ['a radiograph', { ...dx }, {}, /modality is DX; the model reads SM only/],
      [
        'a grey image',
        { image: { ...tile.image, photometric: 'MONOCHROME2' } },
        { modality: 'SM' },
        /MONOCHROME2/,
      ],
      [
        'a tile of another size',
        { image: { ...tile.image, rows: 512, columns: 512 } },
        { modality: 'SM' },
        /512 × 512 pixels.*exactly 224 × 224.*do not resize/,
      ],
      [
        'a smaller tile',
        { image: { ...tile.image, rows: 223 } },
        { modality: 'SM' },
        /224 × 223 pixels.*exactly/,
      ],
      [
        'a tile that is too wide',
        { image: { ...tile.image, columns: 225 } },
        { modality: 'SM' },
        /225 × 224 pixels.*exactly/,
      ],
    ])('and abstains with the reason: %s', (_what, change, stated, reason) => {
      expect(slide(change, stated)).toEqual({ fits: false, reason: expect.stringMatching(reason) });
    });

    it('are nothing for a model of radiographs', () => {
      expect(judgeDomain(manifest, tile, { modality: 'SM' })).toEqual({
        fits: false,
        reason: expect.stringMatching(/modality is SM; the model reads CR or DX only/),
      });
    });
  });

  it('reads images up to a size where the pack names one', () => {
    const small = { ...manifest, domain: { ...manifest.domain, maxRows: 20, maxColumns: 40 } };
    expect(judgeDomain(small, dx, {})).toEqual({
      fits: false,
      reason: expect.stringMatching(/at most 40 × 20/),
    });
  });

  describe('a pack of children of 1 to 5 years that requires an age', () => {
    const children = {
      ...manifest,
      domain: { ...manifest.domain, minAgeYears: 1, maxAgeYears: 5, ageRequired: true },
    };
    const judgeChild = (age: number | null, stated: Stated = {}) =>
      judgeDomain(children, { ...dx, age }, stated);

    it.each<[string, number | null, Stated]>([
      ['an age that the file states', 3, {}],
      ['the first birthday', 1, {}],
      ['five completed years', 5.92, {}],
      ['an age that a person states', null, { age: 4 }],
    ])('reads %s', (_what, age, stated) => {
      expect(judgeChild(age, stated)).toMatchObject({ fits: true });
    });

    it.each<[string, number | null, Stated, RegExp]>([
      ['an age that nobody states', null, {}, /not stated.*patients of 1 to 5 years.*State the age/],
      ['eleven months', 0.92, {}, /0\.92 years.*at least 1/],
      ['six years', 6, {}, /6 years.*at most 5/],
      ['an adult', 54, {}, /54 years.*at most 5/],
      ['an adult stated to be a child', 54, { age: 4 }, /54 years/],
      ['a child stated to be an adult', 4, { age: 54 }, /54 years/],
    ])('and abstains: %s', (_what, age, stated, reason) => {
      expect(judgeChild(age, stated)).toEqual({ fits: false, reason: expect.stringMatching(reason) });
    });
  });

  it('does not take a Secondary Capture where the pack does not', () => {
    const strict = { ...manifest, domain: { ...manifest.domain, secondaryCapture: false } };
    expect(judgeDomain(strict, { ...dx, sopClassUID: SC }, {})).toMatchObject({ fits: false });
  });
});

describe('a model of limbs', () => {
  const limb = {
    ...manifest,
    domain: {
      ...manifest.domain,
      bodyParts: ['HAND', 'FOREARM', 'LOWERLEG'],
      views: 'any' as const,
      minAgeYears: null,
    },
  };

  it.each<[string, Partial<DomainHeader>, Stated]>([
    ['a hand in any view', { bodyPart: 'HAND', viewPosition: 'LL' }, {}],
    ['a hand whose view nobody states', { bodyPart: 'HAND', viewPosition: '' }, {}],
    ['the words spelt apart', { bodyPart: 'Lower leg', viewPosition: '' }, {}],
    ['a body part that a person stated', { bodyPart: '', viewPosition: '' }, { bodyPart: 'lower arm' }],
    ['a child', { bodyPart: 'HAND', age: 4 }, {}],
  ])('reads %s', (_what, change, stated) => {
    expect(judgeDomain(limb, { ...dx, ...change }, stated)).toMatchObject({ fits: true });
  });

  it.each<[string, Partial<DomainHeader>, Stated, RegExp]>([
    ['a chest', {}, {}, /body part is CHEST; the model reads HAND, FOREARM or LOWERLEG only/],
    ['a chest stated to be a hand', {}, { bodyPart: 'HAND' }, /body part is CHEST/],
    ['what nobody states', { bodyPart: '', viewPosition: '' }, {}, /body part is not stated/],
  ])('abstains from %s', (_what, change, stated, reason) => {
    expect(judgeDomain(limb, { ...dx, ...change }, stated)).toEqual({
      fits: false,
      reason: expect.stringMatching(reason),
    });
  });
});
