import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useMemo, useState } from 'react';
import type { Assessment, Comparison, Read } from '../../../electron/shared/read.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Banner } from '../../study/Banner.tsx';
import { Identity } from '../../study/Identity.tsx';
import { SeriesPanel } from '../../study/SeriesPanel.tsx';
import { Subject } from '../../study/Subject.tsx';
import { Toolbar } from '../../study/Toolbar.tsx';
import { useFrameJump } from '../../study/use-frame-jump.ts';
import { firstWithPixels, useStudySeries } from '../../study/use-study-series.ts';
import { useViewKeys } from '../../study/use-view-keys.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { State } from '../../ui/State.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { type Measurement, sameFrame, type Tool } from '../../viewer/marks.ts';
import type { Shown } from '../../viewer/shown.ts';
import { StackPane } from '../../viewer/StackPane.tsx';
import { ComparisonPanel } from './ComparisonPanel.tsx';
import type { Verdict } from './ItemCard.tsx';
import { Layers } from './Layers.tsx';
import { MapLayers } from './MapLayers.tsx';
import { comparisonMarks, markOfItem, placeOf } from './marks-of.ts';
import './reconcile.css';
import { useComparison } from './use-comparison.ts';

interface ReconcileProps {
  readonly study: StudyDetail;
  readonly read: Read;
  readonly onStated: (study: StudyDetail) => void;
  readonly onLeave: () => void;
}

const SHOWN = { mine: true, ai: true, mask: true, volume: false, tiles: false, attention: false };
/** The layer that a kind of map belongs to. */
const LAYER = { mask: 'mask', volume: 'volume', tiles: 'tiles', heatmap: 'attention' } as const;

/** After the commit: the reader's read and the AI's over the same pixels, every difference to be judged. */
export function Reconcile({ study, read, onStated, onLeave }: ReconcileProps) {
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
  const { all, source } = useStudySeries(study, current);
  const { view, onView, firstIndex, jump } = useFrameJump(all, current, setCurrent);
  const data = comparison.data;
  const items = data?.items ?? [];
  const aiReady = data?.aiState === 'ready';
  // The first line is open until another is chosen: nothing on it is judged by that.
  const selected = chosen ?? (aiReady ? (items[0]?.id ?? null) : null);

  const assess = useMutation({
    mutationFn: ({
      itemId,
      judged,
    }: {
      itemId: string;
      judged: Pick<Assessment, 'verdict' | 'reason' | 'comment'>;
    }) => api.assess(uid, itemId, judged),
    onSuccess: (changed: Comparison, { itemId }) => {
      queries.setQueryData(keys.comparison(uid), changed);
      void queries.invalidateQueries({ queryKey: keys.studies });
      setJudging(null);
      // The line keeps the focus, so that Tab goes on from there.
      queueMicrotask(() => focusItem(itemId));
    },
  });
  const select = (id: string | null) => {
    setChosen(id);
    if (id !== selected) setJudging(null);
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
  const toggle = (layer: keyof typeof SHOWN) => () => setLayers((now) => ({ ...now, [layer]: !now[layer] }));
  const judge = (verdict: Verdict) => () => selected !== null && setJudging(verdict);

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
    onSeries: (by) => {
      const next = current + by;
      if ((all[next]?.frames.length ?? 0) > 0) setCurrent(next);
    },
  });
  useShortcuts('Comparison', [
    { keys: [']', 'n'], words: 'Next difference', act: go(1), shown: 'Tab or ]' },
    { keys: ['['], words: 'Previous difference', act: go(-1) },
    { keys: ['a'], words: 'Agree …', act: judge('agree') },
    { keys: ['r'], words: 'Disagree …', act: judge('disagree') },
    { keys: ['y'], words: 'Your marks on or off', act: toggle('mine') },
    { keys: ['g'], words: 'AI’s marks on or off', act: toggle('ai') },
    { keys: ['k'], words: 'Mask outline on or off', act: toggle('mask') },
    { keys: ['v'], words: 'Outlines of structures in the series on or off', act: toggle('volume') },
    { keys: ['t'], words: 'Tile map on or off', act: toggle('tiles') },
    { keys: ['h'], words: 'Attention map on or off', act: toggle('attention') },
  ]);

  const marks = useMemo(
    () => (data === undefined ? [] : comparisonMarks(data, layers.mine, layers.ai)),
    [data, layers.mine, layers.ai],
  );
  const onShown = useCallback(() => setReady(true), []);
  const maps = data?.maps ?? [];
  const shownMaps = (shown: Shown) =>
    maps.filter((map) => sameFrame(map, shown.frame) && layers[LAYER[map.kind]]);
  const named = (of: string) => [...new Set(maps.flatMap(({ kind, label }) => (kind === of ? [label] : [])))];
  const [structures, tiled] = [named('volume'), named('tiles')];
  const series = all[current];

  return (
    <div className="study">
      <Banner study={study} mode="Reconcile" />
      <SeriesPanel all={all} current={current} onChoose={setCurrent} ready={ready} />
      <section className="study__image study__image--layers" aria-label="Images">
        <Layers
          layers={[
            {
              id: 'mine',
              words: 'You',
              key: 'Y',
              on: layers.mine,
              swatch: 'reader',
              onToggle: toggle('mine'),
            },
            { id: 'ai', words: 'AI', key: 'G', on: layers.ai, swatch: 'ai', onToggle: toggle('ai') },
            ...(maps.some(({ kind }) => kind === 'mask')
              ? [
                  {
                    id: 'mask',
                    words: 'AI mask outline',
                    key: 'K',
                    on: layers.mask,
                    swatch: 'mask' as const,
                    onToggle: toggle('mask'),
                  },
                ]
              : []),
            ...(structures.length > 0
              ? [
                  {
                    id: 'volume',
                    words: `AI structures (${few(structures)})`,
                    key: 'V',
                    on: layers.volume,
                    swatch: 'mask' as const,
                    onToggle: toggle('volume'),
                  },
                ]
              : []),
            ...(tiled.length > 0
              ? [
                  {
                    id: 'tiles',
                    words: `AI tile map (${few(tiled)})`,
                    key: 'T',
                    on: layers.tiles,
                    swatch: 'attention' as const,
                    onToggle: toggle('tiles'),
                  },
                ]
              : []),
            ...(maps.some(({ kind }) => kind === 'heatmap')
              ? [
                  {
                    id: 'attention',
                    words: 'AI attention, not outline',
                    key: 'H',
                    on: layers.attention,
                    swatch: 'attention' as const,
                    onToggle: toggle('attention'),
                  },
                ]
              : []),
          ]}
        />
        {source === null || series === undefined ? (
          <State title="Nothing here can be drawn" />
        ) : (
          <StackPane
            key={series.key}
            source={source}
            firstIndex={firstIndex}
            tool={tool}
            marks={marks}
            selected={markOfItem(items.find(({ id }) => id === selected))}
            measurements={measurements}
            identity={<Identity study={study} />}
            subject={<Subject shown={series} />}
            onView={onView}
            onShown={onShown}
            onSelect={(mark) => {
              const item = items.find((one) => markOfItem(one) === mark);
              if (item !== undefined) select(item.id);
            }}
            onChangeMark={() => {}}
            onDrawMark={() => {}}
            onMeasure={(measurement) => setMeasurements((now) => [...now, measurement])}
            layers={(shown) => <MapLayers studyInstanceUID={uid} maps={shownMaps(shown)} />}
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
              onJudge={setJudging}
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

function few(words: readonly string[]): string {
  return words.length > 3 ? `${words.slice(0, 3).join(', ')}, …` : words.join(', ');
}

function focusItem(id: string): void {
  document.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"] .item__line`)?.focus();
}
