import { displayWordsOf } from '../domain/comparison-words.ts';
import { Refused } from '../shared/errors.ts';
import type { Read } from '../shared/read.ts';
import type { TriageRow } from '../shared/peer-ports.ts';
import type { TriageFinding, TriagePage } from '../shared/triage.ts';
import { refuseDuringTrial } from './trial-guard.ts';
import type { ReadingParts } from './reading-parts.ts';
import { modelViews } from './reveal-comparison-build.ts';

/**
 * What a reader has still to read, in the order that the models' results give: those with a positive one first. Where the site's policy
 * shows the AI first, and nowhere else: under the others it is refused before anything of a model is looked at. A study of which an
 * independent read is asked of this reader stands among the rest.
 *
 * @throws Refused `triage-off`.
 */
export function triageList(
  parts: ReadingParts,
  readerId: string,
  limit: number,
  after: string | null,
): TriagePage {
  const { store, aiMode = 'blind-first' } = parts;
  if (aiMode !== 'ai-first') {
    throw new Refused(
      'triage-off',
      'There is no triage by AI here: it needs a site whose policy shows the AI first (reading.aiMode).',
    );
  }
  refuseDuringTrial(parts, readerId);
  const { rows, ...page } = store.triage.list(readerId, limit, after);
  return {
    ...page,
    rows: rows.map(({ study, findings }) => ({
      study,
      ai: findings.length === 0 ? [] : findingsOf(parts, study.studyInstanceUID, findings),
    })),
  };
}

function findingsOf(
  parts: ReadingParts,
  studyInstanceUID: string,
  findings: TriageRow['findings'],
): TriageFinding[] {
  const models = modelViews(parts, studyInstanceUID);
  return findings.map(({ modelId, modelVersion, label, score }) => {
    const model = models.find(({ result }) => result.model.id === modelId);
    return {
      modelId,
      modelVersion,
      words: model === undefined ? label : displayWordsOf(model, label),
      score,
      threshold: model?.operatingPoints[label]?.balanced ?? null,
    };
  });
}

/**
 * Whoever opens a study that triage lists as positive may know it: the draft says that the AI was shown, as if it had been, and is signed so.
 */
export function noteTriage(parts: ReadingParts, read: Read): Read {
  const { store, clock, aiMode = 'blind-first' } = parts;
  if (aiMode !== 'ai-first' || read.status === 'committed' || read.aiShownAt !== null) return read;
  const { studyInstanceUID, readerId } = read;
  const records = store.triage.shows(studyInstanceUID, readerId);
  if (records.length === 0) return read;
  return store.transaction(() => {
    store.reads.showAi(read.id, clock.now());
    store.audit.append({
      actor: readerId,
      action: 'reveal',
      studyInstanceUID,
      detail: { readId: read.id, beforeCommit: true, aiMode, by: 'triage', records },
    });
    return store.reads.find(studyInstanceUID, readerId) ?? read;
  });
}
