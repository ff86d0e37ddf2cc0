import type { RefObject } from 'react';
import { CT_WINDOW_PRESETS, ctPresetsApply } from '../../electron/shared/window-presets.ts';
import { type Shortcut, useShortcuts } from '../ui/shortcuts.ts';
import type { Tool } from '../viewer/marks.ts';
import type { StackView } from '../viewer/stack-view.ts';

interface ViewKeys {
  readonly view: RefObject<StackView | null>;
  readonly modality: string;
  readonly onTool: (tool: Tool) => void;
  readonly onSeries: (by: number) => void;
}

/** The keys of looking at images: the same while reading and while reconciling. */
export function useViewKeys({ view, modality, onTool, onSeries }: ViewKeys): void {
  const presets: Shortcut[] = CT_WINDOW_PRESETS.map(({ key, name, centre, width }) => ({
    keys: [key],
    words: `CT ${name.toLowerCase()}: W ${width} L ${centre}`,
    act: () => {
      const shown = view.current?.state.shown?.view;
      const rescaleType = shown?.status === 'decoded' ? shown.decoded.values.rescaleType : null;
      if (ctPresetsApply(modality, rescaleType)) view.current?.setWindow({ centre, width });
    },
  }));
  const step = (by: number) => () => view.current?.step(by);
  useShortcuts('Image', [
    { keys: ['ArrowDown', 'ArrowRight', ' '], words: 'Next image (wheel)', act: step(1), shown: '↓ → Space' },
    { keys: ['ArrowUp', 'ArrowLeft', 'Shift+ '], words: 'Previous image', act: step(-1), shown: '↑ ←' },
    { keys: ['Home'], words: 'First image', act: () => view.current?.show(0) },
    { keys: ['End'], words: 'Last image', act: () => view.current?.show(Number.MAX_SAFE_INTEGER) },
    { keys: ['PageDown'], words: 'Next series', act: () => onSeries(1) },
    { keys: ['PageUp'], words: 'Previous series', act: () => onSeries(-1) },
    { keys: ['w'], words: 'Window and level (right drag)', act: () => onTool('window') },
    { keys: ['z'], words: 'Zoom (Ctrl + wheel)', act: () => onTool('zoom') },
    { keys: ['p'], words: 'Pan (middle drag)', act: () => onTool('pan') },
    { keys: ['l'], words: 'Measure a length', act: () => onTool('length') },
    { keys: ['e'], words: 'Measure an ellipse', act: () => onTool('ellipse') },
    {
      keys: ['i'],
      words: 'Invert',
      act: () => view.current?.setInverted(!(view.current.state.shown?.inverted ?? false)),
    },
    {
      keys: ['0'],
      words: 'Fit, with the window of the file',
      act: () => {
        view.current?.setWindow(null);
        view.current?.setInverted(false);
        view.current?.fit();
      },
    },
    { keys: ['+', '='], words: 'Magnify', act: () => view.current?.zoomBy(1.2), shown: '+' },
    { keys: ['-'], words: 'Reduce', act: () => view.current?.zoomBy(1 / 1.2) },
    ...presets,
  ]);
}
