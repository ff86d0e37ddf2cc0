import { useQuery } from '@tanstack/react-query';
import { mapAddress } from '../../api/addresses.ts';
import type { Comparison } from '../../../electron/shared/read.ts';
import { loadMap } from './map-image.ts';

type ShownMap = Comparison['maps'][number];

interface MapLayersProps {
  readonly studyInstanceUID: string;
  readonly maps: readonly ShownMap[];
}

/** How each kind of map is drawn: as an outline, or as a picture. */
const DRAWN = { mask: 'mask', volume: 'mask', heatmap: 'heatmap', tiles: 'heatmap' } as const;

/** The maps of one frame that are switched on, in image pixels. */
export function MapLayers({ studyInstanceUID, maps }: MapLayersProps) {
  return maps.map((map) => (
    <MapLayer
      key={`${map.recordId} ${map.outputId}`}
      address={mapAddress(studyInstanceUID, map)}
      kind={DRAWN[map.kind]}
      pixelated={map.kind === 'tiles'}
      words={map.label}
    />
  ));
}

interface MapLayerProps {
  readonly address: string;
  readonly kind: 'mask' | 'heatmap';
  readonly words: string;
  /** A tile is one value: its edges are not smoothed when it is magnified. */
  readonly pixelated: boolean;
}

function MapLayer({ address, kind, words, pixelated }: MapLayerProps) {
  const { data } = useQuery({
    queryKey: ['map', address],
    queryFn: ({ signal }) => loadMap(address, kind, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data === undefined) return null;
  if (data.kind === 'mask') {
    return (
      <g>
        <title>{words}</title>
        <path className="map-outline map-outline--halo" d={data.path} />
        <path className="map-outline" d={data.path} data-testid="mask-outline" />
      </g>
    );
  }
  return (
    <image
      href={data.url}
      x={-0.5}
      y={-0.5}
      width={data.columns}
      height={data.rows}
      preserveAspectRatio="none"
      style={pixelated ? { imageRendering: 'pixelated' } : undefined}
      data-testid={pixelated ? 'tiles' : 'attention'}
    >
      <title>{words}</title>
    </image>
  );
}
