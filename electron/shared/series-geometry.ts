/**
 * What the files say about where and when each frame was made: the raw material of the stacks of a series. Kept with the header of
 * an instance. A member that is absent was not stated.
 */
export interface FrameGeometry {
  /** Image Position (Patient): centre of the top left pixel, LPS millimetres. */
  readonly position?: readonly [number, number, number];
  /** Image Orientation (Patient): direction cosines of a row, then of a column. */
  readonly orientation?: readonly [number, number, number, number, number, number];
  /** Millimetres between rows and between columns. */
  readonly pixelSpacing?: readonly [number, number];
  /** Millimetres. */
  readonly sliceThickness?: number;
  /** Slice Location (0020,1041): millimetres from a point that the device chose. */
  readonly sliceLocation?: number;
  /** Values of Image Type (0008,0008) or Frame Type (0008,9007), and Complex Image Component (0008,9208). */
  readonly imageType?: readonly string[];
  /** Convolution Kernel (0018,1210), its values joined by '/'. */
  readonly kernel?: string;
  readonly acquisitionNumber?: number;
  /** Temporal Position Identifier (0020,0100) or Index (0020,9128). */
  readonly temporalPosition?: number;
  /** Milliseconds after the trigger: Trigger Time (0018,1060), Nominal Cardiac Trigger Delay Time (0020,9153). */
  readonly triggerTime?: number;
  /** Frame Reference Time (0054,1300) of PET, milliseconds. */
  readonly frameReferenceTime?: number;
  /** Nominal Percentage of Cardiac Phase (0020,9241). */
  readonly cardiacPhase?: number;
  readonly echoNumber?: number;
  /** Milliseconds. */
  readonly echoTime?: number;
  /** s/mm². */
  readonly bValue?: number;
  /** Diffusion Gradient Orientation (0018,9089). */
  readonly gradientDirection?: readonly [number, number, number];
  /** Gantry/Detector Tilt (0018,1120), degrees, as stated; what counts is measured. */
  readonly gantryTilt?: number;
  readonly stackId?: string;
  /** Dimension Index Values (0020,9157), in the order of `InstanceGeometry.dimensions`. */
  readonly dimensionIndices?: readonly number[];
}

export interface InstanceGeometry {
  readonly frameOfReferenceUID: string | null;
  /** What holds for every frame. */
  readonly common: FrameGeometry;
  /** What each frame adds or says otherwise; null where the object has no groups per frame. May be shorter than the frames. */
  readonly frames: readonly FrameGeometry[] | null;
  /** Dimension Index Pointers (0020,9165) as 'GGGGEEEE', '' for one that is missing; none where there are no dimensions. */
  readonly dimensions: readonly string[];
}
