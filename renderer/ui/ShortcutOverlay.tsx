import { Dialog } from './Dialog.tsx';
import { activeShortcuts, type Shortcut } from './shortcuts.ts';

const NAMES: Record<string, string> = {
  ' ': 'Space',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
  Escape: 'Esc',
};

function shownKeys(shortcut: Shortcut): string[] {
  if (shortcut.shown !== undefined) return [shortcut.shown];
  return shortcut.keys.map((key) =>
    key
      .split(/(?<=.)\+(?=.)/)
      .map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part))
      .join(' + '),
  );
}

/** Every key that works on this screen. */
export function ShortcutOverlay({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard and mouse" onClose={onClose}>
      {activeShortcuts().map((section) => (
        <section key={section.title} className="shortcuts">
          <h3>{section.title}</h3>
          <dl>
            {section.shortcuts.map((shortcut) => (
              <div key={shortcut.words}>
                <dt>
                  {shownKeys(shortcut).map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{shortcut.words}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
