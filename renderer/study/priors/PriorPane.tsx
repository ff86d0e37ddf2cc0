import { useMemo, useState } from 'react';
import type { OpenPrior } from '../../../electron/shared/priors.ts';
import type { Mark, Measurement, Tool } from '../../viewer/marks.ts';
import { StackPane } from '../../viewer/StackPane.tsx';
import type { StackView } from '../../viewer/stack-view.ts';
import { Identity } from '../Identity.tsx';
import { Subject } from '../Subject.tsx';
import { stackWords, type StudySeries, studySeries } from '../study-series.ts';
import { useStudySeries } from '../use-study-series.ts';
import { priorWords, whenWords } from './words.ts';

interface PriorPaneProps {
  /** The study that is open. */
  readonly uid: string;
  readonly opened: OpenPrior;
  /** The stack on the screen: one like it is shown first. */
  readonly like: StudySeries;
  readonly tool: Tool;
  readonly onView: (view: StackView | null) => void;
}

/** A prior beside the study: its images, and the reader's own committed marks. What is looked at here is not counted for the commit. */
export function PriorPane({ uid, opened, like, tool, onView }: PriorPaneProps) {
  const { study, prior, own, notes } = opened;
  const [current, setCurrent] = useState(() => mostLike(studySeries(study.seriesList), like));
  const [measurements, setMeasurements] = useState<readonly Measurement[]>([]);
  const { all, source } = useStudySeries(study, current, uid);
  const shown = all[current];
  const marks = useMemo(
    () =>
      (own?.findings ?? []).map(
        (finding, index): Mark => ({
          id: `prior ${finding.id}`,
          at: finding,
          shape: finding.shape,
          box: finding.box,
          tone: 'reader',
          label: `you ${index + 1} ${finding.label} (prior)`,
          movable: false,
        }),
      ),
    [own],
  );
  return (
    <figure className="beside__side beside__side--prior">
      <figcaption>
        <strong>Prior</strong> {priorWords(prior)} · {whenWords(prior)}
        {all.length < 2 ? null : (
          <select
            className="input"
            aria-label="Series of the prior"
            value={current}
            onChange={(event) => setCurrent(Number(event.target.value))}
          >
            {all.map((one, index) => (
              <option key={one.key} value={index} disabled={one.frames.length === 0}>
                {stackWords(one)}
              </option>
            ))}
          </select>
        )}
        {notes.map((note) => (
          <span key={note}> · {note}</span>
        ))}
      </figcaption>
      {source === null || shown === undefined ? (
        <p className="quiet">This study has no images that can be shown beside now.</p>
      ) : (
        <StackPane
          key={shown.key}
          source={source}
          firstIndex={0}
          // Marks belong to the study that is being read.
          tool={tool.startsWith('mark') ? 'window' : tool}
          marks={marks}
          selected={null}
          measurements={measurements}
          identity={<Identity study={study} />}
          subject={<Subject shown={shown} />}
          onView={onView}
          onShown={nothing}
          onSelect={nothing}
          onChangeMark={nothing}
          onDrawMark={nothing}
          onMeasure={(measurement) => setMeasurements((now) => [...now, measurement])}
          name={{ id: 'pane-prior', words: `Prior of ${prior.date}` }}
        />
      )}
    </figure>
  );
}

const nothing = (): void => {};

/** The stack that is most like the one on the screen, of those with images; the first where none is. */
function mostLike(all: readonly StudySeries[], like: StudySeries): number {
  const likeness = ({ series, stack, frames }: StudySeries): number => {
    if (frames.length === 0) return -1;
    const same = (a: string, b: string): number => (a !== '' && a.toLowerCase() === b.toLowerCase() ? 1 : 0);
    return (
      4 * same(series.modality, like.series.modality) +
      3 * same(series.description, like.series.description) +
      2 * same(series.bodyPart, like.series.bodyPart) +
      same(stack?.label ?? '', like.stack?.label ?? '') +
      (frames.length > 1 === like.frames.length > 1 ? 1 : 0)
    );
  };
  return all.reduce((best, one, index) => (likeness(one) > likeness(all[best] ?? one) ? index : best), 0);
}
