import { countStudy } from '../../../electron/services/ledger/count-study.ts';
import type { ModelResult } from '../../../electron/shared/analysis.ts';
import type { LedgerSeries } from '../../../electron/shared/ledger-ports.ts';
import type { InstanceHeader, Store } from '../../../electron/shared/ports.ts';
import { COMMITTED, storeOne } from '../store/parts.ts';
import { modelResult, readerFinding, type ReadingWorld, saveResult } from './reading-world.ts';

export const SERIES: LedgerSeries = {
  modelId: 'chest-adult',
  version: modelResult().model.version,
  label: 'Tuberculosis',
};

/** What became of a study that a reader finished. */
export interface Finished {
  readonly uid: string;
  /** What the model called, with what score. */
  readonly ai: boolean;
  readonly score: number;
  /** What the reader marked before seeing the AI. */
  readonly reader: boolean;
  /** What the reader made of a finding of the AI alone. */
  readonly verdict: 'accept' | 'reject';
  /** When it became final. */
  readonly at: string;
  readonly header?: Partial<InstanceHeader>;
  readonly changes?: Partial<ModelResult>;
}

/** A study of one image, read by the model and by the world's reader, settled and counted. */
export function finish(world: ReadingWorld, one: Finished): void {
  const { store, reader } = world;
  const { uid, ai, score } = one;
  const sop = `${uid}.1.1`;
  storeOne(
    store,
    {
      studyInstanceUID: uid,
      seriesInstanceUID: `${uid}.1`,
      sopInstanceUID: sop,
      modality: 'DX',
      ...one.header,
    },
    uid,
  );
  const finding = {
    id: 'a1',
    label: 'Tuberculosis',
    code: null,
    score,
    sopInstanceUID: sop,
    frame: 0,
    box: null,
  };
  saveResult(
    world,
    modelResult({
      recordId: `record-${uid}`,
      scores: [{ sopInstanceUID: sop, frame: 0, label: 'Tuberculosis', score, probability: score }],
      findings: ai ? [{ ...finding, operatingPoint: 'balanced' }] : [],
      measurements: [],
      ...one.changes,
    }),
    [],
    uid,
  );
  const { id } = store.reads.begin(uid, reader.id);
  const findings = one.reader ? [readerFinding({ sopInstanceUID: sop })] : [];
  store.reads.save(id, { findings, noAbnormalFinding: !one.reader, impression: '' });
  store.reads.commit(id, { ...COMMITTED, activeSeconds: 60 });
  settle(store, id, one, `record-${uid}`);
  store.reads.markFinal(id, one.at);
  countStudy(world, uid);
}

function settle(store: Store, readId: string, { ai, reader, verdict, at }: Finished, record: string): void {
  const judged = { verdict, reason: 'Seen on the image', comment: '', assessedAt: at };
  if (ai && reader)
    store.reads.assess(readId, { itemId: `agree~r1~${record}~a1`, ...judged, verdict: 'accept' });
  else if (ai) store.reads.assess(readId, { itemId: `ai~${record}~a1`, ...judged });
  else if (reader) {
    store.reads.assess(readId, { itemId: `reader~r1~${record.slice(0, 8)}`, ...judged, verdict: 'reject' });
  }
}

/** Every sum that the ledger keeps of the series, in one order. */
export function sumsOf({ ledger, reliance }: Store): Record<string, unknown[]> {
  return {
    counts: ledger.counts(),
    scores: ledger.scores(SERIES),
    calibration: ledger.calibration(SERIES),
    reasons: ledger.reasons(SERIES.modelId, SERIES.version),
    people: ledger.people(SERIES),
    reliance: reliance.rows(null),
    times: reliance.times(null),
  };
}
