import { randomUUID } from 'node:crypto';
import type { AiFinding, InferenceRecord, ModelResult, OutputMap, RawOutput } from '../shared/analysis.ts';
import type { AnalysisInput, AnalysisOutcome, AnalyzeRequest } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import type { EngineRuntime, ImageReply } from './engine-protocol.ts';
import type { ShelvedPack } from './pack-shelf.ts';

/** What a result is about, whatever became of it. */
export interface OutcomeSubject {
  readonly request: AnalyzeRequest;
  readonly overreadVersion: string;
  /** Null where the pack was refused before its version was known. */
  readonly pack: ShelvedPack | null;
  readonly modelId: string;
  readonly stated: Stated;
  readonly notes: readonly string[];
  /** The server that inputs went to, or may have; set when it is known, whatever becomes of the rest. */
  readonly sent: { to: string | null };
}

const NO_TIME = { decode: 0, preprocess: 0, run: 0, postprocess: 0 };

function modelOf({ pack, modelId }: OutcomeSubject): ModelResult['model'] {
  if (pack === null) return { id: modelId, version: 'unknown', sha256: 'unknown' };
  const { version, weights } = pack.manifest;
  const signature = pack.signature === null ? {} : { signature: pack.signature.state };
  return { id: modelId, version, sha256: weights.sha256, ...signature };
}

function recordOf(
  subject: OutcomeSubject,
  result: ModelResult,
  inputs: InferenceRecord['inputs'],
  runtime: EngineRuntime | null,
): InferenceRecord {
  const { request, pack, overreadVersion } = subject;
  return {
    recordId: result.recordId ?? '',
    studyInstanceUID: request.studyInstanceUID,
    createdAt: new Date().toISOString(),
    inputs,
    model: { ...result.model, manifestSha256: pack?.manifestSha256 ?? 'unknown' },
    preprocess: pack?.manifest.preprocess ?? [],
    operatingPoints: pack?.manifest.operatingPoints ?? {},
    ...(pack?.manifest.calibration === undefined ? {} : { calibration: pack.manifest.calibration }),
    runtime: {
      device: runtime?.device ?? 'none',
      precision: runtime?.remote === undefined ? 'float32' : 'not stated by the server',
      threads: runtime?.threads ?? 0,
      onnxruntime: runtime?.onnxruntime ?? 'not run',
      node: runtime?.node ?? process.versions.node,
      platform: runtime?.platform ?? `${process.platform}-${process.arch}`,
      overread: overreadVersion,
      decoder: `overread ${overreadVersion}`,
      ...(runtime?.fallback == null ? {} : { fallback: runtime.fallback }),
      ...(runtime?.remote === undefined ? {} : { remote: runtime.remote }),
      ...(subject.sent.to === null ? {} : { sentTo: subject.sent.to }),
    },
    stated: { ...subject.stated },
    ...(subject.notes.length === 0 ? {} : { notes: [...subject.notes] }),
    result,
  };
}

/** A model that gave no result, and why: it abstained, or it failed. */
export function outcomeWithoutResult(
  subject: OutcomeSubject,
  status: 'abstained' | 'failed',
  reason: string,
): AnalysisOutcome {
  const result: ModelResult = {
    model: modelOf(subject),
    status,
    reason,
    device: null,
    recordId: randomUUID(),
    scores: [],
    findings: [],
    measurements: [],
    timings_ms: NO_TIME,
  };
  return { record: recordOf(subject, result, [], null), maps: [], outputs: [] };
}

function sumTimings(replies: readonly ImageReply[]): ModelResult['timings_ms'] {
  const sum = { ...NO_TIME };
  for (const { timings_ms } of replies) {
    sum.decode += timings_ms.decode;
    sum.preprocess += timings_ms.preprocess;
    sum.run += timings_ms.run;
    sum.postprocess += timings_ms.postprocess;
  }
  return sum;
}

/**
 * The result of a model that ran: scores image by image in the order of the inputs, findings by falling score, timings summed over
 * the images (decoding goes on beside the model, so their sum is more than the time that passed).
 */
export function completedOutcome(
  subject: OutcomeSubject,
  inputs: readonly AnalysisInput[],
  replies: readonly ImageReply[],
  runtime: EngineRuntime,
  maps: readonly OutputMap[],
): AnalysisOutcome {
  const recordId = randomUUID();
  const findings: AiFinding[] = replies
    .flatMap((reply) => reply.findings)
    .toSorted((a, b) => b.score - a.score)
    .map((finding, index) => ({ ...finding, id: `${recordId}.${index + 1}` }));
  const result: ModelResult = {
    model: modelOf(subject),
    status: 'completed',
    reason: null,
    device: runtime.device,
    recordId,
    scores: replies.flatMap((reply) => reply.scores),
    findings,
    measurements: replies.flatMap((reply) => reply.measurements),
    timings_ms: sumTimings(replies),
  };
  const read = inputs.map(({ header, sha256 }, index) => ({
    sopInstanceUID: header.sopInstanceUID,
    frame: 0,
    fileSha256: sha256,
    pixelSha256: replies[index]?.pixelSha256 ?? '',
  }));
  const outputs = read.flatMap(({ sopInstanceUID, frame }, index) =>
    (replies[index]?.outputs ?? []).map(
      ({ name, ...rest }): RawOutput => ({ sopInstanceUID, frame, output: name, ...rest }),
    ),
  );
  return { record: recordOf(subject, result, read, runtime), maps, outputs };
}
