import { Refused } from '../shared/errors.ts';
import type { DecodedFrame } from '../shared/pixels.ts';
import { type CodecImage, codecFailed } from './codecs/codec-image.ts';
import { inflateFrame } from './codecs/deflated-frame.ts';
import { decodeJpeg2000 } from './codecs/jpeg-2000.ts';
import { decodeJpeg8 } from './codecs/jpeg-baseline.ts';
import { decodeJpegExtended12 } from './codecs/jpeg-extended-12.ts';
import { decodeJpegLossless } from './codecs/jpeg-lossless.ts';
import { decodeJpegLs } from './codecs/jpeg-ls.ts';
import { readJpeg } from './codecs/jpeg-markers.ts';
import { decodeRle } from './codecs/rle.ts';
import { checkPlausible, type StreamSize, streamSize } from './codecs/stream-size.ts';
import { ybrFullToRgb } from './colour.ts';
import { conformSamples } from './conform-samples.ts';
import { decodeNativeCells, finishFrame } from './native-frame.ts';
import { nativeFrameBits, type PixelLayout } from './pixel-layout.ts';
import type { TransferSyntax } from './transfer-syntax.ts';
import { unpackCells } from './unpack.ts';

async function runCodec(bytes: Uint8Array, syntax: TransferSyntax, layout: PixelLayout): Promise<CodecImage> {
  switch (syntax.codec) {
    case 'jpeg-extended':
      return readJpeg(bytes).precision === 12
        ? decodeJpegExtended12(bytes)
        : decodeJpeg8(bytes, layout.photometric);
    case 'jpeg-baseline':
      return decodeJpeg8(bytes, layout.photometric);
    case 'jpeg-lossless':
      return decodeJpegLossless(bytes);
    case 'jpeg-ls':
      return decodeJpegLs(bytes);
    case 'jpeg-2000':
      return decodeJpeg2000(bytes, false);
    case 'htj2k':
      return decodeJpeg2000(bytes, true);
    default:
      throw new Refused(
        'transfer-syntax-unsupported',
        `Transfer syntax ${syntax.name} (${syntax.uid}) is not decoded by this build.`,
      );
  }
}

/** RGB from what the codec gave, by the stream's colour transform and Photometric Interpretation; throws where they disagree. */
function colourOf(image: CodecImage, layout: PixelLayout): Uint8Array | null {
  const { photometric } = layout;
  if (image.isRgb || photometric === 'RGB') return null;
  if (photometric === 'YBR_FULL' && image.data instanceof Uint8Array && image.precision === 8)
    return ybrFullToRgb(image.data);
  throw codecFailed(`its photometric interpretation ${photometric} does not fit the compressed stream`);
}

function checkSize(image: StreamSize, layout: PixelLayout): void {
  if (image.rows !== layout.rows || image.columns !== layout.columns || image.components !== layout.samples) {
    throw new Refused(
      'inconsistent-pixels',
      `The header describes ${layout.columns} by ${layout.rows} pixels of ${layout.samples} samples, the compressed frame holds ${image.columns} by ${image.rows} of ${image.components}.`,
    );
  }
}

/**
 * One frame of compressed pixels.
 * @param bytes the frame's own bytes, its fragments joined
 * @throws Refused `codec-failed`, `inconsistent-pixels`, `pixels-unsupported`, `transfer-syntax-unsupported`, `pixel-data-short`
 */
export async function decodeEncapsulatedFrame(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  layout: PixelLayout,
): Promise<DecodedFrame> {
  const pixels = layout.rows * layout.columns;
  if (syntax.codec === 'rle') {
    if (layout.bitsAllocated % 8 !== 0) throw codecFailed('RLE of single bits is not decoded by this build');
    // RLE stores planes, whatever Planar Configuration says.
    const cells = decodeRle(bytes, pixels, layout.samples, layout.bitsAllocated / 8);
    return finishFrame(unpackCells(cells, layout, false), { ...layout, planar: false });
  }
  if (syntax.codec === 'encapsulated-native') return decodeNativeCells(bytes, layout, false);
  if (syntax.codec === 'deflated-frame')
    return decodeNativeCells(inflateFrame(bytes, Math.ceil(nativeFrameBits(layout) / 8)), layout, false);
  // Before the codec takes memory for what the stream says of itself.
  checkSize(streamSize(bytes), layout);
  checkPlausible(pixels * layout.samples, bytes.length);
  const image = await runCodec(bytes, syntax, layout);
  checkSize(image, layout);
  const { rows, columns, samples } = layout;
  if (samples === 1) {
    return {
      rows,
      columns,
      samples,
      photometric: layout.photometric,
      ...conformSamples(image, layout, syntax.lossless),
    };
  }
  const data = colourOf(image, layout);
  const conformed = conformSamples(data ? { ...image, data } : image, layout, syntax.lossless);
  return { rows, columns, samples, photometric: 'RGB', ...conformed };
}
