import { useEffect, useMemo, useState } from 'react';
import type { Comparison, Read } from '../../../electron/shared/read.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';
import { Identity } from '../../study/Identity.tsx';
import { Subject } from '../../study/Subject.tsx';
import type { StudySeries } from '../../study/study-series.ts';
import type { FrameSource } from '../../viewer/frame-source.ts';
import { linkViews } from '../../viewer/link-views.ts';
import { type Mark, sameFrame } from '../../viewer/marks.ts';
import type { Shown } from '../../viewer/shown.ts';
import { StackPane, type StackPaneProps } from '../../viewer/StackPane.tsx';
import type { StackView } from '../../viewer/stack-view.ts';
import { LAYER_OF, type LayersOn } from './layer-buttons.ts';
import { MapLayers } from './MapLayers.tsx';
import { comparisonMarks, peerMarks } from '../../study/marks-of.ts';

interface ComparedImagesProps
  extends Pick<
    StackPaneProps,
    'firstIndex' | 'tool' | 'selected' | 'measurements' | 'onView' | 'onShown' | 'onDrawMark' | 'onMeasure'
  > {
  readonly study: StudyDetail;
  readonly comparison: Comparison | undefined;
  readonly series: StudySeries;
  readonly source: FrameSource;
  readonly layers: LayersOn;
  /** The reader's view and the AI's beside each other; else both over one image. */
  readonly pair: boolean;
  /** Another reader's read, beside one's own in place of the AI while a consensus is made. */
  readonly beside: Read | null;
  /** The place that the reader is drawing for a modified finding. */
  readonly drawn: Mark | null;
  readonly onSelect: (mark: string) => void;
}

/** The pixels once with both sides' marks, or twice, linked: the reader's marks on the left, the AI's on the right. */
export function ComparedImages(props: ComparedImagesProps) {
  const { study, comparison, series, source, layers, pair, beside, drawn, onView } = props;
  const [left, setLeft] = useState<StackView | null>(null);
  const [right, setRight] = useState<StackView | null>(null);
  useEffect(() => (left === null || right === null ? undefined : linkViews(left, right)), [left, right]);
  useEffect(() => {
    onView(left);
    return () => onView(null);
  }, [left, onView]);

  const [mine, ai] = useMemo(
    () => [
      comparison === undefined ? [] : comparisonMarks(comparison, layers.mine, false),
      comparison === undefined ? [] : comparisonMarks(comparison, false, layers.ai),
    ],
    [comparison, layers.mine, layers.ai],
  );
  const theirs = useMemo(() => (beside === null ? [] : peerMarks(beside)), [beside]);
  const others = beside === null ? ai : theirs;
  const drawing = drawn === null ? [] : [drawn];
  const maps = comparison?.maps ?? [];
  const aiLayers = (shown: Shown) => (
    <MapLayers
      studyInstanceUID={study.studyInstanceUID}
      maps={maps.filter((map) => sameFrame(map, shown.frame) && layers[LAYER_OF[map.kind]])}
    />
  );
  const common = {
    source,
    tool: props.tool,
    selected: props.selected,
    measurements: props.measurements,
    identity: <Identity study={study} />,
    onSelect: (mark: string | null) => {
      if (mark !== null) props.onSelect(mark);
    },
    onChangeMark: () => {},
    onDrawMark: props.onDrawMark,
    onMeasure: props.onMeasure,
  };
  const ofLeft = {
    ...common,
    firstIndex: props.firstIndex,
    subject: <Subject shown={series} />,
    onView: setLeft,
    onShown: props.onShown,
  };
  if (!pair) {
    return (
      <StackPane
        key={series.key}
        {...ofLeft}
        marks={[...mine, ...others, ...drawing]}
        layers={beside === null ? aiLayers : noLayers}
      />
    );
  }
  return (
    <div className="pair">
      <figure className="pair__side">
        <figcaption>Your view</figcaption>
        <StackPane key={series.key} {...ofLeft} marks={[...mine, ...drawing]} />
      </figure>
      <figure className="pair__side">
        <figcaption>{beside === null ? 'AI view, linked' : `${beside.readerName}’s view, linked`}</figcaption>
        <StackPane
          key={`${series.key} ai`}
          {...common}
          firstIndex={props.firstIndex}
          subject={null}
          marks={others}
          layers={beside === null ? aiLayers : noLayers}
          onView={setRight}
          onShown={nothing}
          name={{ id: 'pane-ai', words: beside === null ? 'AI view' : `${beside.readerName}’s view` }}
        />
      </figure>
    </div>
  );
}

const nothing = (): void => {};
const noLayers = (): null => null;
