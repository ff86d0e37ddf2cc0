import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { FrameRef } from '../../electron/shared/read.ts';
import { chosenBackend } from './engine.ts';
import type { FrameSource } from './frame-source.ts';
import { MarkShape } from './MarkShape.tsx';
import { type Mark, type Measurement, ordered, sameFrame, type Tool } from './marks.ts';
import { MeasurementShape } from './MeasurementShape.tsx';
import { probe } from './measured-image.ts';
import { Overlay } from './Overlay.tsx';
import { ProbeReadout, ProbeStore } from './ProbeReadout.tsx';
import type { Shown } from './shown.ts';
import type { StackView } from './stack-view.ts';
import { type Drawing, useGestures } from './use-gestures.ts';
import { useMarkDrag } from './use-mark-drag.ts';
import { useStackView } from './use-stack-view.ts';

export interface StackPaneProps {
  readonly source: FrameSource;
  readonly firstIndex: number;
  readonly tool: Tool;
  readonly marks: readonly Mark[];
  readonly selected: string | null;
  readonly measurements: readonly Measurement[];
  readonly identity: ReactNode;
  readonly subject: ReactNode;
  /** The screen's hand on the view: keys, presets, jumps. */
  readonly onView: (view: StackView | null) => void;
  /** A frame was really drawn. */
  readonly onShown: (shown: Shown) => void;
  readonly onSelect: (id: string | null) => void;
  readonly onChangeMark: (id: string, box: [number, number, number, number]) => void;
  readonly onDrawMark: (
    shape: 'rectangle' | 'ellipse',
    box: [number, number, number, number],
    at: FrameRef,
  ) => void;
  readonly onMeasure: (measurement: Measurement) => void;
  /** Layers between the image and the marks, such as a mask; drawn in image pixels. */
  readonly layers?: (shown: Shown) => ReactNode;
  /** Which of two it is, for tests and assistive technology. */
  readonly name?: { readonly id: string; readonly words: string };
}

/** One stack with its words, marks, measurements and mouse. */
export function StackPane(props: StackPaneProps) {
  const { source, tool, marks, selected, measurements, onView, onShown, onSelect } = props;
  const { element, view, state } = useStackView(source, props.firstIndex);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const store = useMemo(() => new ProbeStore(), []);
  const { shown } = state;
  const drag = useMarkDrag(element, view, onSelect, props.onChangeMark);
  const gestures = useGestures(element, view, tool, {
    drawing: setDrawing,
    drawn: (drawn) => shown !== null && finish(drawn, shown, props),
    hover: (point) => {
      const decoded = shown?.view.status === 'decoded' ? shown.view.decoded : null;
      store.set(point === null || decoded === null ? null : probe(decoded, point));
    },
    click: () => onSelect(null),
  });

  useEffect(() => {
    onView(view);
    return () => onView(null);
  }, [view, onView]);
  useEffect(() => {
    if (shown !== null) onShown(shown);
  }, [shown, onShown]);

  const here = shown === null ? [] : marks.filter((mark) => sameFrame(mark.at, shown.frame));
  return (
    <div
      className={`pane pane--${tool}`}
      data-testid={props.name?.id ?? 'pane'}
      role={props.name === undefined ? undefined : 'group'}
      aria-label={props.name?.words}
      data-shown={shown === null ? '' : String(shown.index)}
      // Image pixels → CSS pixels of the pane, as drawn; end to end tests find pixels by it.
      data-matrix={shown?.toCanvas.join(' ') ?? ''}
      data-renderer={chosenBackend()}
      data-status={shown?.view.status ?? 'waiting'}
    >
      <div
        ref={element}
        className="pane__image"
        {...gestures}
        onPointerMove={(event) => {
          if (!drag.move(event)) gestures.onPointerMove(event);
        }}
        onPointerUp={(event) => {
          if (!drag.release()) gestures.onPointerUp(event);
        }}
      >
        {/* Inside the element, so that the mouse on a mark also reaches the image below. */}
        <svg className="pane__marks" aria-hidden>
          {shown === null ? null : (
            <>
              {props.layers === undefined ? null : (
                <g transform={`matrix(${shown.toCanvas.join(' ')})`}>{props.layers(shown)}</g>
              )}
              {measurements
                .filter((measurement) => sameFrame(measurement.at, shown.frame))
                .map((measurement) => (
                  <MeasurementShape
                    key={measurement.id}
                    measurement={measurement}
                    frame={shown.frame}
                    view={shown.view}
                    toCanvas={shown.toCanvas}
                  />
                ))}
              {here.map((mark) => (
                <MarkShape
                  key={mark.id}
                  mark={drag.preview?.id === mark.id ? { ...mark, box: drag.preview.box } : mark}
                  toCanvas={shown.toCanvas}
                  selected={mark.id === selected}
                  columns={shown.frame.image.columns}
                  onGrab={drag.grab}
                />
              ))}
              {drawing === null ? null : <Draft drawing={drawing} shown={shown} />}
            </>
          )}
        </svg>
      </div>
      <Overlay
        state={state}
        count={source.frames.length}
        identity={props.identity}
        subject={props.subject}
        onRetry={() => view?.retry()}
      />
      <ProbeReadout store={store} />
    </div>
  );
}

/** What is being drawn, before it is let go. */
function Draft({ drawing, shown }: { readonly drawing: Drawing; readonly shown: Shown }) {
  const box = [...drawing.from, ...drawing.to] as [number, number, number, number];
  if (drawing.tool === 'length' || drawing.tool === 'ellipse') {
    const measurement = asMeasurement(drawing, shown.frame, 'draft');
    return (
      <MeasurementShape
        measurement={measurement}
        frame={shown.frame}
        view={shown.view}
        toCanvas={shown.toCanvas}
      />
    );
  }
  const mark: Mark = {
    id: 'draft',
    at: shown.frame,
    shape: drawing.tool === 'mark-ellipse' ? 'ellipse' : 'rectangle',
    box: ordered(box),
    tone: 'reader',
    label: '',
    movable: false,
  };
  return (
    <MarkShape
      mark={mark}
      toCanvas={shown.toCanvas}
      selected={false}
      columns={shown.frame.image.columns}
      onGrab={() => {}}
    />
  );
}

function asMeasurement(drawing: Drawing, at: FrameRef, id: string): Measurement {
  const box = [...drawing.from, ...drawing.to] as [number, number, number, number];
  const ref = { sopInstanceUID: at.sopInstanceUID, frame: at.frame };
  return drawing.tool === 'length'
    ? { id, at: ref, kind: 'length', points: box }
    : { id, at: ref, kind: 'ellipse', box: ordered(box) };
}

function finish(drawing: Drawing, shown: Shown, { onDrawMark, onMeasure }: StackPaneProps): void {
  const at = { sopInstanceUID: shown.frame.sopInstanceUID, frame: shown.frame.frame };
  if (drawing.tool === 'length' || drawing.tool === 'ellipse') {
    onMeasure(asMeasurement(drawing, at, crypto.randomUUID()));
    return;
  }
  const box = ordered([...drawing.from, ...drawing.to] as [number, number, number, number]);
  if (box[2] - box[0] < 1 || box[3] - box[1] < 1) return;
  onDrawMark(drawing.tool === 'mark-ellipse' ? 'ellipse' : 'rectangle', box, at);
}
