import { type StudySeries, stackWords } from '../../study/study-series.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { count } from '../../ui/words.ts';
import { frameKey } from '../../viewer/stack-frames.ts';
import type { UnseenFrame } from './use-commit.ts';

interface UnseenDialogProps {
  readonly unseen: readonly UnseenFrame[];
  readonly all: readonly StudySeries[];
  readonly onLook: (frame: UnseenFrame) => void;
  readonly onCommit: () => void;
  readonly onClose: () => void;
}

/** Names the frames that were not on the screen, before the read is locked all the same. */
export function UnseenDialog({ unseen, all, onLook, onCommit, onClose }: UnseenDialogProps) {
  const places = new Map(
    all.flatMap((one) =>
      one.frames.map((frame, index) => [frame.key, `${stackWords(one)}, image ${index + 1}`]),
    ),
  );
  const first = unseen[0];
  return (
    <Dialog
      title={`${count(unseen.length)} ${unseen.length === 1 ? 'image was' : 'images were'} not displayed`}
      onClose={onClose}
      footer={
        <>
          {first === undefined ? null : <Button onClick={() => onLook(first)}>Look at the first</Button>}
          <Button tone="primary" onClick={onCommit}>
            Commit all the same
          </Button>
        </>
      }
    >
      <p>The read is locked by the commit and says which images you did not see.</p>
      <ul className="unseen" tabIndex={0} aria-label="Images not displayed">
        {unseen.slice(0, 200).map((frame) => (
          <li key={frameKey(frame)}>
            {places.get(frameKey(frame)) ?? frame.sopInstanceUID}{' '}
            <span className="quiet">{frame.reason}</span>
          </li>
        ))}
        {unseen.length > 200 ? <li className="quiet">and {count(unseen.length - 200)} more</li> : null}
      </ul>
    </Dialog>
  );
}
