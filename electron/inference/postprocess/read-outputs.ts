import type { AiFinding, Measurement, Score, TileMap } from '../../shared/analysis.ts';
import type { ImageAttributes } from '../../shared/pixels.ts';

/** The image that was read: its own matrix and what is known of its geometry. */
export interface ImageRead
  extends Pick<
    ImageAttributes,
    'rows' | 'columns' | 'pixelSpacing' | 'spacingSource' | 'patientOrientation'
  > {
  readonly sopInstanceUID: string;
  readonly frame: number;
}

export interface ReadOutputs {
  readonly scores: Score[];
  /** One for each label that reaches the pack's floor; ids are given when the result is put together. */
  readonly findings: Omit<AiFinding, 'id'>[];
  readonly measurements: Measurement[];
  readonly tileMaps: TileMap[];
  readonly maps: { readonly outputId: string; readonly kind: 'mask' | 'heatmap'; readonly png: Uint8Array }[];
}
