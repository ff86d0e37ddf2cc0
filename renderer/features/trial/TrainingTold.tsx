import { useMemo, useState } from 'react';
import type { FrameRef } from '../../../electron/shared/read.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';
import type { TrainingFeedback } from '../../../electron/shared/training.ts';
import { SeriesPanel } from '../../study/SeriesPanel.tsx';
import { Subject } from '../../study/Subject.tsx';
import { Toolbar } from '../../study/Toolbar.tsx';
import { seriesBeside } from '../../study/study-series.ts';
import { useFrameJump } from '../../study/use-frame-jump.ts';
import { firstWithPixels, useStudySeries } from '../../study/use-study-series.ts';
import { useViewKeys } from '../../study/use-view-keys.ts';
import { State } from '../../ui/State.tsx';
import type { Mark, Measurement, Tool } from '../../viewer/marks.ts';
import { StackPane } from '../../viewer/StackPane.tsx';
import { toldMarks } from './told-marks.ts';
import { ToldPanel } from './ToldPanel.tsx';

interface TrainingToldProps {
  readonly told: TrainingFeedback;
  /** Null: the study was removed from this workstation since. */
  readonly study: StudyDetail | null;
  readonly next: { readonly button: string; readonly onNext: () => void };
  readonly onLeave: () => void;
}

/** A case after the last word on it: the truth, the reader's marks and the AI's, on one image. */
export function TrainingTold({ told, study, next, onLeave }: TrainingToldProps) {
  const [off, setOff] = useState<ReadonlySet<Mark['tone']>>(new Set());
  const marks = useMemo(() => toldMarks(told), [told]);
  const shown = useMemo(() => marks.filter(({ tone }) => !off.has(tone)), [marks, off]);
  const [jump, setJump] = useState<{ readonly to: (at: FrameRef) => void } | null>(null);
  const panel = (
    <ToldPanel
      told={told}
      marks={marks}
      off={off}
      onToggle={(tone) =>
        setOff((now) => new Set(now.has(tone) ? [...now].filter((one) => one !== tone) : [...now, tone]))
      }
      onShow={jump === null ? null : jump.to}
      next={next}
      onLeave={onLeave}
    />
  );
  if (study === null) {
    return (
      <div className="study study--removed">
        <State title="The study of this case was removed from this workstation">
          <p>What was said of it stands beside; the images are gone.</p>
        </State>
        {panel}
      </div>
    );
  }
  return (
    <div className="study study--told">
      <ToldImages
        study={study}
        marks={shown}
        first={(marks.find(({ tone }) => tone === 'truth') ?? marks[0])?.at ?? null}
        onJump={setJump}
      />
      {panel}
    </div>
  );
}

interface ToldImagesProps {
  readonly study: StudyDetail;
  readonly marks: readonly Mark[];
  /** Where to open: the first lesion, else the first mark. */
  readonly first: FrameRef | null;
  readonly onJump: (jump: { readonly to: (at: FrameRef) => void }) => void;
}

function ToldImages({ study, marks, first, onJump }: ToldImagesProps) {
  const [current, setCurrent] = useState(() => firstWithPixels(study));
  const [tool, setTool] = useState<Tool>('window');
  const [selected, setSelected] = useState<string | null>(null);
  const [measurements, setMeasurements] = useState<readonly Measurement[]>([]);
  const [ready, setReady] = useState(false);
  const { all, source } = useStudySeries(study, current);
  const { view, onView, firstIndex, jump } = useFrameJump(all, current, setCurrent);
  useViewKeys({
    view,
    modality: all[current]?.series.modality ?? '',
    onTool: setTool,
    onSeries: (by) => setCurrent(seriesBeside(all, current, by) ?? current),
  });
  const shownSeries = all[current];
  return (
    <>
      <SeriesPanel all={all} current={current} onChoose={setCurrent} ready={ready} />
      <section className="study__image" aria-label="Images">
        {source === null || shownSeries === undefined ? (
          <State title="Nothing of this case can be drawn" />
        ) : (
          <StackPane
            key={shownSeries.key}
            source={source}
            firstIndex={firstIndex}
            tool={tool}
            marks={marks}
            selected={selected}
            measurements={measurements}
            identity={null}
            subject={<Subject shown={shownSeries} />}
            onView={onView}
            onShown={() => {
              if (ready) return;
              setReady(true);
              onJump({ to: jump });
              if (first !== null) jump(first);
            }}
            onSelect={setSelected}
            onChangeMark={() => {}}
            onDrawMark={() => {}}
            onMeasure={(measurement) => setMeasurements((now) => [...now, measurement])}
          />
        )}
        <Toolbar
          tool={tool}
          onTool={setTool}
          onInvert={() => view.current?.setInverted(!(view.current.state.shown?.inverted ?? false))}
          onFit={() => view.current?.fit()}
          onClear={measurements.length === 0 ? null : () => setMeasurements([])}
          marking={false}
        />
      </section>
    </>
  );
}
