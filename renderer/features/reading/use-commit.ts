import { useMutation } from '@tanstack/react-query';
import * as z from 'zod';
import { toOverreadError } from '../../../electron/shared/errors.ts';
import { type FrameRef, frameRefSchema, type Read } from '../../../electron/shared/read.ts';
import { api } from '../../api/endpoints.ts';

const unseenSchema = z.array(frameRefSchema.extend({ reason: z.string() }));
export type UnseenFrame = z.infer<typeof unseenSchema>[number];

interface CommitParts {
  readonly studyInstanceUID: string;
  /** Resolves when the workstation has the latest draft. */
  readonly flush: () => Promise<void>;
  readonly displayed: () => FrameRef[];
  readonly onCommitted: (read: Read) => void;
}

/** Commits the read: the draft first, then the lock. `unseen` is set where frames were not displayed. */
export function useCommit({ studyInstanceUID, flush, displayed, onCommitted }: CommitParts) {
  const commit = useMutation({
    mutationFn: async (acknowledgeUnseen: boolean) => {
      await flush();
      return api.commitRead(studyInstanceUID, { framesDisplayed: displayed(), acknowledgeUnseen });
    },
    onSuccess: onCommitted,
  });
  const refusal = commit.error === null ? null : toOverreadError(commit.error);
  const frames =
    refusal?.code === 'frames-unseen' ? unseenSchema.safeParse(refusal.detail?.['frames']) : null;
  const unseen: readonly UnseenFrame[] | null = frames?.success === true ? frames.data : null;
  return { commit, unseen, refusal: unseen === null ? refusal : null };
}
