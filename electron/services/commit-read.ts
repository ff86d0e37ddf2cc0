import { Refused } from '../shared/errors.ts';
import type { CommitRequest, Read } from '../shared/read.ts';
import { canonicalRead, sha256Of } from './canonical-read.ts';
import { type FramesSeen, framesSeen } from './frames-seen.ts';
import { currentRead } from './open-study.ts';
import type { ReadingPartsWithPixels } from './reading-parts.ts';
import { refuseTrialCase } from './trial-guard.ts';
import { checkContent, requireUnchanged } from './save-read.ts';

/**
 * Locks a reader's read: hashed in its canonical form, signed with the reader's key, time-stamped, audited, and never
 * changed again. From then on the AI may be shown to this reader.
 *
 * @throws Refused `impression-missing` without an impression or an explicit 'no abnormal finding'; `frames-unseen` where
 *   frames were not seen and that is not acknowledged, `nothing-shown` where no image was shown at all (`detail.frames`: each with its reason); `read-unknown`,
 *   `read-committed`, `frame-unknown`, and what `saveRead` refuses; `read-changed` where the draft is not what was on the screen.
 */
export async function commitRead(
  {
    store,
    clock,
    decoder,
    aiMode = 'blind-first',
  }: Pick<ReadingPartsWithPixels, 'store' | 'clock' | 'decoder' | 'aiMode'>,
  studyInstanceUID: string,
  readerId: string,
  request: CommitRequest,
): Promise<Read> {
  const opened = currentRead({ store }, studyInstanceUID, readerId);
  refuseTrialCase({ store }, studyInstanceUID, readerId);
  requireCommittable(opened);
  requireUnchanged(opened, request.content);
  const seen = await framesSeen({ store, decoder, readerId }, studyInstanceUID, request.framesDisplayed);
  if (seen.framesNotSeen.length > 0 && !request.acknowledgeUnseen) throw unseen(seen);
  if (seen.framesDisplayed.length === 0 && !request.acknowledgeUnseen) throw nothingShown();
  return store.transaction(() => {
    // Read again: while frames were looked at, another save may have come in.
    const draft = currentRead({ store }, studyInstanceUID, readerId);
    requireCommittable(draft);
    refuseTrialCase({ store }, studyInstanceUID, readerId);
    requireUnchanged(draft, request.content);
    checkContent({ store }, studyInstanceUID, draft.content);
    const committedAt = clock.now();
    const activeSeconds = request.activeSeconds === undefined ? null : Math.round(request.activeSeconds);
    const bytes = canonicalRead(store, { ...draft, ...seen, activeSeconds, aiMode, committedAt });
    const sha256 = sha256Of(bytes);
    const signature = store.readers.sign(readerId, bytes);
    const read = store.reads.commit(draft.id, {
      ...seen,
      activeSeconds,
      aiMode,
      committedAt,
      sha256,
      signature,
    });
    store.audit.append({
      actor: readerId,
      action: 'commit',
      studyInstanceUID,
      detail: {
        readId: read.id,
        sha256,
        findings: read.content.findings.length,
        framesDisplayed: seen.framesDisplayed.length,
        framesNotSeen: seen.framesNotSeen.length,
        aiMode,
        ...(draft.aiShownAt === null ? {} : { aiShownAt: draft.aiShownAt }),
      },
    });
    return read;
  });
}

function requireCommittable(read: Read): void {
  if (read.status === 'committed') {
    throw new Refused('read-committed', 'This read is committed already and never changes again.', {
      readId: read.id,
    });
  }
  if (saysNothing(read.content.impression) && !read.content.noAbnormalFinding) {
    throw new Refused(
      'impression-missing',
      "The read has no impression. Write one, or state 'no abnormal finding', then commit.",
      { readId: read.id },
    );
  }
}

/** Spaces, and characters that nobody can see (a zero-width space, a direction mark), are no impression. */
function saysNothing(text: string): boolean {
  return text.replace(/[\s\p{Cf}\p{Cc}]/gu, '') === '';
}

/** Nothing of it is an image that could be drawn, or all of it is withheld: whoever commits has seen nothing, and must know it. */
function nothingShown(): Refused {
  return new Refused(
    'nothing-shown',
    'No image of this study was shown to you: it has none that can be drawn, or they are withheld until the commit. State their ' +
      'origin beside the images if you know it, or commit all the same; the record says that nothing was seen.',
  );
}

function unseen(seen: FramesSeen): Refused {
  const missing = seen.framesNotSeen.length;
  const total = missing + seen.framesDisplayed.length;
  return new Refused(
    'frames-unseen',
    `${missing} of ${total} frame(s) of this study were not seen. Look at them, or commit all the same and say so.`,
    { frames: seen.framesNotSeen },
  );
}
