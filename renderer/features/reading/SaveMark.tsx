import { CircleCheck, CircleEllipsis, TriangleAlert } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { FINAL_CODES, type SaveState } from './use-draft.ts';

interface SaveMarkProps {
  readonly save: SaveState;
  /** Which of two windows' words are kept. */
  readonly onResolve: (keep: 'here' | 'there') => void;
}

/** Whether the workstation has what is on the screen. */
export function SaveMark({ save, onResolve }: SaveMarkProps) {
  switch (save.state) {
    case 'conflict':
      return (
        <div className="save save--failed" role="alert">
          <TriangleAlert size={13} aria-hidden />
          <div>
            {save.error.message}
            <div className="save__choice">
              <Button onClick={() => onResolve('there')}>Show the other window’s</Button>
              <Button onClick={() => onResolve('here')}>Keep what is here</Button>
            </div>
          </div>
        </div>
      );
    case 'failed':
      return (
        <span className="save save--failed" role="alert">
          <TriangleAlert size={13} aria-hidden />
          <span>
            not saved{FINAL_CODES.has(save.error.code) ? '' : ', trying again'}: {save.error.message}
            {save.error.code === 'unreachable'
              ? ' A new start opens a new window: copy your last words from this one before you close it.'
              : ''}
          </span>
        </span>
      );
    case 'saving':
    case 'saved':
      return (
        <span className="save" role="status" data-testid="save">
          {save.state === 'saved' ? (
            <CircleCheck size={13} aria-hidden />
          ) : (
            <CircleEllipsis size={13} aria-hidden />
          )}{' '}
          {save.state === 'saved' ? 'saved' : 'saving …'}
        </span>
      );
  }
}
