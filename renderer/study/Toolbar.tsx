import {
  Circle,
  CircleDashed,
  Contrast,
  Eraser,
  Maximize,
  Move,
  Ruler,
  Square,
  SunMoon,
  ZoomIn,
} from 'lucide-react';
import type { Tool } from '../viewer/marks.ts';

interface ToolbarProps {
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly onInvert: () => void;
  readonly onFit: () => void;
  /** Takes the measurements away; null where there are none. */
  readonly onClear: (() => void) | null;
  /** The tools that mark findings; only while reading. */
  readonly marking: boolean;
}

const LOOKING = [
  { tool: 'window', Icon: Contrast, words: 'W/L', key: 'W' },
  { tool: 'zoom', Icon: ZoomIn, words: 'Zoom', key: 'Z' },
  { tool: 'pan', Icon: Move, words: 'Pan', key: 'P' },
  { tool: 'length', Icon: Ruler, words: 'Length', key: 'L' },
  { tool: 'ellipse', Icon: CircleDashed, words: 'Ellipse', key: 'E' },
] as const;

const MARKING = [
  { tool: 'mark-rectangle', Icon: Square, words: 'Finding box', key: 'R' },
  { tool: 'mark-ellipse', Icon: Circle, words: 'Finding oval', key: 'O' },
] as const;

/** What the left button does, each with its key. */
export function Toolbar({ tool, onTool, onInvert, onFit, onClear, marking }: ToolbarProps) {
  const choice = ({ tool: id, Icon, words, key }: (typeof LOOKING | typeof MARKING)[number]) => (
    <button
      key={id}
      type="button"
      className={`tool${id.startsWith('mark') ? ' tool--mark' : ''}`}
      aria-pressed={tool === id}
      aria-label={words}
      onClick={() => onTool(id)}
    >
      <Icon size={15} aria-hidden /> {words} <kbd>{key}</kbd>
    </button>
  );
  return (
    <div className="toolbar" role="toolbar" aria-label="Tools">
      {LOOKING.map(choice)}
      <button type="button" className="tool" onClick={onInvert}>
        <SunMoon size={15} aria-hidden /> Invert <kbd>I</kbd>
      </button>
      <button type="button" className="tool" onClick={onFit}>
        <Maximize size={15} aria-hidden /> Fit <kbd>0</kbd>
      </button>
      {marking ? (
        <>
          <span className="toolbar__gap" />
          {MARKING.map(choice)}
        </>
      ) : null}
      {onClear === null ? null : (
        <button type="button" className="tool" aria-label="Clear measurements" onClick={onClear}>
          <Eraser size={15} aria-hidden /> Clear
        </button>
      )}
    </div>
  );
}
