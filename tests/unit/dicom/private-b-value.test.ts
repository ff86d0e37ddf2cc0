import { describe, expect, it } from 'vitest';
import type { DicomElement } from '../../../electron/dicom/dicom-element.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { stacksOf } from '../../../electron/domain/series/series-stacks.ts';
import { el, sample } from './samples.ts';

const MR = el('00080060 CS', 'MR');
const bValue = (...elements: DicomElement[]): number | undefined =>
  readHeader(sample([MR, ...elements], { sopClass: '1.2.840.10008.5.1.4.1.1.4' })).geometry?.common.bValue;

const SIEMENS = [el('00190010 LO', 'SIEMENS MR HEADER'), el('0019100C IS', 1000)];

describe('b-values in private elements', () => {
  it.each([
    ['Siemens', SIEMENS, 1000],
    [
      'Siemens, its block moved by another creator',
      [
        el('00190010 LO', 'SOMEBODY ELSE'),
        el('00190011 LO', 'SIEMENS MR HEADER'),
        el('0019100C IS', 7),
        el('0019110C IS', 50),
      ],
      50,
    ],
    ['GE', [el('00430010 LO', 'GEMS_PARM_01'), el('00431039 IS', [800, 8, 0, 0])], 800],
    [
      'GE with a billion added',
      [el('00430010 LO', 'GEMS_PARM_01'), el('00431039 IS', [1000000800, 8, 0, 0])],
      800,
    ],
    ['Philips', [el('20010010 LO', 'Philips Imaging DD 001'), el('20011003 FL', 400)], 400],
    ['a b-value of zero', [el('00190010 LO', 'SIEMENS MR HEADER'), el('0019100C IS', 0)], 0],
  ])('%s', (_what, elements, expected) => {
    expect(bValue(...elements)).toBe(expected);
  });

  it.each([
    ['of a creator that means something else by it', [el('00190010 LO', 'OTHER'), el('0019100C IS', 1000)]],
    ['whose block nobody reserved', [el('0019100C IS', 1000)]],
    ['below zero', [el('00190010 LO', 'SIEMENS MR HEADER'), el('0019100C IS', -1)]],
    ['that is no number', [el('00190010 LO', 'SIEMENS MR HEADER'), el('0019100C LO', 'none')]],
  ])('none is taken from an element %s', (_what, elements) => {
    expect(bValue(...elements)).toBeUndefined();
  });

  it('yield to the standard’s own element, and to no other modality', () => {
    expect(bValue(el('00189087 FD', 700), ...SIEMENS)).toBe(700);
    expect(readHeader(sample(SIEMENS)).geometry?.common.bValue).toBeUndefined();
  });

  it('divide a series of two weightings into two stacks', () => {
    const headers = [0, 1, 2, 3, 4, 5].map((at) =>
      readHeader(
        sample(
          [
            MR,
            el('00080018 UI', `1.2.3.4.5.${at}`),
            el('00200013 IS', at),
            el('00200032 DS', [0, 0, 5 * (at % 3)]),
            el('00200037 DS', [1, 0, 0, 0, 1, 0]),
            el('00280030 DS', [1, 1]),
            el('00190010 LO', 'SIEMENS MR HEADER'),
            el('0019100C IS', at < 3 ? 0 : 1000),
          ],
          { sopClass: '1.2.840.10008.5.1.4.1.1.4' },
        ),
      ),
    );
    expect(stacksOf(headers)).toHaveLength(2);
    expect(JSON.stringify(stacksOf(headers))).toContain('b 1000 s/mm²');
  });
});
