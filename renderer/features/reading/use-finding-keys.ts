import type { RefObject } from 'react';
import type { FindingSize } from '../../../electron/shared/finding-size.ts';
import type { ReadContent, ReaderFinding } from '../../../electron/shared/read.ts';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { middleBox, MOVE_KEYS, nudgedBox, RESIZE_KEYS } from '../../viewer/place-by-keys.ts';
import type { StackView } from '../../viewer/stack-view.ts';
import { changedFinding, withoutFinding } from './findings.ts';

type Box = [number, number, number, number];

interface FindingKeys {
  readonly view: RefObject<StackView | null>;
  readonly content: ReadContent;
  readonly selected: string | null;
  /** From the lengths drawn across it; null where there are none. */
  readonly sizeOf: (finding: ReaderFinding) => FindingSize | null;
  readonly onContent: (change: (now: ReadContent) => ReadContent) => void;
  readonly onGo: (finding: ReaderFinding) => void;
  readonly onAdd: (shape: 'rectangle' | 'ellipse') => void;
  readonly onPlace: (box: Box) => void;
  /** To the field of the size. */
  readonly onSize: () => void;
  readonly onEscape: () => void;
  readonly onImpression: () => void;
  readonly onChecklist: () => void;
  readonly onCommit: () => void;
}

/** Everything about the read by keyboard: add, place, move, resize, go through, remove, commit. */
export function useFindingKeys(keys: FindingKeys): void {
  const { content, selected, view } = keys;
  const finding = content.findings.find(({ id }) => id === selected);
  const go = (by: number) => () => {
    const { findings } = content;
    const at = findings.findIndex(({ id }) => id === selected);
    const next =
      findings[at < 0 ? (by > 0 ? 0 : findings.length - 1) : (at + by + findings.length) % findings.length];
    if (next !== undefined) keys.onGo(next);
  };
  const nudge = (event: KeyboardEvent) => {
    const image = view.current?.state.shown?.frame.image;
    if (finding === undefined || image === undefined) return;
    const box = nudgedBox(event, finding.box, image);
    keys.onContent((now) => changedFinding(now, finding.id, { box }));
  };
  useShortcuts('My read', [
    { keys: ['f', 'r'], words: 'Add a finding: rectangle', act: () => keys.onAdd('rectangle') },
    { keys: ['o'], words: 'Add a finding: ellipse', act: () => keys.onAdd('ellipse') },
    {
      keys: ['Enter'],
      words: 'Place the finding in the middle',
      act: () => keys.onPlace(middleBox(view.current)),
    },
    {
      keys: MOVE_KEYS,
      words: 'Move the selected finding',
      shown: 'Alt + arrows',
      act: nudge,
      inFields: true,
    },
    {
      keys: RESIZE_KEYS,
      words: 'Resize the selected finding',
      shown: 'Alt + Shift + arrows',
      act: nudge,
      inFields: true,
    },
    {
      keys: ['s'],
      words: 'Size of the selected finding: from the lengths drawn across it, else to be typed',
      act: () => {
        if (finding === undefined) return;
        const size = keys.sizeOf(finding);
        // Without a length there is nothing to take: then it is to be typed.
        if (size === null) keys.onSize();
        else keys.onContent((now) => changedFinding(now, finding.id, { size }));
      },
    },
    { keys: [']'], words: 'Next finding', act: go(1) },
    { keys: ['['], words: 'Previous finding', act: go(-1) },
    {
      keys: ['Delete'],
      words: 'Remove the selected finding',
      act: () => finding !== undefined && keys.onContent((now) => withoutFinding(now, finding.id)),
    },
    { keys: ['m'], words: 'Write the impression', act: keys.onImpression },
    {
      keys: ['c'],
      words: 'Go to the checklist; there N normal, A abnormal, X not assessed',
      act: keys.onChecklist,
    },
    { keys: ['Ctrl+Enter'], words: 'Commit my read', act: keys.onCommit, inFields: true },
    { keys: ['Escape'], words: 'Leave the field, the tool, the finding', act: keys.onEscape, inFields: true },
  ]);
}
