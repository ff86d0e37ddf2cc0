import { readFileSync, writeFileSync } from 'node:fs';
import openjph from '@cornerstonejs/codec-openjph/wasmjs';
import { decodeFrameOf, openFrames } from '../../electron/dicom/decode-frame.ts';
import { frameBytes } from '../../electron/dicom/pixel-hash.ts';
import { writePart10 } from '../../electron/dicom/write-part10.ts';

interface Encoder {
  getDecodedBuffer(info: object): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  setQuality(reversible: boolean, step: number): void;
  encode(): void;
  delete(): void;
}
type Factory = (options: object) => Promise<{ HTJ2KEncoder: new () => Encoder }>;

/**
 * Writes an object as HTJ2K, for which neither dcmtk nor gdcm has an encoder; Pillow's OpenJPEG reads it independently.
 * @returns false where the image is not one that the encoder takes
 */
export async function writeHtj2k(source: string, target: string, reversible: boolean): Promise<boolean> {
  const object = openFrames(readFileSync(source));
  const { layout } = object;
  if (layout.bitsAllocated > 16 || layout.bitsAllocated < 8 || layout.float) return false;
  const module = await (openjph as unknown as Factory)({ print: () => undefined, printErr: () => undefined });
  const fragments: Uint8Array[] = [];
  for (let frame = 0; frame < layout.frames; frame++) {
    const decoded = await decodeFrameOf(object, frame);
    const encoder = new module.HTJ2KEncoder();
    encoder
      .getDecodedBuffer({
        width: decoded.columns,
        height: decoded.rows,
        bitsPerSample: layout.bitsAllocated,
        componentCount: decoded.samples,
        isSigned: layout.signed,
        isUsingColorTransform: decoded.samples === 3,
      })
      .set(frameBytes(decoded));
    encoder.setQuality(reversible, reversible ? 0 : 0.002);
    encoder.encode();
    fragments.push(encoder.getEncodedBuffer().slice());
    encoder.delete();
  }
  const us = (tag: string, value: number) => ({ tag, vr: 'US', value });
  const object10 = writePart10({
    sopClassUID: '1.2.840.10008.5.1.4.1.1.7',
    sopInstanceUID: '1.2.3',
    transferSyntaxUID: reversible ? '1.2.840.10008.1.2.4.201' : '1.2.840.10008.1.2.4.203',
    elements: [
      us('00280002', layout.samples),
      {
        tag: '00280004',
        vr: 'CS',
        value: layout.samples === 3 ? (reversible ? 'YBR_RCT' : 'YBR_ICT') : layout.photometric,
      },
      { tag: '00280008', vr: 'IS', value: layout.frames },
      us('00280010', layout.rows),
      us('00280011', layout.columns),
      us('00280100', layout.bitsAllocated),
      us('00280101', layout.bitsAllocated),
      us('00280102', layout.bitsAllocated - 1),
      us('00280103', layout.signed ? 1 : 0),
      { tag: '7FE00010', vr: 'OB', value: { fragments } },
    ],
  });
  writeFileSync(target, object10);
  return true;
}
