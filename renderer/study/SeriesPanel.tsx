import type { SeriesDetail } from '../../electron/shared/study.ts';
import { count } from '../ui/words.ts';
import { Thumbnail } from '../viewer/Thumbnail.tsx';
import { StackSign, signOf } from './StackSign.tsx';
import { seriesWords, type StudySeries } from './study-series.ts';

interface SeriesPanelProps {
  readonly all: readonly StudySeries[];
  readonly current: number;
  readonly onChoose: (index: number) => void;
  readonly ready: boolean;
}

/** Every stack of the study; series without pixels are listed too, and say what they are. */
export function SeriesPanel({ all, current, onChoose, ready }: SeriesPanelProps) {
  return (
    <nav className="series-panel" aria-label="Series">
      <ul>
        {all.map((one, index) => {
          const { series, stack, frames, key } = one;
          const sign = stack === null ? null : signOf(series, stack);
          const whyId = `why-${index}`;
          return (
            <li key={key}>
              <button
                type="button"
                className="series-item"
                aria-current={index === current}
                aria-describedby={sign === null ? undefined : whyId}
                title={sign?.words}
                disabled={frames.length === 0}
                onClick={() => onChoose(index)}
              >
                {stack === null ? null : (
                  <Thumbnail
                    seriesInstanceUID={series.seriesInstanceUID}
                    stack={stack.index}
                    frames={frames}
                    ready={ready}
                  />
                )}
                <span className="series-item__words">{seriesWords(series)}</span>
                {stack === null || stack.label === '' ? null : <span>{stack.label}</span>}
                <span className="quiet">
                  {frames.length === 0 ? withoutPixels(series) : images(frames.length)}
                </span>
                {sign === null ? null : <StackSign sign={sign} />}
              </button>
              {sign === null ? null : (
                // Read out with the button; on the screen for the stack that is looked at.
                <p id={whyId} className="series-item__why" hidden={index !== current}>
                  {sign.words}
                </p>
              )}
            </li>
          );
        })}
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
