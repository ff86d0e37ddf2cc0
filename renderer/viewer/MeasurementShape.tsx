import { type Affine, apply } from './affine.ts';
import { ellipseWords, lengthWords } from './format-measured.ts';
import type { ViewFrame } from './frame-cache.ts';
import { type Measurement, ordered } from './marks.ts';
import { measuredImage } from './measured-image.ts';
import type { StackFrame } from './stack-frames.ts';

interface MeasurementShapeProps {
  readonly measurement: Measurement;
  readonly frame: StackFrame;
  readonly view: ViewFrame;
  readonly toCanvas: Affine;
}

/** A length or an ellipse with what was measured, always with its unit. */
export function MeasurementShape({ measurement, frame, view, toCanvas }: MeasurementShapeProps) {
  if (measurement.kind === 'length') {
    const { points } = measurement;
    const [x0, y0] = apply(toCanvas, [points[0], points[1]]);
    const [x1, y1] = apply(toCanvas, [points[2], points[3]]);
    const end = x1 >= x0 ? { x: x1 + 8, y: y1 + 4 } : { x: x0 + 8, y: y0 + 4 };
    return (
      <g className="measure" data-measure="length">
        <line className="measure__halo" x1={x0} y1={y0} x2={x1} y2={y1} />
        <line className="measure__line" x1={x0} y1={y0} x2={x1} y2={y1} />
        <path
          className="measure__line"
          d={`M${x0 - 4} ${y0}h8M${x0} ${y0 - 4}v8M${x1 - 4} ${y1}h8M${x1} ${y1 - 4}v8`}
        />
        <text className="mark__label measure__text" {...end}>
          {lengthWords(points, frame.image)}
        </text>
      </g>
    );
  }
  const box = ordered(measurement.box);
  const [left, top] = apply(toCanvas, [box[0], box[1]]);
  const [right, bottom] = apply(toCanvas, [box[2], box[3]]);
  const words = view.status === 'decoded' ? ellipseWords(box, measuredImage(view.decoded, frame.image)) : [];
  const shape = {
    cx: (left + right) / 2,
    cy: (top + bottom) / 2,
    rx: Math.abs(right - left) / 2,
    ry: Math.abs(bottom - top) / 2,
  };
  return (
    <g className="measure" data-measure="ellipse">
      <ellipse className="measure__halo" {...shape} />
      <ellipse className="measure__line" {...shape} />
      <text className="mark__label measure__text" x={right + 8} y={top + 10}>
        {words.map((line, index) => (
          <tspan key={line} x={right + 8} dy={index === 0 ? 0 : 15}>
            {line}
          </tspan>
        ))}
      </text>
    </g>
  );
}
