import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DicomElement } from '../../../electron/dicom/dicom-element.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { wrapPlainImage } from '../../../electron/dicom/wrap-image.ts';
import { importItem } from '../../../electron/services/import-item.ts';
import { encode } from 'fast-png';
import { el, sample } from './samples.ts';

const STORAGE = '1.2.840.10008.5.1.4.1.1';

const originOfClass = (sopClass: string, elements: readonly DicomElement[] = []) =>
  readHeader(sample(elements, { sopClass, without: sopClass === `${STORAGE}.7` ? [] : ['7FE00010'] })).origin;

const originOf = (suffix: string, elements: readonly DicomElement[] = []) =>
  originOfClass(`${STORAGE}.${suffix}`, elements);

const code = (tag: string, value: string) => el(`${tag} SQ`, [[el('00080100 SH', value)]]);

/** A content item: its concept, and its value as a code or a name. */
const item = (concept: string, value: DicomElement, ...inside: DicomElement[]) => [
  code('0040A043', concept),
  value,
  ...inside,
];

const observerType = (type: string) => item('121005', code('0040A168', type));
const person = item('121008', el('0040A123 PN', 'Roe^Richard'));
const device = item('121012', el('0040A124 UI', '1.2.3'));

const content = (...items: DicomElement[][]) => [el('0040A730 SQ', items)];

describe('who made an object', () => {
  it.each<[string, string, readonly DicomElement[], string]>([
    ['a CT image', '2', [], 'known'],
    ['Mammography CAD SR', '88.50', content(person), 'algorithm'],
    ['Chest CAD SR', '88.65', [], 'algorithm'],
    ['Colon CAD SR', '88.69', [], 'algorithm'],
    ['an SR with a device as observer', '88.33', content(observerType('121007')), 'algorithm'],
    ['an SR with a device UID', '88.11', content(device), 'algorithm'],
    ['an SR with a person and a device', '88.22', content(person, observerType('121007')), 'algorithm'],
    [
      'a device deep in the tree',
      '88.33',
      content(item('121071', el('0040A160 UT', 'nodule'), el('0040A730 SQ', [observerType('121007')]))),
      'algorithm',
    ],
    [
      'an SR whose author is a device',
      '88.11',
      [el('0040A078 SQ', [[el('0040A084 CS', 'DEV')]])],
      'algorithm',
    ],
    ['an SR by a person', '88.11', content(observerType('121006'), person), 'known'],
    ['a verified SR', '88.11', [el('0040A073 SQ', [[el('0040A075 PN', 'Roe^Richard')]])], 'known'],
    ['an SR that names nobody', '88.11', content(item('121071', el('0040A160 UT', 'mass'))), 'unknown'],
    ['key objects that name nobody', '88.59', [], 'unknown'],
    ['key objects by a person', '88.59', content(person), 'known'],
    ['a dose report', '88.67', content(device), 'known'],
    [
      'a SEG drawn by an algorithm',
      '66.4',
      [el('00620002 SQ', [[el('00620008 CS', 'AUTOMATIC')]])],
      'algorithm',
    ],
    [
      'a SEG with one segment corrected by hand',
      '66.4',
      [el('00620002 SQ', [[el('00620008 CS', 'MANUAL')], [el('00620008 CS', 'SEMIAUTOMATIC')]])],
      'algorithm',
    ],
    ['a SEG drawn by hand', '66.4', [el('00620002 SQ', [[el('00620008 CS', 'MANUAL')]])], 'known'],
    ['a SEG that does not say', '66.4', [], 'unknown'],
    ['segments of radiotherapy', '481.11', [], 'unknown'],
    [
      'contours by an algorithm',
      '481.3',
      [el('30060020 SQ', [[el('30060036 CS', 'AUTOMATIC')]])],
      'algorithm',
    ],
    ['contours by hand', '481.3', [el('30060020 SQ', [[el('30060036 CS', 'MANUAL')]])], 'known'],
    ['a presentation state that names nobody', '11.1', [], 'unknown'],
    [
      'a presentation state by a name, which may be a program',
      '11.1',
      [el('00700084 PN', 'CAD^v2')],
      'unknown',
    ],
    [
      'a presentation state by a person with a code',
      '11.1',
      [el('00700086 SQ', [[el('00401101 SQ', [[el('00080100 SH', '4711')]])]])],
      'known',
    ],
    ['a presentation state by a creator without a code', '11.1', [el('00700086 SQ', [[]])], 'unknown'],
    ['fiducials', '66.2', [], 'unknown'],
    ['tractography', '66.6', [], 'unknown'],
    ['an STL model', '104.3', [], 'unknown'],
    ['an OBJ model', '104.4', [], 'unknown'],
    ['the material of a model', '104.5', [], 'unknown'],
    ['a secondary capture of a workstation', '7', [el('00080064 CS', 'WSD')], 'unknown'],
    ['a secondary capture that does not say', '7', [], 'unknown'],
    ['a digitised film', '7', [el('00080064 CS', 'DF')], 'known'],
    ['a PDF', '104.1', [], 'unknown'],
    ['an RT plan', '481.5', [], 'known'],
    ['a waveform', '9.1.1', [], 'known'],
  ])('%s (%s)', (_what, suffix, elements, expected) => {
    expect(originOf(suffix, elements)).toBe(expected);
  });

  it.each([
    ['a private class', '1.3.12.2.1107.5.9.1'],
    ['a private class that begins like the standard ones', '1.2.840.10008.5.1.4.1.10'],
    ['a class of the standard that is no storage class under the prefix', '1.2.840.10008.5.1.4.34.7'],
  ])('%s: unknown (%s)', (_what, sopClass) => {
    expect(originOfClass(sopClass)).toBe('unknown');
  });

  it('a plain image is the image itself, though it is written as a secondary capture', async () => {
    const png = encode({ width: 8, height: 8, data: new Uint8Array(64), channels: 1, depth: 8 });
    const stated = { modality: 'DX' };
    const imported = await importItem('a.png', png, { stated, put: () => undefined });
    expect(imported).toMatchObject({ plain: true });
    expect(JSON.parse('headerText' in imported ? imported.headerText : '{}')).toMatchObject({
      origin: 'known',
    });
    expect(readHeader(await wrapPlainImage(png, { name: 'a.png', stated })).origin).toBe('unknown');
  });
});

const data = join(process.env['OVERREAD_TEST_DATA'] ?? '../shared/data', 'dicom');

describe.skipIf(!existsSync(data))('real objects', () => {
  it.each([
    ['highdicom/seg_image_ct_binary.dcm', 'algorithm'],
    ['highdicom/sm_annotations.dcm', 'known'],
    ['highdicom/sr_document.dcm', 'algorithm'],
    ['highdicom/sm_image.dcm', 'known'],
    ['pydicom/liver_1frame.dcm', 'algorithm'],
    ['pydicom/test-SR.dcm', 'known'],
    ['pydicom/reportsi.dcm', 'unknown'],
    ['pydicom/rtstruct.dcm', 'known'],
    ['pydicom/SC_rgb.dcm', 'unknown'],
    ['pydicom/rtdose_1frame.dcm', 'known'],
    ['ct-head/01.dcm', 'known'],
  ])('%s: %s', (name, expected) => {
    expect(readHeader(Uint8Array.from(readFileSync(join(data, name)))).origin).toBe(expected);
  });
});
