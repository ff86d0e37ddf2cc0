import { Refused } from '../shared/errors.ts';
import type { Comparison, Read } from '../shared/read.ts';
import { currentRead } from './open-study.ts';
import type { ReadingParts } from './reading-parts.ts';
import { refuseTrialCase } from './trial-guard.ts';
import { buildComparison } from './reveal-comparison-build.ts';

/** What the models found, beside a read that is not committed: no line of it is about the reader's own findings. */
function aiBeside(parts: ReadingParts, read: Read): Comparison {
  return buildComparison(parts, { ...read, content: { ...read.content, findings: [] } });
}

/**
 * Shows what the models found to a reader who has not committed, where the site's policy says so. The first time is noted with the read, signed
 * with it at the commit, and audited as 'reveal': such a read is not blind, and says so for ever.
 *
 * @throws Refused `blind-first` where the site reads blind first, `independent-read` where another reader asked this one for such a read; `study-unknown`, `read-unknown`, `read-committed`.
 */
export function showAi(parts: ReadingParts, studyInstanceUID: string, readerId: string): Comparison {
  const { store, clock, aiMode = 'blind-first' } = parts;
  return store.transaction(() => {
    const read = currentRead(parts, studyInstanceUID, readerId);
    refuseTrialCase(parts, studyInstanceUID, readerId);
    if (aiMode === 'blind-first') {
      throw new Refused(
        'blind-first',
        'This site reads blind first: what the models found is shown after you have committed your own read.',
        { studyInstanceUID },
      );
    }
    if (store.referrals.asksIndependent(studyInstanceUID, readerId)) {
      throw new Refused(
        'independent-read',
        'An independent read of this study is asked of you: what the models found is shown after your own commit. Decline the referral ' +
          'if you want to read with the AI.',
        { studyInstanceUID },
      );
    }
    const comparison = aiBeside(parts, read);
    if (store.reads.showAi(read.id, clock.now())) {
      store.audit.append({
        actor: readerId,
        action: 'reveal',
        studyInstanceUID,
        detail: {
          readId: read.id,
          beforeCommit: true,
          aiMode,
          records: comparison.results.map(({ recordId }) => recordId),
        },
      });
    }
    return aiBeside(parts, currentRead(parts, studyInstanceUID, readerId));
  });
}

/**
 * As it was shown already: the models may have gone on since.
 *
 * @throws Refused `ai-not-shown`, as a study without any result refuses too.
 */
export function shownAi(parts: ReadingParts, studyInstanceUID: string, readerId: string): Comparison {
  refuseTrialCase(parts, studyInstanceUID, readerId);
  const read = currentRead(parts, studyInstanceUID, readerId);
  if (read.aiShownAt === null) {
    throw new Refused('ai-not-shown', 'The AI was not shown to you beside this study.', { studyInstanceUID });
  }
  return aiBeside(parts, read);
}
