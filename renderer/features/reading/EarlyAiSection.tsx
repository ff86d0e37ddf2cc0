import { toOverreadError } from '../../../electron/shared/errors.ts';
import type { Comparison } from '../../../electron/shared/read.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import type { EarlyAi } from './use-early-ai.ts';

/** A model that abstained says nothing of the images; the comparison after the commit says why. */
function didRead({ results }: Comparison, modelId: string): boolean {
  return results.some(({ model, status }) => model.id === modelId && status !== 'abstained');
}

/** The AI beside a read that is not committed; nothing of it where the site reads blind first. */
export function EarlyAiSection({ shown, ask, asking, error }: EarlyAi) {
  if (shown === undefined && ask === null && !asking && error === null) return null;
  const independent = error !== null && toOverreadError(error).code === 'independent-read';
  const abstained = shown?.results.filter(({ status }) => status === 'abstained').length ?? 0;
  return (
    <section className="panel__section" aria-label="AI before the commit">
      <h3>AI</h3>
      {independent ? (
        <p>
          An independent read is asked of you: the AI is shown after your commit. Decline the referral to read
          with it.
        </p>
      ) : error === null ? null : (
        <ErrorNotice what="The AI was not shown." error={error} />
      )}
      {ask === null ? null : (
        <>
          <Button onClick={ask} disabled={asking}>
            Show what the AI found <kbd>Q</kbd>
          </Button>
          <p className="quiet">
            Recorded with your read, with the time. Who sees the AI first tends to follow it: look first.
          </p>
        </>
      )}
      {shown === undefined ? null : (
        <>
          <p className="early-ai__warning">
            Shown before your commit, and recorded so. Check it against the image: it is wrong at times, and
            finds only what it was made for.
          </p>
          {shown.aiState === 'waiting' ? <p role="status">The AI is still reading this study.</p> : null}
          {shown.statements
            .filter(({ modelId }) => didRead(shown, modelId))
            .map(({ modelId, words }) => (
              <p key={`${modelId} ${words}`}>{words}</p>
            ))}
          {abstained === 0 ? null : (
            <p className="quiet">{abstained} other models do not read such a study.</p>
          )}
          <ul className="early-ai">
            {shown.items.map(({ id, words }) => (
              <li key={id}>{words}</li>
            ))}
          </ul>
          <p className="quiet">For research use, not for diagnosis.</p>
        </>
      )}
    </section>
  );
}
