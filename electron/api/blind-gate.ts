import { Refused } from '../shared/errors.ts';
import type { Reader } from '../shared/session.ts';
import type { AppDeps } from './deps.ts';

/**
 * Blind first: gives the current reader where that reader's own read of the study is committed, else throws
 * `Refused('read-not-committed')`. It looks at nothing of any model, so that its answer cannot tell whether there
 * is a result. The services check the same once more.
 */
export function requireCommitted(
  deps: Pick<AppDeps, 'reading' | 'session' | 'studies'>,
  study: string,
): Reader {
  const reader = deps.session.requireReader();
  // Refuses a study that is not there, before anything is said about a read.
  deps.studies.detail(study, reader.id);
  if (!deps.reading.isCommitted(study, reader.id)) {
    throw new Refused(
      'read-not-committed',
      'Commit your own read first: what the models made of this study is shown after that.',
    );
  }
  return reader;
}

/** As `requireCommitted`, also for a reader to whom the AI of this study was shown before the commit, as the site's policy allowed. */
export function requireShown(deps: Pick<AppDeps, 'reading' | 'session' | 'studies'>, study: string): Reader {
  const reader = deps.session.requireReader();
  deps.studies.detail(study, reader.id);
  return deps.reading.isShown(study, reader.id) ? reader : requireCommitted(deps, study);
}
