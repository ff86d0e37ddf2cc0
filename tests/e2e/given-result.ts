import { randomUUID } from 'node:crypto';
import { auditedModels } from '../../electron/services/audited-models.ts';
import type { AiFinding } from '../../electron/shared/analysis.ts';
import { openStore } from '../../electron/store/open-store.ts';

/**
 * Gives a study another result of a model of the build, as a later run of it would: with these findings and nothing else. The window sees it
 * when it asks again. What a model would make of a phantom is for the model's own tests; here it is the outcome that counts.
 */
export function giveResult(
  data: string,
  studyInstanceUID: string,
  findings: readonly Pick<AiFinding, 'label' | 'box' | 'score'>[],
  modelId = 'chest-adult',
  /** Of each image, where it shall be another. */
  score?: number,
): void {
  const store = openStore({ directory: data });
  try {
    const before = store.results.latest(studyInstanceUID).find(({ model }) => model.id === modelId);
    const record = store.results.record(before?.recordId ?? '');
    if (before === undefined || record === undefined)
      throw new Error(`${modelId} has not read the study yet.`);
    const sopInstanceUID = store.studies.instancesOf(studyInstanceUID)[0]?.header.sopInstanceUID ?? '';
    const recordId = randomUUID();
    const given = findings.map((finding, index) => ({
      ...finding,
      id: `given-${index}`,
      code: null,
      sopInstanceUID,
      frame: 0,
      operatingPoint: 'balanced' as const,
    }));
    const result = {
      ...before,
      recordId,
      status: 'completed' as const,
      reason: null,
      findings: given,
      scores: before.scores.map((one) => (score === undefined ? one : { ...one, score })),
    };
    const next = { ...record, recordId, result };
    store.transaction(() => {
      store.results.save(next, [], []);
      const detail = { device: 'cpu', models: auditedModels([{ record: next, maps: [], outputs: [] }]) };
      store.audit.append({ actor: 'operator', action: 'analyze', studyInstanceUID, detail });
    });
  } finally {
    store.close();
  }
}
