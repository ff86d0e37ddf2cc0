import openjpeg from '@cornerstonejs/codec-openjpeg/decodewasmjs';
import openjph from '@cornerstonejs/codec-openjph/wasmjs';
import { Refused } from '../../shared/errors.ts';
import { type CodecImage, codecFailed } from './codec-image.ts';
import { readCodestream } from './jpeg-2000-markers.ts';
import { copyCells, runDecoder, type WasmDecoder, wasmCodec } from './wasm.ts';

interface OpenJpeg {
  readonly J2KDecoder: new () => WasmDecoder;
}
interface OpenJph {
  readonly HTJ2KDecoder: new () => WasmDecoder;
}

const loadOpenJpeg = wasmCodec<OpenJpeg>(
  openjpeg,
  'openjpegwasm_decode.wasm',
  '@cornerstonejs/codec-openjpeg/decodewasm',
);
const loadOpenJph = wasmCodec<OpenJph>(openjph, 'openjphjs.wasm', '@cornerstonejs/codec-openjph/wasm');

function take(colourTransform: boolean): (decoder: WasmDecoder) => CodecImage {
  return (decoder) => {
    const { width, height, bitsPerSample, componentCount, isSigned = false } = decoder.getFrameInfo();
    if (bitsPerSample > 16)
      throw codecFailed(`${bitsPerSample} bits a sample are more than this build decodes`);
    const data = copyCells(decoder.getDecodedBuffer(), bitsPerSample, isSigned);
    if (data.length !== width * height * componentCount)
      throw codecFailed('the decoder gave another size than the stream states');
    return {
      rows: height,
      columns: width,
      components: componentCount,
      precision: bitsPerSample,
      signed: isSigned,
      data,
      isRgb: colourTransform,
    };
  };
}

/** JPEG 2000 Part 1 (ISO 15444-1) by OpenJPEG, HTJ2K (ISO 15444-15) by OpenJPH. Raw codestreams, up to 16 bits. */
export async function decodeJpeg2000(encoded: Uint8Array, highThroughput: boolean): Promise<CodecImage> {
  const facts = readCodestream(encoded);
  if (!facts.fullResolution) throw codecFailed('its components have different resolutions');
  if (facts.highThroughput !== highThroughput)
    throw codecFailed('its JPEG 2000 part is not the one that the transfer syntax names');
  if (highThroughput && facts.components > 1 && facts.precision > 8) {
    throw new Refused(
      'codec-not-proven',
      'HTJ2K colour of more than 8 bits has not been shown to decode exactly, so it is not drawn.',
    );
  }
  const decoder = highThroughput
    ? new (await loadOpenJph()).HTJ2KDecoder()
    : new (await loadOpenJpeg()).J2KDecoder();
  try {
    const { value, complaints } = runDecoder(decoder, encoded, take(facts.colourTransform));
    if (complaints.length > 0) throw codecFailed(`the decoder reports '${complaints[0]}'`);
    return value;
  } catch (thrown) {
    throw thrown instanceof Error && thrown.name === 'refused'
      ? thrown
      : codecFailed('the JPEG 2000 stream is damaged', thrown);
  }
}
