import type { SeriesDetail } from '../../electron/shared/study.ts';
import { count } from '../ui/words.ts';
import type { StackFrame } from '../viewer/stack-frames.ts';
import { Thumbnail } from '../viewer/Thumbnail.tsx';

export interface StudySeries {
  readonly series: SeriesDetail;
  readonly frames: readonly StackFrame[];
}

interface SeriesPanelProps {
  readonly all: readonly StudySeries[];
  readonly current: number;
  readonly onChoose: (index: number) => void;
  readonly ready: boolean;
}

/** Every series of the study; those without pixels are listed too, and say what they are. */
export function SeriesPanel({ all, current, onChoose, ready }: SeriesPanelProps) {
  return (
    <nav className="series-panel" aria-label="Series">
      <ul>
        {all.map(({ series, frames }, index) => (
          <li key={series.seriesInstanceUID}>
            <button
              type="button"
              className="series-item"
              aria-current={index === current}
              disabled={frames.length === 0}
              onClick={() => onChoose(index)}
            >
              {frames.length === 0 ? null : (
                <Thumbnail seriesInstanceUID={series.seriesInstanceUID} frames={frames} ready={ready} />
              )}
              <span className="series-item__words">
                {series.description === '' ? `${series.modality} series` : series.description}
              </span>
              <span className="quiet">
                {frames.length === 0 ? withoutPixels(series) : images(frames.length)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function images(frames: number): string {
  return frames === 1 ? '1 image' : `${count(frames)} images`;
}

function withoutPixels(series: SeriesDetail): string {
  const kinds = [...new Set(series.instances.map(({ kind, notDrawn }) => notDrawn ?? kind))];
  return `${kinds.join(', ')}: kept, not drawn`;
}
