import { type ReactNode, useState } from 'react';
import { CLAIM_IDLE_MINUTES } from '../../electron/shared/worklist.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Notice } from '../ui/Notice.tsx';
import { State } from '../ui/State.tsx';
import { when } from '../ui/words.ts';
import { type OtherClaim, useClaim } from './use-claim.ts';

interface ClaimGateProps {
  readonly studyInstanceUID: string;
  readonly onLeave: () => void;
  readonly children: ReactNode;
}

/** Lets a study be opened once it is this reader's to read: it is claimed, or the reader takes it over or chooses to read beside another. */
export function ClaimGate({ studyInstanceUID, onLeave, children }: ClaimGateProps) {
  const { state, other, claim } = useClaim(studyInstanceUID);
  const [asking, setAsking] = useState(false);
  const takeOver = (
    <Dialog
      title="Take this study over?"
      onClose={() => setAsking(false)}
      footer={
        <>
          <Button data-autofocus onClick={() => setAsking(false)}>
            Leave it to them
          </Button>
          <Button
            tone="danger"
            onClick={() => {
              setAsking(false);
              claim('take-over');
            }}
          >
            Take it over
          </Button>
        </>
      }
    >
      <p>
        The other reader’s claim on this study ends, and their window says so. Nothing of their read is lost
        or shown to you: each of you keeps a read of your own, and may go on with it.
      </p>
      <p className="quiet">The audit trail keeps who took it over, from whom and when.</p>
    </Dialog>
  );
  if (state === 'asking') return <State title="Opening the study …" />;
  if (state === 'taken') {
    return (
      <State title="Another reader has this study open">
        <p>{otherWords(other)}</p>
        <p>
          You can read it beside them, blind to their read as they are to yours, or take it over where they
          are no longer at it. A claim ends by itself after {CLAIM_IDLE_MINUTES} minutes without a key or a
          mouse.
        </p>
        <div className="claim-choices">
          <Button tone="primary" autoFocus onClick={onLeave}>
            Back to the worklist
          </Button>
          <Button onClick={() => claim('beside')}>Read beside them</Button>
          <Button onClick={() => setAsking(true)}>Take it over …</Button>
        </div>
        {asking ? takeOver : null}
      </State>
    );
  }
  return (
    <>
      {children}
      {state === 'lost' ? (
        <div className="claim-notice">
          <Notice
            tone="warning"
            action={
              <span className="claim-choices">
                <Button onClick={onLeave}>Back to the worklist</Button>
                <Button onClick={() => claim('beside')}>Read on beside them</Button>
              </span>
            }
          >
            <strong>Another reader has taken this study over.</strong> Your read is still yours, and saved as
            before.
          </Notice>
        </div>
      ) : null}
    </>
  );
}

function otherWords(other: OtherClaim | null): string {
  if (other?.by == null || other.since == null) {
    return 'Who it is, and since when, is shown after your own commit.';
  }
  return `It is being read by ${other.by} since ${when(other.since)}.`;
}
