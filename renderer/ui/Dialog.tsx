import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from './Button.tsx';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  /** As wide and high as the window lets it be: for text that is worked on. */
  readonly wide?: boolean;
}

/** A modal dialog on the platform's `<dialog>`: it traps the focus, closes on Escape and gives the focus back. */
export function Dialog({ title, onClose, children, footer, wide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    // The platform chooses the first button; React's autoFocus comes before the dialog is open.
    element?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={wide ? 'dialog dialog--wide' : 'dialog'}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // The screen's own shortcuts must not act on what lies behind.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className="dialog__head">
        <h2 id={heading}>{title}</h2>
        <Button tone="plain" aria-label="Close" onClick={onClose}>
          <X size={16} aria-hidden />
        </Button>
      </div>
      <div className="dialog__body">{children}</div>
      {footer === undefined ? null : <div className="dialog__foot">{footer}</div>}
    </dialog>
  );
}
