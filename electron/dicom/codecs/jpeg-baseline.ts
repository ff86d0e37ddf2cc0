import turbo from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import { type CodecImage, codecFailed } from './codec-image.ts';
import { type JpegFacts, readJpeg } from './jpeg-markers.ts';
import { copyCells, runDecoder, type WasmDecoder, wasmCodec } from './wasm.ts';

interface Turbo {
  readonly JPEGDecoder: new () => WasmDecoder;
}

const load = wasmCodec<Turbo>(
  turbo,
  'libjpegturbowasm_decode.wasm',
  '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm',
);

/**
 * What three components are: colour difference (to be turned into RGB) or RGB already. The stream's own word counts
 * first (Adobe's mark, JFIF), then Photometric Interpretation. Where the two contradict each other it is not certain,
 * and the frame is refused.
 */
function isYcc(jpeg: JpegFacts, photometric: string): boolean {
  const dicomYcc = photometric.startsWith('YBR');
  const ids = String.fromCharCode(...jpeg.components.map(({ id }) => id));
  const streamYcc =
    jpeg.adobeTransform !== null
      ? jpeg.adobeTransform === 1
      : ids === 'RGB'
        ? false
        : jpeg.jfif
          ? true
          : null;
  if (streamYcc !== null && streamYcc !== dicomYcc) {
    throw codecFailed(
      `its colours are ${streamYcc ? 'YCbCr' : 'RGB'} by the JPEG stream and ${photometric} by the header, so they are not certain`,
    );
  }
  return dicomYcc;
}

/** The same stream with one Adobe mark that states the colour transform, so that the decoder does not guess. */
function withAdobeMark(encoded: Uint8Array, jpeg: JpegFacts, transform: 0 | 1): Uint8Array {
  const mark = Buffer.from([0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform]);
  const parts: Uint8Array[] = [encoded.subarray(0, 2), mark];
  let from = 2;
  for (const { marker, start, end } of jpeg.segments) {
    if (marker !== 0xe0 && marker !== 0xee) continue;
    parts.push(encoded.subarray(from, start - 4));
    from = end;
  }
  parts.push(encoded.subarray(from));
  return Buffer.concat(parts);
}

/**
 * 8-bit JPEG by libjpeg-turbo: baseline, extended sequential and progressive; one component, or three turned into RGB.
 * @param photometric DICOM's Photometric Interpretation, which says what three components are
 * @throws Refused `codec-failed`
 */
export async function decodeJpeg8(encoded: Uint8Array, photometric: string): Promise<CodecImage> {
  const jpeg = readJpeg(encoded);
  if (jpeg.frameMarker > 0xc2 || jpeg.precision !== 8) {
    throw codecFailed(
      `it is JPEG process 0x${jpeg.frameMarker.toString(16)} with ${jpeg.precision} bits, not what the transfer syntax names`,
    );
  }
  const colour = jpeg.components.length === 3;
  if (!colour && jpeg.components.length !== 1)
    throw codecFailed(`${jpeg.components.length} components are not decoded by this build`);
  // Every block of eight by eight takes at least a bit: a huge size in a short stream is damage, not an image.
  if (Math.ceil(jpeg.rows / 8) * Math.ceil(jpeg.columns / 8) > encoded.length * 8)
    throw codecFailed('it states more pixels than it can hold');
  const stream = colour ? withAdobeMark(encoded, jpeg, isYcc(jpeg, photometric) ? 1 : 0) : encoded;
  const module = await load();
  try {
    const { value, complaints } = runDecoder(new module.JPEGDecoder(), stream, (decoder) => {
      const { width, height, componentCount } = decoder.getFrameInfo();
      const data = copyCells(decoder.getDecodedBuffer(), 8, false);
      if (data.length !== width * height * componentCount)
        throw codecFailed('the decoder gave another size than the stream states');
      return {
        rows: height,
        columns: width,
        components: componentCount,
        precision: 8,
        signed: false,
        data,
        isRgb: colour,
      };
    });
    if (complaints.length > 0) throw codecFailed(`the decoder reports '${complaints[0]}'`);
    return value;
  } catch (thrown) {
    throw thrown instanceof Error && thrown.name === 'refused'
      ? thrown
      : codecFailed('the JPEG data are damaged', thrown);
  }
}
