import { Enums, type Types } from '@cornerstonejs/core';
import type { ImageAttributes } from '../../electron/shared/pixels.ts';
import { registeredImage } from './image-registry.ts';

/**
 * Columns' and rows' spacing for drawing alone: millimetres where known (so that pixels that are not square are drawn
 * as such), else 1. Nothing is measured with it: `measure.ts` takes the attributes, which say whether they are known.
 */
export function flatSpacing(image: ImageAttributes): Types.Point2 {
  const [betweenRows, betweenColumns] = image.pixelSpacing ?? [1, 1];
  return [betweenColumns, betweenRows];
}

/**
 * What Cornerstone asks about a frame. A stack is drawn in the image's own plane: world = pixel × spacing, with the
 * origin at the centre of the top left pixel. The patient's geometry is not needed for that and not given.
 */
export function frameMetadata(type: string, imageId: unknown): unknown {
  if (typeof imageId !== 'string') return undefined;
  const registered = registeredImage(imageId);
  if (registered === undefined) return undefined;
  const { image } = registered.frame;
  const [columnSpacing, rowSpacing] = flatSpacing(image);
  switch (type) {
    case Enums.MetadataModules.IMAGE_PLANE:
      return {
        frameOfReferenceUID: imageId.slice(0, imageId.indexOf('/')),
        rows: image.rows,
        columns: image.columns,
        imagePositionPatient: [0, 0, 0],
        imageOrientationPatient: [1, 0, 0, 0, 1, 0],
        rowCosines: [1, 0, 0],
        columnCosines: [0, 1, 0],
        rowPixelSpacing: rowSpacing,
        columnPixelSpacing: columnSpacing,
        pixelSpacing: [rowSpacing, columnSpacing],
        usingDefaultValues: image.pixelSpacing === null,
      };
    case Enums.MetadataModules.IMAGE_PIXEL:
      return {
        bitsAllocated: image.bitsAllocated,
        bitsStored: image.bitsStored,
        highBit: image.bitsStored - 1,
        samplesPerPixel: image.samples,
        // MONOCHROME1 and negative slopes are turned over by `dataRange`, in one place.
        photometricInterpretation: image.samples === 3 ? 'RGB' : 'MONOCHROME2',
        pixelRepresentation: image.signed ? 1 : 0,
      };
    case Enums.MetadataModules.GENERAL_SERIES:
      // Empty on purpose: some modalities make Cornerstone choose a window of its own.
      return { modality: '' };
    default:
      return undefined;
  }
}
