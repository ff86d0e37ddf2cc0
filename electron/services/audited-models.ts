import { hash } from 'node:crypto';
import type { AnalysisOutcome } from '../shared/ports.ts';

/** What the trail says of each model of an analysis; and of a server that it sent an image's tensor to, or may have: that it left. */
export function auditedModels(outcomes: readonly AnalysisOutcome[]): Record<string, unknown>[] {
  return outcomes.map(({ record }) => ({
    id: record.model.id,
    version: record.model.version,
    status: record.result.status,
    recordId: record.recordId,
    // As it is kept: an edit of the record shows.
    recordSha256: hash('sha256', JSON.stringify(record)),
    ...(record.runtime.sentTo === undefined ? {} : { sentTo: record.runtime.sentTo }),
  }));
}
