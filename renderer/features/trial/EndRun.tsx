import { useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { once } from '../../ui/once.ts';

interface EndRunProps {
  /** Cases of the run that were not read to their end. */
  readonly left: number;
  readonly onEnd: () => void;
}

/** Ends a run before its last case, once it was said what is lost by that. */
export function EndRun({ left, onEnd }: EndRunProps) {
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <Button tone="plain" onClick={() => setAsked(true)}>
        End this run early …
      </Button>
    );
  }
  return (
    <div role="group" aria-label="End this run early">
      <p>
        {left === 1 ? '1 case is' : `${left} cases are`} not read to the end, and will not be told. What you
        said of this case without its last word counts nowhere.
      </p>
      <div className="training-buttons">
        <Button autoFocus onClick={() => setAsked(false)}>
          Read on
        </Button>
        <Button tone="danger" onClick={once(onEnd)}>
          End the run
        </Button>
      </div>
    </div>
  );
}
