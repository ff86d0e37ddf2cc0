import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { codeOf, el, sample } from './samples.ts';

describe('the header of an object', () => {
  it('names the patient for display, and the object by its UIDs', () => {
    const header = readHeader(sample([el('00101010 AS', '054Y'), el('00080020 DA', '20240229')]));
    expect(header).toMatchObject({
      sopInstanceUID: '1.2.3.4.5',
      studyInstanceUID: '1.2.3',
      seriesInstanceUID: '1.2.3.4',
      patientName: 'Doe, Jane M',
      patientID: 'ID1',
      age: 54,
      studyDate: '2024-02-29',
      kind: 'Image',
      notDrawn: null,
    });
  });

  it('works out the age from the dates where it is not stated', () => {
    const age = (birth: string, study: string) =>
      readHeader(sample([el('00100030 DA', birth), el('00080020 DA', study)])).age;
    expect(age('19700301', '20240229')).toBe(53);
    expect(age('19700228', '20240229')).toBe(54);
    expect(age('', '20240229')).toBeNull();
    expect(age('20250101', '20240229')).toBeNull();
  });

  it('calls rescaled values of CT Hounsfield units only where the file rescales', () => {
    const rescale = [el('00281052 DS', -1024), el('00281053 DS', 1)];
    expect(readHeader(sample(rescale)).image).toMatchObject({ rescaleIntercept: -1024, rescaleType: 'HU' });
    expect(readHeader(sample([...rescale, el('00281054 LO', 'US')])).image?.rescaleType).toBe('US');
    const localiser = el('00080008 CS', ['ORIGINAL', 'PRIMARY', 'LOCALIZER']);
    expect(readHeader(sample([...rescale, localiser])).image?.rescaleType).toBeNull();
    expect(readHeader(sample()).image?.rescaleType).toBeNull();
    expect(readHeader(sample([...rescale, el('00080060 CS', 'MR')])).image?.rescaleType).toBeNull();
  });

  it('keeps what the machine says of itself, and nothing where it says nothing', () => {
    const machine = [
      el('00080070 LO', 'Maker'),
      el('00081090 LO', 'X1'),
      el('00081010 SH', 'ROOM2'),
      el('00181020 LO', ['4.1', 'B']),
    ];
    expect(readHeader(sample(machine))).toMatchObject({
      manufacturer: 'Maker',
      scanner: { model: 'X1', station: 'ROOM2', software: '4.1 B' },
    });
    expect(readHeader(sample([el('00081090 LO', 'X1')])).scanner).toEqual({ model: 'X1' });
    expect(readHeader(sample()).scanner).toBeUndefined();
  });

  it('keeps several windows and drops those of no width', () => {
    const windows = [el('00281050 DS', [40, -600, 1]), el('00281051 DS', [400, 1500, 0])];
    expect(readHeader(sample(windows)).image?.window).toEqual([
      { centre: 40, width: 400 },
      { centre: -600, width: 1500 },
    ]);
  });

  it('decodes names by Specific Character Set', () => {
    const name = (charset: string[], bytes: number[]) => {
      const changed = sample([
        el('00080005 CS', charset),
        el('00100010 PN', 'x'.repeat(bytes.length + (bytes.length % 2))),
      ]);
      const at = Buffer.from(changed).indexOf('x'.repeat(bytes.length));
      changed.set([...bytes, ...(bytes.length % 2 ? [0x20] : [])], at);
      return readHeader(changed).patientName;
    };
    expect(name(['ISO_IR 100'], [...Buffer.from('Buc^J\xe9r\xf4me', 'latin1')])).toBe('Buc, Jérôme');
    expect(name(['ISO_IR 192'], [...Buffer.from('王^小东')])).toBe('王, 小东');
    expect(name(['ISO_IR 144'], [0xbb, 0xee, 0xda])).toBe('Люк');
    expect(name(['GB18030'], [0xcd, 0xf5, 0x5e, 0xd0, 0xa1, 0xb6, 0xab])).toBe('王, 小东');
    // PS3.5 H.3.1: the alphabetic group is shown, the ideographic ones after '=' are not.
    const yamada = [
      ...Buffer.from('Yamada^Tarou='),
      0x1b,
      0x24,
      0x42,
      0x3b,
      0x33,
      0x45,
      0x44,
      0x1b,
      0x28,
      0x42,
    ];
    expect(name(['', 'ISO 2022 IR 87'], yamada)).toBe('Yamada, Tarou');
    expect(name(['', 'ISO 2022 IR 87'], yamada.slice(12))).toBe('山田');
    // PS3.5 I.2: Korean in G1.
    expect(name(['', 'ISO 2022 IR 149'], [0x1b, 0x24, 0x29, 0x43, 0xb1, 0xe8])).toBe('김');
  });

  it('says where pixel spacing was measured', () => {
    const spacing = (modality: string, ...elements: ReturnType<typeof el>[]) => {
      const { pixelSpacing, spacingSource } =
        readHeader(sample([el('00080060 CS', modality), ...elements])).image ?? {};
      return [pixelSpacing, spacingSource];
    };
    const patient = el('00280030 DS', [0.5, 0.5]);
    const imager = el('00181164 DS', [0.6, 0.6]);
    expect(spacing('CT', patient)).toEqual([[0.5, 0.5], 'patient']);
    expect(spacing('DX', imager)).toEqual([[0.6, 0.6], 'detector']);
    expect(spacing('DX', patient)).toEqual([[0.5, 0.5], 'detector']);
    expect(spacing('DX', patient, imager)).toEqual([[0.5, 0.5], 'patient']);
    expect(spacing('DX', el('00280030 DS', [0.6, 0.6]), imager)).toEqual([[0.6, 0.6], 'detector']);
    expect(spacing('DX', patient, el('00280A02 CS', 'FIDUCIAL'))).toEqual([[0.5, 0.5], 'patient']);
    expect(spacing('CT', el('00280030 DS', [0, 0.5]))).toEqual([null, null]);
    expect(spacing('CT')).toEqual([null, null]);
  });

  it('does not take an orientation whose directions are not at right angles', () => {
    const orientation = (...values: number[]) =>
      readHeader(sample([el('00200037 DS', values)])).image?.orientation;
    expect(orientation(1, 0, 0, 0, 1, 0)).toEqual([1, 0, 0, 0, 1, 0]);
    expect(orientation(1, 0, 0, 0.5, 0.5, 0)).toBeNull();
    expect(orientation(1, 0, 0)).toBeNull();
  });

  it('reads shared and per-frame functional groups', () => {
    const item = (sequence: string, ...elements: ReturnType<typeof el>[]) => el(`${sequence} SQ`, [elements]);
    const header = readHeader(
      sample([
        el('52009229 SQ', [
          [
            item('00289110', el('00280030 DS', [0.7, 0.8])),
            item('00289145', el('00281052 DS', -5), el('00281053 DS', 2)),
          ],
        ]),
        el('52009230 SQ', [[item('00209113', el('00200032 DS', [1, 2, 3]))]]),
      ]),
    );
    expect(header.image).toMatchObject({
      pixelSpacing: [0.7, 0.8],
      rescaleSlope: 2,
      rescaleIntercept: -5,
      position: [1, 2, 3],
    });
  });

  it('keeps an object whose Modality LUT cannot be read, and does not draw it', () => {
    const header = readHeader(sample([el('00283000 SQ', [[el('00283003 LO', 'x')]])]));
    expect(header.image).toBeNull();
    expect(header.notDrawn).toContain('Modality LUT Sequence');
  });

  it('states no spacing where frames state different ones, and where theirs hold', () => {
    const frame = (spacing?: number) =>
      spacing === undefined ? [] : [el('00289110 SQ', [[el('00280030 DS', [spacing, spacing])]])];
    const spacing = (frames: (number | undefined)[], ...elements: ReturnType<typeof el>[]) => {
      const count = Math.max(2, frames.length);
      const { image } = readHeader(
        sample([
          el('00280008 IS', count),
          el('7FE00010 OW', new Uint8Array(12 * count)),
          el('52009230 SQ', frames.map(frame)),
          ...elements,
        ]),
      );
      return [image?.pixelSpacing, image?.spacingSource];
    };
    const xray = el('00080060 CS', 'XA');
    const imager = el('00181164 DS', [2, 2]);
    expect(spacing([2, 2])).toEqual([[2, 2], 'patient']);
    expect(spacing([1, 2])).toEqual([null, 'patient']);
    expect(spacing([1, 2], xray)).toEqual([null, 'detector']);
    expect(spacing([1, 2], xray, imager)).toEqual([null, 'detector']);
    expect(spacing([1, 3], xray, imager)).toEqual([null, 'patient']);
    expect(spacing([1, 2], xray, el('00280A02 CS', 'FIDUCIAL'))).toEqual([null, 'patient']);
    // A frame that states none has none: not its neighbour's.
    expect(spacing([1, undefined])).toEqual([null, 'patient']);
    expect(spacing([undefined, 1])).toEqual([null, 'patient']);
    expect(spacing([1])).toEqual([null, 'patient']);
    expect(spacing([undefined, undefined])).toEqual([null, null]);
  });

  it('calls video by its name', () => {
    const video = readHeader(
      sample([el('7FE00010 OB', { fragments: [new Uint8Array(8)] })], { syntax: '1.2.840.10008.1.2.4.102' }),
    );
    expect(video.notDrawn).toBe('Video (MPEG-4 High Profile): no frame of it is shown by this build');
  });

  it('keeps objects without pixels and names what it cannot draw', () => {
    const sr = readHeader(sample([], { without: ['7FE00010'], sopClass: '1.2.840.10008.5.1.4.1.1.88.33' }));
    expect(sr).toMatchObject({ kind: 'Structured report', image: null, notDrawn: 'no viewer yet' });
    const slide = readHeader(sample([], { sopClass: '1.2.840.10008.5.1.4.1.1.77.1.6' }));
    expect(slide).toMatchObject({ kind: 'Slide', notDrawn: 'no viewer yet' });
    const jxl = readHeader(
      sample([el('7FE00010 OB', { fragments: [new Uint8Array(8)] })], { syntax: '1.2.840.10008.1.2.4.110' }),
    );
    expect(jxl.notDrawn).toBe(
      'Transfer syntax JPEG XL Lossless (1.2.840.10008.1.2.4.110) is not decoded by this build',
    );
    expect(jxl.image?.rows).toBe(2);
  });

  it('reads a data set without preamble and meta header where its encoding is certain', () => {
    const whole = sample();
    const start = Buffer.from(whole).indexOf(Buffer.from([8, 0, 0x16, 0]));
    expect(readHeader(whole.subarray(start)).sopInstanceUID).toBe('1.2.3.4.5');
    expect(readHeader(whole.subarray(128 + 4)).sopInstanceUID).toBe('1.2.3.4.5');
  });

  it('reads deflated data sets', () => {
    const syntax = '1.2.840.10008.1.2.1.99';
    const whole = Buffer.from(sample([], { syntax }));
    const start = whole.indexOf(Buffer.from([8, 0, 0x16, 0]));
    const deflated = Buffer.concat([whole.subarray(0, start), deflateRawSync(whole.subarray(start))]);
    expect(readHeader(deflated)).toMatchObject({ patientName: 'Doe, Jane M', transferSyntaxUID: syntax });
  });
});

describe('what is refused, by name', () => {
  const refusals: [string, () => Uint8Array][] = [
    ['not-dicom', () => new Uint8Array(0)],
    ['not-dicom', () => Buffer.from('This is a letter, not an image.'.repeat(20))],
    ['truncated', () => sample().subarray(0, 300)],
    ['truncated', () => sample().subarray(0, sample().length - 2)],
    ['truncated', () => sample().subarray(0, 132 + 20)],
    ['no-study-instance-uid', () => sample([], { without: ['0020000D'] })],
    ['no-series-instance-uid', () => sample([], { without: ['0020000E'] })],
    ['no-sop-instance-uid', () => sample([el('00080018 UI', '')])],
    ['bad-uid', () => sample([el('0020000D UI', '1.2.abc')])],
    ['dicomdir', () => sample([el('00041220 SQ', [])])],
    ['inconsistent-pixels', () => sample([el('00280010 US', 20)])],
    ['inconsistent-pixels', () => sample([el('00280010 US', 1)])],
    ['inconsistent-pixels', () => sample([el('00280010 US', 0)])],
    ['inconsistent-pixels', () => sample([el('00280102 US', 3)])],
    ['inconsistent-pixels', () => sample([el('00280101 US', 17)])],
    ['inconsistent-pixels', () => sample([el('00280008 IS', 2)])],
    ['inconsistent-pixels', () => sample([el('00280004 CS', 'RGB')])],
    ['inconsistent-pixels', () => sample([], { without: ['00280011'] })],
    [
      'bad-fragments',
      () => sample([el('7FE00010 OB', { fragments: [] })], { syntax: '1.2.840.10008.1.2.5' }),
    ],
  ];
  it.each(refusals)('%s (%#)', async (code, make) => {
    expect(await codeOf(() => readHeader(make()))).toBe(code);
  });
});
