import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import type {
  AssessmentRequest,
  Comparison,
  FrameRef,
  Read,
  Verdict,
} from '../../../electron/shared/read.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Banner } from '../../study/Banner.tsx';
import { PriorBeside } from '../../study/priors/PriorBeside.tsx';
import { SeriesPanel } from '../../study/SeriesPanel.tsx';
import { Toolbar } from '../../study/Toolbar.tsx';
import { seriesBeside } from '../../study/study-series.ts';
import { useFrameJump } from '../../study/use-frame-jump.ts';
import { firstWithPixels, useStudySeries } from '../../study/use-study-series.ts';
import { useViewKeys } from '../../study/use-view-keys.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { State } from '../../ui/State.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { type Mark, type Measurement, sameFrame, type Tool } from '../../viewer/marks.ts';
import type { StackView } from '../../viewer/stack-view.ts';
import { ComparedImages } from './ComparedImages.tsx';
import { ComparisonPanel } from './ComparisonPanel.tsx';
import { layerButtons, type LayersOn } from './layer-buttons.ts';
import { Layers } from './Layers.tsx';
import { markOfItem, placeOf } from '../../study/marks-of.ts';
import './reconcile.css';
import { useComparison } from './use-comparison.ts';

interface ReconcileProps {
  readonly study: StudyDetail;
  readonly read: Read;
  readonly onStated: (study: StudyDetail) => void;
  readonly onLeave: () => void;
  /** Opens the report. */
  readonly onReport: () => void;
}

type Box = [number, number, number, number];

/** As it was left in the study before; side by side at first. */
let pairedLast = true;
const pairedAtFirst = (): boolean => pairedLast;

const SHOWN: LayersOn = { mine: true, ai: true, mask: true, volume: false, tiles: false, attention: false };

/** After the commit: the reader's read and the AI's over the same pixels, every difference to be judged. */
export function Reconcile({ study, read, onStated, onLeave, onReport }: ReconcileProps) {
  const uid = study.studyInstanceUID;
  const queries = useQueryClient();
  const comparison = useComparison(uid);
  const [current, setCurrent] = useState(() => firstWithPixels(study));
  const [tool, setTool] = useState<Tool>('window');
  const [measurements, setMeasurements] = useState<readonly Measurement[]>([]);
  const [layers, setLayers] = useState(SHOWN);
  const [chosen, setChosen] = useState<string | null>(null);
  const [judging, setJudging] = useState<Verdict | null>(null);
  const [ready, setReady] = useState(false);
  const [pair, setPair] = useState(pairedAtFirst);
  const [drawn, setDrawn] = useState<{ box: Box; at: FrameRef } | null>(null);
  const [beside, setBeside] = useState<Read | null>(null);
  const { all, source } = useStudySeries(study, current);
  const { view, onView, firstIndex, jump } = useFrameJump(all, current, setCurrent);
  const [stackView, setStackView] = useState<StackView | null>(null);
  const onStackView = useCallback(
    (made: StackView | null) => {
      onView(made);
      setStackView(made);
    },
    [onView],
  );
  const data = comparison.data;
  const items = data?.items ?? [];
  const aiReady = data?.aiState === 'ready';
  // The first line is open until another is chosen: nothing on it is judged by that.
  const selected = chosen ?? (aiReady ? (items[0]?.id ?? null) : null);
  const selectedItem = items.find(({ id }) => id === selected);
  const drawnMark: Mark | null =
    drawn === null
      ? null
      : {
          ...drawn,
          id: 'modified',
          shape: 'rectangle',
          tone: 'reader',
          label: 'modified',
          movable: false,
        };

  const judge = (verdict: Verdict | null) => {
    if (verdict === null) setDrawn(null);
    if (verdict === null || selected !== null) setJudging(verdict);
  };
  const ask = (verdict: Verdict) => () => judge(verdict);
  const addendum = useMutation({
    mutationFn: ({ text, id }: { text: string; id: string }) => api.addAddendum(uid, text, id),
    onSuccess: (changed: Comparison) => queries.setQueryData(keys.comparison(uid), changed),
  });
  const assess = useMutation({
    mutationFn: ({ itemId, judged }: { itemId: string; judged: AssessmentRequest }) =>
      api.assess(uid, itemId, judged),
    onSuccess: (changed: Comparison, { itemId }) => {
      queries.setQueryData(keys.comparison(uid), changed);
      void queries.invalidateQueries({ queryKey: keys.studies });
      judge(null);
      // The line keeps the focus, so that Tab goes on from there.
      queueMicrotask(() => focusItem(itemId));
    },
  });
  const select = (id: string | null) => {
    setChosen(id);
    if (id !== selected) judge(null);
    const item = items.find((one) => one.id === id);
    const place = item === undefined || data === undefined ? undefined : placeOf(data, item);
    if (place !== undefined) jump(place);
  };
  const go = (by: number) => () => {
    const at = items.findIndex(({ id }) => id === selected);
    const next = items[at < 0 ? 0 : (at + by + items.length) % items.length];
    if (next === undefined) return;
    select(next.id);
    queueMicrotask(() => focusItem(next.id));
  };
  const togglePair = () => {
    setPair(!pair);
    pairedLast = !pair;
  };
  const toggle = (layer: keyof LayersOn) => () => setLayers((now) => ({ ...now, [layer]: !now[layer] }));

  const showFirst = useEffectEvent(() => {
    const first = items[0];
    const place = first === undefined || data === undefined ? undefined : placeOf(data, first);
    if (place !== undefined) jump(place);
  });
  useEffect(() => {
    if (aiReady && ready) showFirst();
  }, [aiReady, ready]);

  useViewKeys({
    view,
    modality: all[current]?.series.modality ?? '',
    onTool: setTool,
    onSeries: (by) => setCurrent(seriesBeside(all, current, by) ?? current),
  });
  useShortcuts('Comparison', [
    { keys: [']', 'n'], words: 'Next difference', act: go(1), shown: 'Tab or ]' },
    { keys: ['['], words: 'Previous difference', act: go(-1) },
    { keys: ['a'], words: 'Accept …', act: ask('accept') },
    { keys: ['r'], words: 'Reject …', act: ask('reject') },
    { keys: ['m'], words: 'Modify …', act: ask('modify') },
    { keys: ['d'], words: 'Defer …', act: ask('defer') },
    { keys: ['o'], words: 'Open the report …', act: onReport },
    { keys: ['s'], words: 'Side by side, or over one image', act: togglePair },
    { keys: ['y'], words: 'Your marks on or off', act: toggle('mine') },
    { keys: ['g'], words: 'AI’s marks on or off', act: toggle('ai') },
    { keys: ['k'], words: 'Mask outline on or off', act: toggle('mask') },
    { keys: ['v'], words: 'Outlines of structures in the series on or off', act: toggle('volume') },
    { keys: ['t'], words: 'Tile map on or off', act: toggle('tiles') },
    { keys: ['h'], words: 'Attention map on or off', act: toggle('attention') },
  ]);

  const onShown = useCallback(() => setReady(true), []);
  const maps = data?.maps ?? [];
  const series = all[current];

  return (
    <div className="study">
      <Banner study={study} mode="Reconcile" />
      <SeriesPanel all={all} current={current} onChoose={setCurrent} ready={ready} />
      <section className="study__image study__image--layers" aria-label="Images">
        <Layers pair={pair} onPair={togglePair} layers={layerButtons(maps, layers, toggle)} />
        {source === null || series === undefined ? (
          <State title="Nothing here can be drawn" />
        ) : (
          <PriorBeside
            study={study}
            readerId={read.readerId}
            committed
            series={series}
            view={stackView}
            tool={tool}
            findings={read.content.findings}
            onInsert={null}
            // Three images beside each other are too small on most screens; S brings the third back.
            onOpen={(open) => setPair(open ? false : pairedLast)}
          >
            <ComparedImages
              study={study}
              comparison={data}
              series={series}
              source={source}
              firstIndex={firstIndex}
              tool={tool}
              layers={layers}
              pair={pair}
              beside={beside}
              drawn={drawnMark}
              selected={markOfItem(items.find(({ id }) => id === selected))}
              measurements={measurements}
              onView={onStackView}
              onShown={onShown}
              onSelect={(mark) => {
                const item = items.find((one) => markOfItem(one) === mark);
                if (item !== undefined) select(item.id);
              }}
              onDrawMark={(_shape, box, at) => {
                const place =
                  selectedItem === undefined || data === undefined ? undefined : placeOf(data, selectedItem);
                // A place on another image would be another finding.
                if (place !== undefined && sameFrame(place, at)) setDrawn({ box, at });
                setTool('window');
              }}
              onMeasure={(measurement) => setMeasurements((now) => [...now, measurement])}
            />
          </PriorBeside>
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
      <aside className="study__panel" aria-label="Comparison">
        {data === undefined ? (
          comparison.isError ? (
            <State title="The comparison cannot be shown">
              <ErrorNotice what="It could not be read." error={comparison.error} />
              <Button onClick={() => void comparison.refetch()}>Try again</Button>
              <Button onClick={onLeave}>Back to the worklist</Button>
            </State>
          ) : (
            <State title={`Your read was committed. Laying it beside the AI’s …`}>
              <p>{read.readerName}</p>
            </State>
          )
        ) : (
          <>
            {assess.isError ? (
              <ErrorNotice
                what="Your judgement was not recorded."
                error={assess.error}
                action={<Button onClick={() => void comparison.refetch()}>Load again</Button>}
              />
            ) : null}
            <ComparisonPanel
              study={study}
              comparison={data}
              selected={selected}
              judging={judging}
              saving={assess.isPending}
              onSelect={select}
              onReport={onReport}
              onJudge={judge}
              drawn={drawn?.box ?? null}
              onDraw={() => setTool('mark-rectangle')}
              addendum={addendum}
              beside={beside}
              onBeside={setBeside}
              onPlace={jump}
              onRecord={(itemId, judged) => assess.mutate({ itemId, judged })}
              onStated={(changed) => {
                onStated(changed);
                void comparison.refetch();
              }}
            />
          </>
        )}
      </aside>
    </div>
  );
}

function focusItem(id: string): void {
  document.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"] .item__line`)?.focus();
}
