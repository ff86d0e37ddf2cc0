/** What an object is, in words, by SOP Class UID (PS3.6 Annex A). */
const PREFIX = '1.2.840.10008.5.1.4.1.1.';

interface SopKind {
  readonly kind: string;
  /** Set where pixels, if any, are not to be drawn as an image by this build. */
  readonly notDrawn?: string;
}

const NO_VIEWER = 'no viewer yet';

const EXACT: Readonly<Record<string, SopKind>> = {
  '66': { kind: 'Raw data', notDrawn: NO_VIEWER },
  '66.1': { kind: 'Spatial registration', notDrawn: NO_VIEWER },
  '66.2': { kind: 'Spatial fiducials', notDrawn: NO_VIEWER },
  '66.3': { kind: 'Deformable registration', notDrawn: NO_VIEWER },
  '66.4': { kind: 'Segmentation', notDrawn: 'segmentations are listed, not drawn by this build' },
  '66.7': { kind: 'Segmentation', notDrawn: 'segmentations are listed, not drawn by this build' },
  '66.5': { kind: 'Surface segmentation', notDrawn: NO_VIEWER },
  '66.6': { kind: 'Tractography results', notDrawn: NO_VIEWER },
  '67': { kind: 'Real world value mapping', notDrawn: NO_VIEWER },
  '30': { kind: 'Parametric map' },
  '77.1.6': { kind: 'Slide', notDrawn: NO_VIEWER },
  '88.59': { kind: 'Key object selection', notDrawn: NO_VIEWER },
  '90.1': { kind: 'Content assessment results', notDrawn: NO_VIEWER },
  '91.1': { kind: 'Slide annotations', notDrawn: NO_VIEWER },
  '104.1': { kind: 'PDF document', notDrawn: NO_VIEWER },
  '104.2': { kind: 'CDA document', notDrawn: NO_VIEWER },
  '104.3': { kind: '3D model (STL)', notDrawn: NO_VIEWER },
  '104.4': { kind: '3D model (OBJ)', notDrawn: NO_VIEWER },
  '104.5': { kind: '3D model (MTL)', notDrawn: NO_VIEWER },
  '481.1': { kind: 'RT image' },
  '481.2': { kind: 'RT dose' },
  '481.3': { kind: 'RT structure set', notDrawn: NO_VIEWER },
  '481.4': { kind: 'RT treatment record', notDrawn: NO_VIEWER },
  '481.5': { kind: 'RT plan', notDrawn: NO_VIEWER },
  '481.6': { kind: 'RT treatment record', notDrawn: NO_VIEWER },
  '481.7': { kind: 'RT treatment record', notDrawn: NO_VIEWER },
  '481.8': { kind: 'RT ion plan', notDrawn: NO_VIEWER },
  '481.9': { kind: 'RT ion treatment record', notDrawn: NO_VIEWER },
};

const STARTS: readonly (readonly [string, SopKind])[] = [
  ['88.', { kind: 'Structured report', notDrawn: NO_VIEWER }],
  ['11.', { kind: 'Presentation state', notDrawn: NO_VIEWER }],
  ['9.', { kind: 'Waveform', notDrawn: NO_VIEWER }],
  ['481.', { kind: 'RT object', notDrawn: NO_VIEWER }],
  ['77.1.5.', { kind: 'Ophthalmic image' }],
];

/** Classes whose pixels are an image and nothing else; anything unknown with pixels is called an image too. */
export function sopKind(sopClassUID: string): SopKind {
  if (sopClassUID === '1.2.840.10008.1.3.10') return { kind: 'DICOMDIR' };
  if (!sopClassUID.startsWith(PREFIX)) return { kind: 'Image' };
  const suffix = sopClassUID.slice(PREFIX.length);
  return EXACT[suffix] ?? STARTS.find(([start]) => suffix.startsWith(start))?.[1] ?? { kind: 'Image' };
}

/** Projection radiographs: pixel spacing may have been measured at the detector (PS3.3 §10.7.1.3). */
export const PROJECTION_MODALITIES: ReadonlySet<string> = new Set([
  'CR',
  'DX',
  'MG',
  'XA',
  'RF',
  'IO',
  'PX',
  'RTIMAGE',
  'RG',
  'XR',
]);
