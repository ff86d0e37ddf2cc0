import { encode } from 'fast-png';
import { Refused } from '../shared/errors.ts';
import {
  modalityRange,
  modalityTransform,
  openingVoi,
  type ValueWindow,
  voiTransform,
} from '../shared/frame-values.ts';
import type { DecodedFrame, FrameWithValues } from '../shared/pixels.ts';

/** A frame as 8-bit grey or RGB, row by row. */
export interface GreyOrColour {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/**
 * One frame in 8 bits as the viewer opens it: its own modality values, under the file's VOI LUT or first window or else over their
 * whole range, MONOCHROME1 turned over. Colour keeps its values.
 *
 * @param window Another window than the one that the image opens with, on modality values.
 * @throws Refused `key-image-palette` for palette indices: without the palette they have no grey.
 */
export function renderFrame(frame: FrameWithValues, bitsStored: number, window?: ValueWindow): GreyOrColour {
  const { rows: height, columns: width, values } = frame;
  if (frame.samples === 3) return { width, height, channels: 3, data: to8Bits(frame, bitsStored) };
  if (frame.photometric === 'PALETTE COLOR') {
    throw new Refused('key-image-palette', 'The image uses a colour palette, which was not applied.');
  }
  const share = voiTransform(
    window ? { kind: 'LINEAR', ...window } : openingVoi(values, modalityRange(frame.data, values)),
  );
  const modality = modalityTransform(values);
  const inverted = frame.photometric === 'MONOCHROME1';
  const data = new Uint8Array(width * height);
  for (let index = 0; index < data.length; index++) {
    const white = share(modality(frame.data[index] ?? 0));
    data[index] = Math.round(255 * (inverted ? 1 - white : white));
  }
  return { width, height, channels: 1, data };
}

/**
 * Reduces an image by averaging whole blocks of pixels until neither side is longer than `longest`. For print only:
 * nothing is measured on it. What does not fill a block at the right and bottom edge is averaged over what is there.
 */
export function reduceTo(image: GreyOrColour, longest: number): GreyOrColour {
  const factor = Math.ceil(Math.max(image.width, image.height) / longest);
  if (factor <= 1) return image;
  const { channels } = image;
  const width = Math.ceil(image.width / factor);
  const height = Math.ceil(image.height / factor);
  const data = new Uint8Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < channels; channel++) {
        data[(row * width + column) * channels + channel] = blockMean(image, row, column, channel, factor);
      }
    }
  }
  return { width, height, channels, data };
}

/** The image as PNG, 8 bits a sample. */
export function toPng(image: GreyOrColour): Uint8Array {
  const { width, height, channels, data } = image;
  return encode({ width, height, channels, depth: 8, data });
}

function blockMean(
  image: GreyOrColour,
  row: number,
  column: number,
  channel: number,
  factor: number,
): number {
  const lastRow = Math.min(image.height, (row + 1) * factor);
  const lastColumn = Math.min(image.width, (column + 1) * factor);
  let sum = 0;
  let count = 0;
  for (let y = row * factor; y < lastRow; y++) {
    for (let x = column * factor; x < lastColumn; x++) {
      sum += image.data[(y * image.width + x) * image.channels + channel] ?? 0;
      count++;
    }
  }
  return Math.round(sum / count);
}

function to8Bits(frame: DecodedFrame, bitsStored: number): Uint8Array {
  if (frame.data instanceof Uint8Array) return frame.data;
  const most = 2 ** bitsStored - 1;
  return Uint8Array.from(frame.data, (value) => Math.round((255 * value) / most));
}
