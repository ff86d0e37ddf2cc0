/** A window on Hounsfield units: what lies within `width` around `centre` is spread over the greys. */
export interface WindowPreset {
  /** The key on the keyboard. */
  readonly key: string;
  readonly name: string;
  readonly centre: number;
  readonly width: number;
}

/** For CT in Hounsfield units; common values of the trade, not of one maker. */
export const CT_WINDOW_PRESETS: readonly WindowPreset[] = [
  { key: '1', name: 'Lung', centre: -600, width: 1500 },
  { key: '2', name: 'Mediastinum', centre: 50, width: 350 },
  { key: '3', name: 'Abdomen', centre: 40, width: 400 },
  { key: '4', name: 'Bone', centre: 400, width: 1800 },
  { key: '5', name: 'Brain', centre: 40, width: 80 },
  { key: '6', name: 'Stroke', centre: 35, width: 40 },
];

/**
 * Whether the CT presets mean anything on an image: its modality is CT and its rescaled values are Hounsfield units.
 */
export function ctPresetsApply(modality: string, rescaleType: string | null): boolean {
  return modality === 'CT' && rescaleType === 'HU';
}
