import { imageLoader, type Types, utilities } from '@cornerstonejs/core';
import { Bug } from '../../electron/shared/errors.ts';
import { type DisplayFrame, greyFrame } from './display-frame.ts';
import { registeredImage } from './image-registry.ts';
import { flatSpacing } from './metadata-provider.ts';

/** Feeds Cornerstone frames that the workstation decoded; Cornerstone's own loader and codecs are not used. */
export function registerFrameLoader(): void {
  imageLoader.registerImageLoader('overread', (imageId) => ({ promise: loadFrame(imageId) }));
}

async function loadFrame(imageId: string): Promise<Types.IImage> {
  const registered = registeredImage(imageId);
  if (registered === undefined) throw new Bug(`No frame is registered as ${imageId}.`);
  const { source, index, frame, curve } = registered;
  const view = await source.get(index);
  // A frame that cannot be shown becomes a black tile, so that its neighbour is never taken for it.
  const display = view.status === 'decoded' ? view.display : blackTile(frame.image.rows, frame.image.columns);
  const drawn =
    view.status === 'decoded' && curve !== null ? greyFrame(display, view.decoded, curve()) : display;
  return cornerstoneImage(imageId, drawn, flatSpacing(frame.image));
}

function blackTile(rows: number, columns: number): DisplayFrame {
  return {
    rows,
    columns,
    samples: 1,
    data: new Uint8Array(rows * columns),
    minimum: 0,
    maximum: 0,
    slope: 1,
    intercept: 0,
    range: { min: 0, max: 0 },
    whiteIsLow: false,
  };
}

/** Cornerstone draws the data as they are (slope 1, intercept 0); the window is translated by `dataRange`. */
function cornerstoneImage(imageId: string, frame: DisplayFrame, spacing: Types.Point2): Types.IImage {
  const { rows, columns, samples, data, minimum, maximum } = frame;
  const voxelManager = utilities.VoxelManager.createImageVoxelManager({
    width: columns,
    height: rows,
    scalarData: data,
    numberOfComponents: samples,
  });
  return {
    imageId,
    minPixelValue: minimum,
    maxPixelValue: maximum,
    slope: 1,
    intercept: 0,
    windowCenter: (minimum + maximum) / 2 + 0.5,
    windowWidth: maximum - minimum + 1,
    voiLUTFunction: 'LINEAR' as Types.IImage['voiLUTFunction'],
    getPixelData: () => data,
    // Only Cornerstone's colour path asks, for a ready canvas that there is not.
    getCanvas: () => undefined as unknown as HTMLCanvasElement,
    rows,
    columns,
    height: rows,
    width: columns,
    color: samples === 3,
    rgba: false,
    numberOfComponents: samples,
    columnPixelSpacing: spacing[0],
    rowPixelSpacing: spacing[1],
    invert: false,
    photometricInterpretation: samples === 3 ? 'RGB' : 'MONOCHROME2',
    sizeInBytes: data.byteLength,
    dataType: data.constructor.name as Types.PixelDataTypedArrayString,
    voxelManager,
  };
}
