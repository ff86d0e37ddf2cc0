import type { Comparison } from '../../../electron/shared/read.ts';
import type { LayerButton } from './Layers.tsx';

/** Which layers are on: the two sides' marks, and each kind of map. */
export interface LayersOn {
  readonly mine: boolean;
  readonly ai: boolean;
  readonly mask: boolean;
  readonly volume: boolean;
  readonly tiles: boolean;
  readonly attention: boolean;
}

/** The layer that a kind of map belongs to. */
export const LAYER_OF = { mask: 'mask', volume: 'volume', tiles: 'tiles', heatmap: 'attention' } as const;

type Maps = Comparison['maps'];

/** The first labels of the maps of a kind. */
function few(maps: Maps, of: Maps[number]['kind']): string {
  const labels = [...new Set(maps.flatMap(({ kind, label }) => (kind === of ? [label] : [])))];
  return labels.length > 3 ? `${labels.slice(0, 3).join(', ')}, …` : labels.join(', ');
}

/** A button for each layer that there is something on. */
export function layerButtons(
  maps: Maps,
  on: LayersOn,
  toggle: (layer: keyof LayersOn) => () => void,
): LayerButton[] {
  const button = (
    id: keyof LayersOn,
    words: string,
    key: string,
    swatch: LayerButton['swatch'],
  ): LayerButton => ({ id, words, key, on: on[id], swatch, onToggle: toggle(id) });
  const has = (kind: Maps[number]['kind']): boolean => maps.some((map) => map.kind === kind);
  return [
    button('mine', 'You', 'Y', 'reader'),
    button('ai', 'AI', 'G', 'ai'),
    ...(has('mask') ? [button('mask', 'AI mask outline', 'K', 'mask')] : []),
    ...(has('volume') ? [button('volume', `AI structures (${few(maps, 'volume')})`, 'V', 'mask')] : []),
    ...(has('tiles') ? [button('tiles', `AI tile map (${few(maps, 'tiles')})`, 'T', 'attention')] : []),
    ...(has('heatmap') ? [button('attention', 'AI attention, not outline', 'H', 'attention')] : []),
  ];
}
