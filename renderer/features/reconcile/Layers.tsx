import { Columns2 } from 'lucide-react';

interface LayersProps {
  readonly pair: boolean;
  readonly onPair: () => void;
  readonly layers: readonly {
    readonly id: string;
    readonly words: string;
    readonly key: string;
    readonly on: boolean;
    readonly swatch: 'reader' | 'ai' | 'mask' | 'attention';
    readonly onToggle: () => void;
  }[];
}

/** What lies over the image: a shape and a word for each, and its key. */
export function Layers({ pair, onPair, layers }: LayersProps) {
  return (
    <div className="layers" role="group" aria-label="Over the image">
      <button type="button" className="tool" aria-pressed={pair} onClick={onPair}>
        <Columns2 size={15} aria-hidden /> Side by side <kbd>S</kbd>
      </button>
      {layers.map(({ id, words, key, on, swatch, onToggle }) => (
        <button key={id} type="button" className="tool" aria-pressed={on} onClick={onToggle}>
          <svg width="16" height="12" aria-hidden className={`swatch swatch--${swatch}`}>
            <rect x="1.5" y="1.5" width="13" height="9" />
          </svg>
          {words} {on ? 'on' : 'off'} <kbd>{key}</kbd>
        </button>
      ))}
    </div>
  );
}
