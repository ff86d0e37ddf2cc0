import { useEffect, useEffectEvent, useRef } from 'react';

/** One key (or several that do the same) and what it does. */
export interface Shortcut {
  /** As `event.key`, letters in lower case; 'Ctrl+Enter', 'Alt+ArrowUp', 'Shift+ ' with modifiers. */
  readonly keys: readonly string[];
  readonly words: string;
  /** How the keys are shown; the keys themselves without it. */
  readonly shown?: string;
  readonly act: (event: KeyboardEvent) => void;
  /** Also while a text field has the focus. */
  readonly inFields?: boolean;
}

export interface ShortcutSection {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

const sections: { current: ShortcutSection }[] = [];

/** Every shortcut that works at this moment, screen by screen; what the `?` overlay lists. */
export function activeShortcuts(): ShortcutSection[] {
  return sections.map(({ current }) => current).filter(({ shortcuts }) => shortcuts.length > 0);
}

/** Makes the shortcuts work while the component is on the screen. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    // A modal dialog whose focus was lost (its button is gone) is still what the keys are for: Escape must reach it.
    if (document.querySelector('dialog[open]') !== null) return;
    const name = keyName(event);
    const found = shortcuts.find(
      (shortcut) =>
        shortcut.keys.includes(name) && (shortcut.inFields === true || !belongsToField(event, name)),
    );
    if (found === undefined) return;
    event.preventDefault();
    found.act(event);
  });
  const latest = useRef<ShortcutSection>({ title, shortcuts });
  useEffect(() => {
    latest.current = { title, shortcuts };
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    sections.push(latest);
    window.addEventListener('keydown', listen);
    return () => {
      sections.splice(sections.indexOf(latest), 1);
      window.removeEventListener('keydown', listen);
    };
  }, []);
}

/** 'Ctrl+Enter', 'Shift+ArrowDown', 'f', '?'. Shift is not named where it made another character. */
export function keyName(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const printable = event.key.length === 1 && event.key !== ' ';
  return [
    event.ctrlKey || event.metaKey ? 'Ctrl+' : '',
    event.altKey ? 'Alt+' : '',
    event.shiftKey && !printable ? 'Shift+' : '',
    key,
  ].join('');
}

/** Whether the focused control needs this key for itself. */
function belongsToField(event: KeyboardEvent, name: string): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('textarea, select, [role="combobox"]')) return true;
  if (target.matches('input:not([type="checkbox"]):not([type="radio"])')) return true;
  if (target.matches('input[type="radio"]')) return name.startsWith('Arrow') || name === ' ';
  return (name === 'Enter' || name === ' ') && target.matches('button, a, summary, input, [role="option"]');
}
