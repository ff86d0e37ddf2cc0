import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { FrameRef } from '../../../electron/shared/read.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';
import { comparisonMarks } from '../../study/marks-of.ts';
import { SeriesPanel } from '../../study/SeriesPanel.tsx';
import { Subject } from '../../study/Subject.tsx';
import { Toolbar } from '../../study/Toolbar.tsx';
import { seriesBeside } from '../../study/study-series.ts';
import { useFrameJump } from '../../study/use-frame-jump.ts';
import { firstWithPixels, useStudySeries } from '../../study/use-study-series.ts';
import { useViewKeys } from '../../study/use-view-keys.ts';
import { State } from '../../ui/State.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import type { Measurement, Tool } from '../../viewer/marks.ts';
import { middleBox, MOVE_KEYS, nudgedBox, RESIZE_KEYS } from '../../viewer/place-by-keys.ts';
import { StackPane } from '../../viewer/StackPane.tsx';
import { type Draft, draftOf, dropDraft, keepDraft, keptDraft, opinionOf, outlinesOf } from './draft.ts';
import type { CaseTask } from './task.ts';
import { TrialPanel } from './TrialPanel.tsx';

const WAITING_MS = 1500;

interface TrialCaseProps {
  readonly task: CaseTask;
  readonly study: StudyDetail;
}

/** One case: images without the patient's name, marks, a rating. The AI in its turn alone, once the blind part is locked. */
export function TrialCase({ task, study }: TrialCaseProps) {
  const { key } = task;
  const [draft, setDraft] = useState(() => keptDraft(key) ?? draftOf(task.blind));
  const [current, setCurrent] = useState(() => firstWithPixels(study));
  const [tool, setTool] = useState<Tool>('window');
  const [selected, setSelected] = useState<string | null>(null);
  const [measurements, setMeasurements] = useState<readonly Measurement[]>([]);
  const [ready, setReady] = useState(false);
  const { all, source } = useStudySeries(study, current);
  const { view, onView, firstIndex } = useFrameJump(all, current, setCurrent);
  const change = (changed: Draft) => {
    keepDraft(key, changed);
    setDraft(changed);
  };
  const showsAi = task.phase === 'last';
  const ai = useQuery({
    queryKey: ['trial-ai', key],
    queryFn: task.askAi,
    enabled: showsAi,
    gcTime: 0,
    refetchInterval: (query) => (query.state.data?.aiState === 'waiting' ? WAITING_MS : false),
  });
  const give = useMutation({
    mutationFn: (rating: number) => task.give(opinionOf(draft, rating), task.phase),
    onSuccess: () => dropDraft(key),
  });
  const place = (box: [number, number, number, number], { sopInstanceUID, frame }: FrameRef) => {
    const id = crypto.randomUUID();
    const mark = { id, at: { sopInstanceUID, frame }, box, rating: task.scale.positiveFrom };
    change({ ...draft, marks: [...draft.marks, mark] });
    setSelected(id);
    setTool('window');
  };
  const nudge = (event: KeyboardEvent) => {
    const image = view.current?.state.shown?.frame.image;
    if (image === undefined) return;
    const marks = draft.marks.map((one) =>
      one.id === selected ? { ...one, box: nudgedBox(event, one.box, image) } : one,
    );
    change({ ...draft, marks });
  };
  /** So that Enter places the mark, and does not press what has the focus. */
  const draw = () => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    setTool('mark-rectangle');
  };
  useViewKeys({
    view,
    modality: all[current]?.series.modality ?? '',
    onTool: setTool,
    onSeries: (by) => setCurrent(seriesBeside(all, current, by) ?? current),
  });
  useShortcuts('Marks', [
    { keys: ['f', 'r'], words: 'Add a mark: draw it on the image', act: draw },
    {
      keys: ['Enter'],
      words: 'Place the mark in the middle',
      act: () => {
        const frame = view.current?.state.shown?.frame;
        if (frame !== undefined && tool.startsWith('mark')) place(middleBox(view.current), frame);
      },
    },
    { keys: MOVE_KEYS, words: 'Move the selected mark', shown: 'Alt + arrows', act: nudge, inFields: true },
    {
      keys: RESIZE_KEYS,
      words: 'Resize the selected mark',
      shown: 'Alt + Shift + arrows',
      act: nudge,
      inFields: true,
    },
    {
      keys: ['Delete'],
      words: 'Remove the selected mark',
      act: () => {
        if (selected !== null) change({ ...draft, marks: draft.marks.filter(({ id }) => id !== selected) });
      },
    },
    {
      keys: ['Escape'],
      words: 'Leave the tool, the mark',
      act: () => {
        if (tool === 'window') setSelected(null);
        else setTool('window');
      },
    },
  ]);
  const shownAi = showsAi ? ai.data : undefined;
  const marks = useMemo(
    () => [...(shownAi === undefined ? [] : comparisonMarks(shownAi, false, true)), ...outlinesOf(draft)],
    [draft, shownAi],
  );
  const shownSeries = all[current];
  return (
    <div className="study">
      <SeriesPanel all={all} current={current} onChoose={setCurrent} ready={ready} />
      <section className="study__image" aria-label="Images">
        {source === null || shownSeries === undefined ? (
          <State title="Nothing of this case can be drawn">
            <p>Tell whoever leads the {task.kind.toLowerCase()}.</p>
          </State>
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
            onShown={() => setReady(true)}
            onSelect={setSelected}
            onChangeMark={(id, box) =>
              change({ ...draft, marks: draft.marks.map((one) => (one.id === id ? { ...one, box } : one)) })
            }
            onDrawMark={(_shape, box, at) => place(box, at)}
            onMeasure={(measurement) => setMeasurements((now) => [...now, measurement])}
          />
        )}
        <Toolbar
          tool={tool}
          onTool={setTool}
          onInvert={() => view.current?.setInverted(!(view.current.state.shown?.inverted ?? false))}
          onFit={() => view.current?.fit()}
          onClear={measurements.length === 0 ? null : () => setMeasurements([])}
          marking
        />
      </section>
      <TrialPanel
        task={task}
        draft={draft}
        onDraft={change}
        ai={shownAi}
        aiError={showsAi ? ai.error : null}
        onAdd={draw}
        onLock={() => {
          if (draft.rating !== null) give.mutate(draft.rating);
        }}
        locking={give.isPending}
        error={give.error}
      />
    </div>
  );
}
