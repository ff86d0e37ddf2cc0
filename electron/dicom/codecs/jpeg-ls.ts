import charls from '@cornerstonejs/codec-charls/decodewasmjs';
import { interleave } from '../colour.ts';
import { type CodecImage, codecFailed } from './codec-image.ts';
import { checkJpegLsScans } from './jpeg-ls-scans.ts';
import { copyCells, runDecoder, type WasmDecoder, wasmCodec } from './wasm.ts';

interface Charls {
  readonly JpegLSDecoder: new () => WasmDecoder;
  getExceptionMessage(exception: unknown): string;
}

const load = wasmCodec<Charls>(charls, 'charlswasm_decode.wasm', '@cornerstonejs/codec-charls/decodewasm');

/** JPEG-LS, lossless and near-lossless (ISO 14495-1), by CharLS. 2 to 16 bits, 1 or 3 components, any interleave mode. */
export async function decodeJpegLs(encoded: Uint8Array): Promise<CodecImage> {
  checkJpegLsScans(encoded);
  const module = await load();
  try {
    const { value } = runDecoder(new module.JpegLSDecoder(), encoded, (decoder) => {
      const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
      const cells = copyCells(decoder.getDecodedBuffer(), bitsPerSample, false);
      // Without interleaving the components follow each other as planes.
      const planes = componentCount === 3 && decoder.getInterleaveMode?.() === 0;
      return {
        rows: height,
        columns: width,
        components: componentCount,
        precision: bitsPerSample,
        signed: false,
        data: planes ? (interleave(cells) as typeof cells) : cells,
        isRgb: false,
      };
    });
    return value;
  } catch (thrown) {
    throw codecFailed(
      typeof thrown === 'number' ? module.getExceptionMessage(thrown) : 'the JPEG-LS stream is damaged',
      thrown,
    );
  }
}
