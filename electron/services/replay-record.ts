import type { Device, InferenceRecord } from '../shared/analysis.ts';
import { STOPPED } from '../domain/model-switch.ts';
import { deviceSchema } from '../shared/analysis.ts';
import { OverreadError, Refused } from '../shared/errors.ts';
import type {
  AnalysisInput,
  AnalyzeRequest,
  CancelSignal,
  CompareReplay,
  Engine,
  Recorded,
  Store,
} from '../shared/ports.ts';
import { REPLAY_TOLERANCE, type ReplayDifference, type ReplayReport } from '../shared/replay.ts';
import { isSameServer, remoteWords } from '../shared/remote.ts';
import type { Stated } from '../shared/study.ts';
import { findStudies } from './analyze-files.ts';
import { looseRecord, looseRecordIds, looseSources } from './analyze-records.ts';

export interface ReplayRequest {
  readonly store: Store;
  readonly engine: Engine;
  readonly compare: CompareReplay;
  readonly recordId: string;
  /** Reader id, or 'operator' for the command line. */
  readonly actor: string;
  readonly signal?: CancelSignal;
}

/** What the record's images are now, and what was stated of them. */
interface Found {
  readonly inputs: readonly AnalysisInput[];
  readonly stated: Stated;
  /** Removes what was written to read plain images. */
  readonly clear: () => Promise<void>;
}

const notPossible = (words: string): Refused => new Refused('replay-not-possible', words);

/** The images that the record names, by their files' hashes; all of the study's where it names none (nothing was run). */
function chosen(record: InferenceRecord, inputs: readonly AnalysisInput[]): readonly AnalysisInput[] {
  if (record.inputs.length === 0) return inputs;
  // Of an object with several frames the record names each.
  const objects = new Map(record.inputs.map((wanted) => [wanted.sopInstanceUID, wanted]));
  return [...objects.values()].map((wanted) => {
    const found = inputs.find(({ header }) => header.sopInstanceUID === wanted.sopInstanceUID);
    if (found === undefined)
      throw notPossible(`Image ${wanted.sopInstanceUID} of the record is no longer here.`);
    if (found.sha256 === wanted.fileSha256) return found;
    throw notPossible(
      `The file of image ${wanted.sopInstanceUID} is no longer the one that was read (its SHA-256 differs).`,
    );
  });
}

function fromStore(store: Store, record: InferenceRecord): Found {
  if (!store.studies.has(record.studyInstanceUID)) throw notPossible('The study of the record was removed.');
  const inputs = store.studies.instancesOf(record.studyInstanceUID);
  // What was used is in the record: what is stated now may be something else.
  return { inputs: chosen(record, inputs), stated: record.stated, clear: () => Promise.resolve() };
}

async function fromFiles(store: Store, record: InferenceRecord, signal?: CancelSignal): Promise<Found> {
  const sources = await looseSources(store, record.recordId);
  if (sources === undefined) {
    throw notPossible('An earlier build made this record of files and did not keep where they lie.');
  }
  const found = await findStudies(sources.paths, sources.stated, store, signal);
  try {
    const [refused] = found.refused;
    if (refused !== undefined)
      throw notPossible(`${refused.path} cannot be read as it was: ${refused.reason}`);
    const study = found.studies.find(({ studyInstanceUID }) => studyInstanceUID === record.studyInstanceUID);
    if (study === undefined) {
      throw notPossible('The files of the record are no longer of the study that they were of.');
    }
    return { inputs: chosen(record, study.inputs), stated: sources.stated, clear: () => found.clear() };
  } catch (thrown) {
    await found.clear();
    throw thrown;
  }
}

/** Another version is another model: its numbers would say nothing about the record. An older one may lie beside the one that runs. */
function requireModel(engine: Engine, { model }: InferenceRecord): void {
  const has = engine
    .everyVersion()
    .some(
      ({ id, version, weights }) =>
        id === model.id && version === model.version && weights.sha256 === model.sha256,
    );
  if (has) return;
  const installed = engine.packs().find(({ id }) => id === model.id);
  if (installed === undefined) throw notPossible(`Model ${model.id} ${model.version} is not installed.`);
  throw notPossible(
    `The record was made with ${model.id} ${model.version}; installed is ${installed.version}${installed.version === model.version ? ', with other weights' : ''}. Install that version to replay it.`,
  );
}

function deviceOf({ runtime }: InferenceRecord): Device {
  const device = deviceSchema.safeParse(runtime.device);
  return device.success ? device.data : 'auto';
}

function environmentOf(
  before: InferenceRecord['runtime'],
  now: InferenceRecord['runtime'],
): ReplayDifference[] {
  const keys = [
    'device',
    'precision',
    'threads',
    'onnxruntime',
    'node',
    'platform',
    'overread',
    'decoder',
  ] as const;
  const differences = keys.flatMap((where) =>
    before[where] === now[where] ? [] : [{ where, recorded: String(before[where]), now: String(now[where]) }],
  );
  const [was, is] = [before.remote, now.remote].map((remote) =>
    remote === undefined ? 'none' : remoteWords(remote),
  ) as [string, string];
  return was === is ? differences : [...differences, { where: 'server', recorded: was, now: is }];
}

/**
 * What cannot be shown of a result that a server computed. Images, preprocessing, postprocessing and thresholds are ours and are replayed in any
 * case; the network is run by the same server where it is there, and else by this machine.
 */
function limitsOf(
  { remote: before }: InferenceRecord['runtime'],
  { remote: now, fallback, device }: InferenceRecord['runtime'],
): string[] {
  if (before === undefined) return [];
  const weights =
    'Which weights and which precision the server used cannot be seen from here; it was used because it gave the golden cases of the pack.';
  if (now !== undefined && isSameServer(before, now))
    return [`The network was run again by server ${remoteWords(now)}. ${weights}`];
  if (now !== undefined)
    return [
      `The network was run by server ${remoteWords(now)}, and for the record by ${remoteWords(before)}. ${weights}`,
    ];
  const why = fallback === undefined ? '' : ` (${fallback.replace(/\.$/, '')})`;
  return [
    `Server ${remoteWords(before)} ran the network for the record. It was not asked again${why}; the network was run on this machine (${device}) with the weights of the pack. ${weights}`,
  ];
}

async function runAgain(request: ReplayRequest, recorded: Recorded, found: Found): Promise<Recorded> {
  const { engine, signal } = request;
  const { record } = recorded;
  const again: AnalyzeRequest = {
    studyInstanceUID: record.studyInstanceUID,
    inputs: found.inputs,
    stated: found.stated,
    modelIds: [record.model.id],
    device: deviceOf(record),
    withMaps: false,
    exactly: { version: record.model.version, sha256: record.model.sha256 },
  };
  const [outcome] = await engine.analyze(again, signal);
  if (outcome === undefined) throw notPossible('The engine gave no result.');
  return outcome;
}

/**
 * Runs a record again on the files, the model, the facts and the device that it names, and lays what comes out beside it. Nothing of it
 * is kept but an audit entry: the record stays what it was.
 *
 * @throws Refused `record-unknown`; Cancelled. What keeps a record from being replayed is its verdict `not-possible`, with the reason.
 */
export async function replayRecord(request: ReplayRequest): Promise<ReplayReport> {
  const { store, engine, compare, recordId, actor, signal } = request;
  const stored = store.results.record(recordId);
  const record = stored ?? (await looseRecord(store, recordId));
  if (record === undefined) {
    throw new Refused(
      'record-unknown',
      `There is no record ${recordId}. 'overread analyze --json' gives the id of each result (recordId).`,
      { recordId },
    );
  }
  const outputs =
    stored === undefined
      ? ((await looseSources(store, recordId))?.outputs ?? [])
      : store.results.outputs(recordId);
  const report = {
    recordId,
    studyInstanceUID: record.studyInstanceUID,
    model: { id: record.model.id, version: record.model.version, sha256: record.model.sha256 },
    tolerance: REPLAY_TOLERANCE,
    outputsCompared: outputs.length > 0,
    limits: [] as string[],
  };
  const recorded = { record, outputs };
  let answer: ReplayReport;
  try {
    if (record.result.reason?.startsWith(STOPPED) === true)
      throw notPossible(`Nothing ran for this record. ${record.result.reason}.`);
    requireModel(engine, record);
    const found = stored === undefined ? await fromFiles(store, record, signal) : fromStore(store, record);
    try {
      const now = await runAgain(request, recorded, found);
      const { differences, largest, identical } = compare(recorded, now);
      answer = {
        ...report,
        verdict: identical ? 'identical' : differences.length === 0 ? 'within-tolerance' : 'different',
        reason: now.record.result.reason === record.result.reason ? null : now.record.result.reason,
        largestDifference: largest,
        differences: [...differences],
        environment: environmentOf(record.runtime, now.record.runtime),
        limits: limitsOf(record.runtime, now.record.runtime),
      };
    } finally {
      await found.clear();
    }
  } catch (thrown) {
    if (!(thrown instanceof OverreadError) || thrown.code !== 'replay-not-possible') throw thrown;
    answer = {
      ...report,
      verdict: 'not-possible',
      reason: thrown.message,
      largestDifference: 0,
      differences: [],
      environment: [],
      outputsCompared: false,
    };
  }
  store.audit.append({
    actor,
    action: 'replay',
    studyInstanceUID: record.studyInstanceUID,
    detail: { recordId, verdict: answer.verdict, largestDifference: answer.largestDifference },
  });
  return answer;
}

/** Ids of every record made since a time (ISO 8601, UTC), of studies and of files. */
export async function recordIdsSince(store: Store, since: string): Promise<string[]> {
  return [...store.results.recordIds(since), ...(await looseRecordIds(store, since))];
}
