import { describe, expect, it } from 'vitest';
import { openFrames, readFrameOf } from '../../../electron/dicom/decode-frame.ts';
import type { DicomElement } from '../../../electron/dicom/dicom-element.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import type { FrameValues } from '../../../electron/shared/frame-values.ts';
import { codeOf, el, sample } from './samples.ts';

const words = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer);

async function valuesOf(changes: readonly DicomElement[], frame = 0): Promise<FrameValues> {
  return (await readFrameOf(openFrames(sample(changes)), frame)).values;
}

/** Two frames of 2 × 3 pixels with these functional groups. */
const enhanced = (shared: DicomElement[], ...frames: DicomElement[][]) => [
  el('00280008 IS', frames.length),
  el('7FE00010 OW', new Uint8Array(12 * frames.length)),
  el('52009229 SQ', [shared]),
  el('52009230 SQ', frames),
];
const rescale = (slope: number, intercept: number, type = 'HU') =>
  el('00289145 SQ', [[el('00281052 DS', intercept), el('00281053 DS', slope), el('00281054 LO', type)]]);
const window = (centre: number, width: number, name = 'LINEAR') =>
  el('00289132 SQ', [[el('00281050 DS', centre), el('00281051 DS', width), el('00281056 CS', name)]]);

describe('what the values of a frame mean', () => {
  it('is the frame’s own where frames differ, else the shared', async () => {
    const object = enhanced(
      [rescale(9, 9), window(40, 400)],
      [rescale(1, -1024)],
      [rescale(2, -5), window(7, 8)],
    );
    expect(await valuesOf(object, 0)).toMatchObject({
      rescaleSlope: 1,
      rescaleIntercept: -1024,
      rescaleType: 'HU',
      window: [{ centre: 40, width: 400 }],
    });
    expect(await valuesOf(object, 1)).toMatchObject({
      rescaleSlope: 2,
      rescaleIntercept: -5,
      window: [{ centre: 7, width: 8 }],
    });
    expect(await valuesOf(enhanced([rescale(3, 4)], [], []), 1)).toMatchObject({ rescaleSlope: 3 });
  });

  it('may be a Modality LUT, its first value signed or not by its VR', async () => {
    const lut = (vr: string) =>
      el('00283000 SQ', [
        [
          { tag: '00283002', vr, value: vr === 'US' ? [3, 0xfffe, 16] : [3, -2, 16] },
          el('00283004 LO', 'OD'),
          el('00283006 US', [10, 20, 65535]),
        ],
      ]);
    expect(await valuesOf([lut('SS')])).toMatchObject({
      rescaleSlope: 1,
      rescaleType: 'OD',
      modalityLut: { first: -2, bits: 16, entries: Uint16Array.of(10, 20, 65535) },
    });
    expect((await valuesOf([lut('US')])).modalityLut?.first).toBe(0xfffe);
    // A VR that was lost, as in implicit encodings, does not say: signed pixels have signed input.
    const lost = el('00283000 SQ', [
      [el('00283002 UN', words(3, 0xfffe, 16)), el('00283006 US', [10, 20, 65535])],
    ]);
    expect((await valuesOf([lost])).modalityLut?.first).toBe(-2);
    expect((await valuesOf([lost, el('00280103 US', 0)])).modalityLut?.first).toBe(0xfffe);
  });

  it('is refused where the Modality LUT is damaged', async () => {
    const lut = (descriptor: number[], ...entries: number[]) =>
      valuesOf([el('00283000 SQ', [[el('00283002 US', descriptor), el('00283006 US', entries)]])]);
    expect(await codeOf(() => lut([4, 0, 16], 1, 2, 3))).toBe('bad-modality-lut');
    expect(await codeOf(() => lut([3, 0, 8], 1, 2, 256))).toBe('bad-modality-lut');
    expect(await codeOf(() => lut([3, 0, 4], 1, 2, 3))).toBe('bad-modality-lut');
    expect(await codeOf(() => lut([3, 0, 16], 1, 2, 3))).toBe('accepted');
  });

  it('leaves padding in the stored bits, with its range', async () => {
    const bits = [el('00280101 US', 12), el('00280102 US', 11)];
    const padded = (...changes: DicomElement[]) => valuesOf([...bits, ...changes]);
    expect(await padded(el('00280120 SS', -2000), el('00280121 SS', -1990))).toMatchObject({
      pixelPadding: -2000,
      pixelPaddingLimit: -1990,
    });
    // −32768 does not fit into 12 bits; what a pixel can hold of it is 0.
    expect((await padded(el('00280120 SS', -32768))).pixelPadding).toBe(0);
    expect((await padded(el('00280121 SS', -1990))).pixelPaddingLimit).toBeNull();
  });

  it('holds one straight real world map with a unit, and no other', async () => {
    const item = (unit: string, slope = 0.001) => [
      el('00409211 SS', 100),
      el('00409216 SS', -100),
      el('00409210 SH', 'ADC'),
      el('00409224 FD', 0),
      el('00409225 FD', slope),
      el('004008EA SQ', [[el('00080100 SH', unit)]]),
    ];
    const map = (...items: DicomElement[][]) => el('00409096 SQ', items);
    expect((await valuesOf(enhanced([map(item('mm2/s'))], [], [map(item('Hz', 2))]), 1)).realWorld).toEqual({
      first: -100,
      last: 100,
      slope: 2,
      intercept: 0,
      unit: 'Hz',
      label: 'ADC',
    });
    expect((await valuesOf([map(item('mm2/s'))])).realWorld?.unit).toBe('mm2/s');
    expect((await valuesOf([map(item('{SUVbw}g/ml'))])).realWorld?.unit).toBe('{SUVbw}g/ml');
    // UCUM: an annotation is no unit, and without one stands for 1.
    for (const unit of ['1', '{ratio}', '1{counts}', '{counts}/{voxel}'])
      expect((await valuesOf([map(item(unit))])).realWorld, unit).toBeNull();
    expect((await valuesOf([map(item('mm2/s'), item('Hz'))])).realWorld).toBeNull();
  });
});

describe('how a frame opens', () => {
  const voi = (...changes: DicomElement[]) => valuesOf(changes);
  const at = [el('00281050 DS', 0.5), el('00281051 DS', 2)];

  it('is by the function that the file names; a LINEAR window narrower than one is meant exactly', async () => {
    expect((await voi(...at)).voiFunction).toBe('LINEAR');
    expect((await voi(...at, el('00281056 CS', 'SIGMOID'))).voiFunction).toBe('SIGMOID');
    expect((await voi(...at, el('00281056 CS', 'LINEAR_EXACT'))).voiFunction).toBe('LINEAR_EXACT');
    expect((await voi(el('00281050 DS', 0.5), el('00281051 DS', 0.5))).voiFunction).toBe('LINEAR_EXACT');
    const unknown = await voi(...at, el('00281056 CS', 'CUBIC'));
    expect([unknown.voiFunction, unknown.notes]).toEqual([
      'LINEAR',
      ["window drawn straight: the file's function CUBIC is not known"],
    ]);
  });

  it('is by the VOI LUT where there is one; a damaged one is left out, and the image says so', async () => {
    const lut = (...entries: number[]) =>
      el('00283010 SQ', [[el('00283002 SS', [3, -1, 12]), el('00283006 OW', words(...entries))]]);
    expect((await voi(lut(0, 100, 4095))).voiLut).toEqual({
      first: -1,
      bits: 12,
      entries: Uint16Array.of(0, 100, 4095),
    });
    const damaged = await voi(lut(0, 100, 4096), ...at);
    expect([damaged.voiLut, damaged.notes]).toEqual([
      null,
      ['VOI LUT of the file not applied: entries of more than 12 bits'],
    ]);
    const packed = el('00283010 SQ', [
      [el('00283002 SS', [3, -1, 8]), el('00283006 OW', Uint8Array.of(1, 2, 3, 0))],
    ]);
    expect((await voi(packed)).voiLut?.entries).toEqual(Uint16Array.of(1, 2, 3));
  });

  it('tells of what the file asks for and the screen does not do', async () => {
    const notes = async (...changes: DicomElement[]) => (await voi(...changes)).notes;
    expect(await notes(el('60000010 US', 4), el('60000011 US', 4))).toEqual([
      'overlay of the file (graphics or text) not shown',
    ]);
    const aspect = el('00280034 IS', ['4', '1']);
    expect(await notes(aspect)).toEqual([
      'pixels are not square (4:1) and shown as if they were: shapes are wrong',
    ]);
    // With a spacing they are drawn by it.
    expect(await notes(aspect, el('00280030 DS', ['0.4', '0.1']))).toEqual([]);
    expect(await notes(el('00280034 IS', ['1', '1']))).toEqual([]);
    expect(await notes(el('20500020 CS', 'IDENTITY'))).toEqual([]);
    expect(await notes(el('20500020 CS', 'INVERSE'))).toEqual([
      'INVERSE contradicts MONOCHROME2, by which it is shown: black and white may be exchanged',
    ]);
    expect(await notes(el('00280004 CS', 'MONOCHROME1'), el('20500020 CS', 'INVERSE'))).toEqual([]);
    const slope = await valuesOf([el('00281053 DS', '0'), el('00281052 DS', '-1024')]);
    expect(slope).toMatchObject({
      rescaleSlope: 1,
      rescaleIntercept: 0,
      rescaleType: null,
      notes: ['rescale slope of 0 not applied: stored values are shown'],
    });
  });

  it('tells of a colour map and an ICC profile that are not applied', async () => {
    expect((await voi(el('00281101 US', [3, 0, 16]))).notes).toEqual([
      'colour map of the file not applied: shown in grey',
    ]);
    const colour = (name: string) => [
      el('00280002 US', 3),
      el('00280004 CS', 'RGB'),
      el('00280006 US', 0),
      el('00280100 US', 8),
      el('00280101 US', 8),
      el('00280102 US', 7),
      el('00280103 US', 0),
      el('7FE00010 OB', new Uint8Array(18)),
      el('00282000 OB', profile(name)),
    ];
    expect((await voi(...colour('Scanner 7'))).notes).toEqual(['ICC profile not applied: Scanner 7']);
    expect((await voi(...colour('sRGB IEC61966-2.1'))).notes).toEqual([]);
    expect(readHeader(sample(colour('Scanner 7'))).image?.iccProfile).toMatchObject({
      description: 'Scanner 7',
      bytes: 176,
      srgb: false,
    });
  });
});

/** An ICC profile of 176 bytes that holds nothing but its name. */
function profile(name: string): Uint8Array {
  const bytes = Buffer.alloc(176);
  bytes.writeUInt32BE(1, 128);
  bytes.write('desc', 132, 'latin1');
  bytes.writeUInt32BE(144, 136);
  bytes.writeUInt32BE(32, 140);
  bytes.write('desc', 144, 'latin1');
  bytes.writeUInt32BE(name.length + 1, 152);
  bytes.write(name, 156, 'latin1');
  return bytes;
}
