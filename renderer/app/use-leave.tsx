import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { OverreadError } from '../../electron/shared/errors.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { askGuard, dropGuard } from '../ui/leave-guard.ts';
import { goOn, listenForHeld } from './route.ts';

interface Question {
  readonly error: OverreadError;
  readonly act: () => void;
}

/**
 * Leaving a screen that may hold something unsaved: it is saved first, and where that fails the person is asked.
 *
 * @returns `leave(act)` acts at once or after the answer; `question` is the dialog while there is one.
 */
export function useLeave(): { leave: (act: () => void) => void; question: ReactNode } {
  const [asked, setAsked] = useState<Question | null>(null);
  const leave = useCallback((act: () => void) => {
    void askGuard().then((error) => {
      if (error === null) act();
      else setAsked({ error, act });
    });
  }, []);
  useEffect(() => listenForHeld((hash) => leave(() => goOn(hash))), [leave]);
  const stay = () => setAsked(null);
  const question =
    asked === null ? null : (
      <Dialog
        title="Leave without your last changes?"
        onClose={stay}
        footer={
          <>
            <Button tone="primary" autoFocus onClick={stay}>
              Stay
            </Button>
            <Button
              tone="danger"
              onClick={() => {
                stay();
                dropGuard();
                asked.act();
              }}
            >
              Leave and lose them
            </Button>
          </>
        }
      >
        <p>The last changes of your read could not be saved: {asked.error.message}</p>
        <p>They are still on the screen. Stay, and they are saved as soon as it works again.</p>
      </Dialog>
    );
  return { leave, question };
}
