import type { InferenceRecord } from '../shared/analysis.ts';
import { STOPPED } from '../domain/model-switch.ts';
import { Cancelled } from '../shared/errors.ts';
import type { ReplayReport, ReplaySum } from '../shared/replay.ts';
import { everyLooseRecord } from './analyze-records.ts';
import { type ReplayRequest, replayRecord } from './replay-record.ts';

export interface ReplayAllRequest extends Omit<ReplayRequest, 'recordId'> {
  /** ISO 8601, UTC; every record unless told. */
  readonly since?: string;
  /** Each report as it is made; the next record waits for it. */
  readonly onReport?: (report: ReplayReport) => void | Promise<void>;
}

const PAGE = 200;
/** Reports that are kept for the sum. */
const KEPT = 100;

/** Records of studies in the order in which they were written, then those of files. One is held at a time. */
async function* everyRecord({ store, since = '' }: ReplayAllRequest): AsyncGenerator<InferenceRecord> {
  for (let after = 0; ; ) {
    const page = store.results.recordPage(since, after, PAGE);
    for (const { row, recordId } of page) {
      after = row;
      const record = store.results.record(recordId);
      if (record !== undefined) yield record;
    }
    if (page.length < PAGE) break;
  }
  for await (const record of everyLooseRecord(store)) if (record.createdAt >= since) yield record;
}

function count(sum: ReplaySum, report: ReplayReport): void {
  const { verdict, largestDifference } = report;
  if (verdict === 'identical') sum.identical += 1;
  else if (verdict === 'within-tolerance') sum.withinTolerance += 1;
  else {
    if (verdict === 'different') sum.different += 1;
    else sum.notPossible += 1;
    if (sum.notGood.length < KEPT) sum.notGood.push(report);
  }
  sum.largestDifference = Math.max(sum.largestDifference, largestDifference);
}

/**
 * Replays every record of a data folder, or those since a time, with memory that does not grow with their number.
 *
 * @throws Cancelled; what `onReport` throws.
 */
export async function replayAll(request: ReplayAllRequest): Promise<ReplaySum> {
  const began = performance.now();
  const sum: ReplaySum = {
    records: 0,
    identical: 0,
    withinTolerance: 0,
    different: 0,
    notPossible: 0,
    withoutResult: 0,
    largestDifference: 0,
    seconds: 0,
    notGood: [],
  };
  for await (const { recordId, result } of everyRecord(request)) {
    if (request.signal?.aborted === true) throw new Cancelled();
    sum.records += 1;
    if (result.status === 'failed' || result.reason?.startsWith(STOPPED) === true) {
      sum.withoutResult += 1;
      continue;
    }
    const report = await replayRecord({ ...request, recordId });
    count(sum, report);
    await request.onReport?.(report);
  }
  return { ...sum, seconds: (performance.now() - began) / 1000 };
}
