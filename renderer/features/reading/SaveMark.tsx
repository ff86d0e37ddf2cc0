import { CircleCheck, CircleEllipsis, TriangleAlert } from 'lucide-react';
import type { SaveState } from './use-draft.ts';

/** Whether the workstation has what is on the screen. */
export function SaveMark({ save }: { readonly save: SaveState }) {
  if (save.state === 'failed') {
    return (
      <span className="save save--failed" role="alert">
        <TriangleAlert size={13} aria-hidden /> not saved, trying again: {save.error.message}
      </span>
    );
  }
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
