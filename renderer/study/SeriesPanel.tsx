import { TriangleAlert } from 'lucide-react';
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
                {remarks(series).map((remark) => (
                  <span key={remark.words} className="series-item__remark" title={remark.title}>
                    <TriangleAlert size={11} aria-hidden /> {remark.words}
                  </span>
                ))}
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

/** What such objects are, and why they are not drawn: 'Structured report: no viewer yet'. */
function withoutPixels({ instances }: SeriesDetail): string {
  if (instances.some(({ withheld }) => withheld === true)) return 'shown after your commit';
  const kinds = new Map<string, number>();
  for (const { kind, notDrawn } of instances) {
    const words = notDrawn === null || notDrawn.startsWith(kind) ? kind : `${kind}: ${notDrawn}`;
    kinds.set(words, (kinds.get(words) ?? 0) + 1);
  }
  return [...kinds].map(([words, times]) => (times === 1 ? words : `${count(times)} × ${words}`)).join(', ');
}

/** What a person should know of the files of a series, in few words; all of them in the title. */
function remarks({ instances }: SeriesDetail): { readonly words: string; readonly title: string }[] {
  const copies = instances.filter(({ conflictOf }) => conflictOf !== undefined);
  const mended = instances.filter(({ recovered }) => recovered !== undefined);
  const of = (number: number) => (number === 1 ? '1 object' : `${count(number)} objects`);
  return [
    ...(copies.length === 0
      ? []
      : [
          {
            words: `${of(copies.length)} with a UID used twice`,
            title: copies.map((one) => `Its file says ${one.conflictOf}, as another file does.`).join('\n'),
          },
        ]),
    ...(mended.length === 0
      ? []
      : [
          {
            words: `${of(mended.length)} from mended files`,
            title: [...new Set(mended.map(({ recovered }) => recovered))].join('\n'),
          },
        ]),
  ];
}
