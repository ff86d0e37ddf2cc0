import type { PointerEvent } from 'react';
import { type Affine, apply } from './affine.ts';
import { HANDLES, type Mark } from './marks.ts';

interface MarkShapeProps {
  readonly mark: Mark;
  readonly toCanvas: Affine;
  readonly selected: boolean;
  /** Columns of the image: a label on its right half ends at the mark's right edge, or it would leave the pane. */
  readonly columns: number;
  /** `handle` −1: the whole shape. */
  readonly onGrab: (event: PointerEvent, mark: Mark, handle: number) => void;
}

/** The list beside the image says all of it: on the image it must not hide what lies there. */
const LABEL_LETTERS = 48;

function shortened(label: string): string {
  return label.length <= LABEL_LETTERS ? label : `${label.slice(0, LABEL_LETTERS - 1).trimEnd()}…`;
}

/** One outline with its label and, where it is selected and can be changed, its handles: none where a drag would do nothing. */
export function MarkShape({ mark, toCanvas, selected, columns, onGrab }: MarkShapeProps) {
  const [left, top] = apply(toCanvas, [mark.box[0], mark.box[1]]);
  const [right, bottom] = apply(toCanvas, [mark.box[2], mark.box[3]]);
  const width = right - left;
  const height = bottom - top;
  const onRight = mark.box[0] > columns / 2;
  const grab = (event: PointerEvent) => onGrab(event, mark, -1);
  return (
    <g
      className={`mark mark--${mark.tone}${selected ? ' mark--selected' : ''}${mark.movable ? '' : ' mark--fixed'}`}
      data-mark={mark.id}
    >
      {['mark__halo', 'mark__line', 'mark__grip'].map((className) =>
        mark.shape === 'rectangle' ? (
          <rect
            key={className}
            className={className}
            x={left}
            y={top}
            width={width}
            height={height}
            {...(className === 'mark__grip' ? { onPointerDown: grab } : {})}
          />
        ) : (
          <ellipse
            key={className}
            className={className}
            cx={left + width / 2}
            cy={top + height / 2}
            rx={width / 2}
            ry={height / 2}
            {...(className === 'mark__grip' ? { onPointerDown: grab } : {})}
          />
        ),
      )}
      <text
        className="mark__label"
        x={onRight ? right : left}
        y={mark.labelBelow === undefined ? top - 6 : bottom + 14 * mark.labelBelow}
        textAnchor={onRight ? 'end' : 'start'}
      >
        {shortened(mark.label)}
      </text>
      {selected && mark.movable
        ? HANDLES.map((handle, index) => {
            const x = handle.x === null ? left + width / 2 : handle.x === 0 ? left : right;
            const y = handle.y === null ? top + height / 2 : handle.y === 1 ? top : bottom;
            return (
              <circle
                key={`${handle.x}/${handle.y}`}
                className="mark__handle"
                cx={x}
                cy={y}
                r={4.5}
                onPointerDown={(event: PointerEvent) => onGrab(event, mark, index)}
              />
            );
          })
        : null}
    </g>
  );
}
