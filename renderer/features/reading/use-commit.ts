import { useMutation } from '@tanstack/react-query';
import * as z from 'zod';
import { type OverreadError, toOverreadError } from '../../../electron/shared/errors.ts';
import { type FrameRef, frameRefSchema, type Read, type ReadContent } from '../../../electron/shared/read.ts';
import { api } from '../../api/endpoints.ts';

const unseenSchema = z.array(frameRefSchema.extend({ reason: z.string() }));
export type UnseenFrame = z.infer<typeof unseenSchema>[number];

interface CommitParts {
  readonly studyInstanceUID: string;
  /** Gives the draft as it is on the screen, once the workstation has it. */
  readonly flush: () => Promise<ReadContent>;
  readonly displayed: () => FrameRef[];
  /** Seconds at the study. */
  readonly activeTime: () => number;
  readonly onCommitted: (read: Read) => void;
  /** Another window of this reader changed the draft: it is not what is on this screen. */
  readonly onConflict: (error: OverreadError) => void;
}

/** Commits the read: the draft first, then the lock. `unseen` is set where frames were not displayed. */
export function useCommit({
  studyInstanceUID,
  flush,
  displayed,
  activeTime,
  onCommitted,
  onConflict,
}: CommitParts) {
  const commit = useMutation({
    mutationFn: async (acknowledgeUnseen: boolean) => {
      const content = await flush();
      return api.commitRead(studyInstanceUID, {
        content,
        framesDisplayed: displayed(),
        acknowledgeUnseen,
        activeSeconds: activeTime(),
      });
    },
    onSuccess: onCommitted,
    onError: (thrown) => {
      const error = toOverreadError(thrown);
      if (error.code === 'read-changed') onConflict(error);
    },
  });
  const refusal = commit.error === null ? null : toOverreadError(commit.error);
  const frames =
    refusal?.code === 'frames-unseen' ? unseenSchema.safeParse(refusal.detail?.['frames']) : null;
  const unseen: readonly UnseenFrame[] | null = frames?.success === true ? frames.data : null;
  // A conflict is told, and ended, beside the save mark.
  const nothingShown = refusal?.code === 'nothing-shown';
  const told = unseen !== null || nothingShown || refusal?.code === 'read-changed';
  return { commit, unseen, nothingShown, refusal: told ? null : refusal };
}
