import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import type { PackVolume } from '../shared/pack-volume.ts';
import type { Device, Measurement, ModelResult, OutputMap, RawOutput } from '../shared/analysis.ts';
import type { WireError } from '../shared/errors.ts';
import type { AnalysisOutcome, CancelSignal } from '../shared/ports.ts';
import { modelOf, NO_TIME, type OutcomeSubject, outcomeWithoutResult, recordOf } from './build-outcome.ts';
import type { EngineRuntime, VolumeReply } from './engine-protocol.ts';
import type { ShelvedPack } from './pack-shelf.ts';
import { type Chosen, type EngineParts, runWithFallback } from './run-with-fallback.ts';
import { selectVolumes, type VolumeInput } from './select-volumes.ts';

/** What the child said of one stack. */
interface HeardVolume {
  readonly input: VolumeInput;
  readonly reply: VolumeReply;
}

/** Its answer, or what kept a slice from being read; null where it said nothing. */
type Heard = VolumeReply | { readonly type: 'volume-refused'; readonly error: WireError } | null;

/** One stack in the child on one device. */
async function runInChild(
  parts: EngineParts,
  pack: ShelvedPack,
  input: VolumeInput,
  { request, modelId }: OutcomeSubject,
  device: Device,
  signal: CancelSignal | undefined,
): Promise<{ heard: Heard; runtime: EngineRuntime }> {
  // A member, since what a callback assigns is not seen by the compiler.
  const said: { heard: Heard } = { heard: null };
  const { directory, manifestSha256 } = pack;
  const { seriesInstanceUID, shape, spacing, directions, slices } = input;
  const runtime = await parts.runner.run(
    {
      type: 'volume',
      pack: { directory, manifestSha256 },
      device,
      stack: {
        seriesInstanceUID,
        shape: [...shape],
        spacing: [...spacing],
        directions: [[...directions[0]], [...directions[1]], [...directions[2]]],
        slices: slices.map(({ input: { header, sha256, location }, frame }) => ({
          path: location.path,
          sha256,
          sopInstanceUID: header.sopInstanceUID,
          frame,
        })),
      },
      mapsDirectory: request.withMaps ? parts.mapsFolder() : null,
      outputs: request.withOutputs ?? true,
    },
    {
      onReply: (reply) => {
        if (reply.type === 'volume' || reply.type === 'volume-refused') said.heard = reply;
        else if (reply.type === 'progress') {
          const { phase, done, of } = reply;
          request.onProgress?.({ modelId, what: input.words, phase, done, of });
        }
      },
      onRestart: () => {
        said.heard = null;
      },
    },
    signal,
  );
  return { heard: said.heard, runtime };
}

async function fetchMasks({ input, reply }: HeardVolume, modelId: string): Promise<OutputMap[]> {
  const maps: OutputMap[] = [];
  for (const { outputId, slice, path } of reply.maps) {
    const png = new Uint8Array(await readFile(path));
    await rm(path);
    const at = input.slices[slice];
    if (at === undefined) continue;
    const { sopInstanceUID } = at.input.header;
    maps.push({ sopInstanceUID, frame: at.frame, modelId, outputId, kind: 'mask', png });
  }
  return maps;
}

function measurementsOf({ input, reply }: HeardVolume, several: boolean): Measurement[] {
  return reply.segmentations.map(({ label, volume_ml, sopInstanceUID, seriesInstanceUID }) => ({
    name: several ? `${label} volume, ${input.words}` : `${label} volume`,
    value: volume_ml,
    unit: 'ml',
    sopInstanceUID,
    seriesInstanceUID,
  }));
}

function completed(
  subject: OutcomeSubject,
  heard: readonly HeardVolume[],
  runtime: EngineRuntime,
  maps: readonly OutputMap[],
): AnalysisOutcome {
  const timings_ms = { ...NO_TIME };
  for (const { reply } of heard) {
    for (const step of ['decode', 'preprocess', 'run', 'postprocess'] as const)
      timings_ms[step] += reply.timings_ms[step];
  }
  const result: ModelResult = {
    model: modelOf(subject),
    status: 'completed',
    reason: null,
    device: runtime.device,
    recordId: randomUUID(),
    scores: [],
    findings: [],
    measurements: heard.flatMap((one) => measurementsOf(one, heard.length > 1)),
    segmentations: heard.flatMap(({ reply }) => reply.segmentations),
    timings_ms,
  };
  const inputs = heard.flatMap(({ input, reply }) =>
    input.slices.map(({ input: { header, sha256 }, frame }, at) => ({
      sopInstanceUID: header.sopInstanceUID,
      frame,
      fileSha256: sha256,
      pixelSha256: reply.pixelSha256[at] ?? '',
    })),
  );
  const outputs = heard.flatMap(({ input, reply }) =>
    reply.outputs.map(({ name, ...rest }): RawOutput => {
      const [first] = input.slices;
      return {
        sopInstanceUID: first?.input.header.sopInstanceUID ?? '',
        frame: first?.frame ?? 0,
        output: name,
        ...rest,
      };
    }),
  );
  const record = recordOf(subject, result, inputs, runtime);
  const volume = subject.pack?.manifest.volume;
  const grids = heard.map(({ reply }) => reply.grid);
  return {
    record: volume === undefined ? record : { ...record, volume: { ...volume, grids } },
    maps,
    outputs,
  };
}

/** Whole stacks are not sent to a server: this machine reads them. */
function localDevice(parts: EngineParts, pack: ShelvedPack, asked: Device): Chosen {
  const { remote, ...chosen } = parts.chooseDevice(pack, asked);
  if (chosen.device !== 'remote') return chosen;
  const named = remote === undefined ? 'a server' : `server ${remote.address.name}`;
  return {
    device: 'cpu',
    fallback: `${named} was asked for; packs that read volumes run on this machine only`,
  };
}

/** All of the stacks or none: a result that leaves one out says less than it seems to. */
async function readVolumes(
  parts: EngineParts,
  pack: ShelvedPack,
  volumes: readonly VolumeInput[],
  subject: OutcomeSubject,
  signal: CancelSignal | undefined,
): Promise<AnalysisOutcome> {
  const all: HeardVolume[] = [];
  const maps: OutputMap[] = [];
  const runtimes: EngineRuntime[] = [];
  for (const input of volumes) {
    const answer = await runWithFallback(
      parts,
      localDevice(parts, pack, subject.request.device),
      ({ device }) => runInChild(parts, pack, input, subject, device, signal),
      () => {},
    );
    const { heard } = answer;
    if (heard?.type === 'volume-refused') {
      const words = `A slice of ${input.words} cannot be read, so the model gives no result for this study: ${heard.error.message}`;
      return outcomeWithoutResult(subject, heard.error.type === 'refused' ? 'abstained' : 'failed', words);
    }
    if (heard === null || heard.pixelSha256.length !== input.slices.length) break;
    runtimes.push(answer.runtime);
    const one = { input, reply: heard };
    all.push(one);
    maps.push(...(await fetchMasks(one, subject.modelId)));
  }
  // One that fell back to the CPU is what has to be told.
  const runtime = runtimes.find(({ fallback }) => fallback !== null) ?? runtimes[0];
  if (runtime !== undefined && all.length === volumes.length) return completed(subject, all, runtime, maps);
  return outcomeWithoutResult(subject, 'failed', 'The engine did not answer for every series.');
}

/** One model over the stacks of a study that it reads, one after the other; abstains where there is none. */
export async function analyzeVolumes(
  parts: EngineParts,
  pack: ShelvedPack,
  limits: PackVolume,
  subject: OutcomeSubject,
  signal: CancelSignal | undefined,
): Promise<AnalysisOutcome> {
  const { request } = subject;
  const selected = selectVolumes(pack.manifest, limits, request.inputs, request.stated);
  if ('abstains' in selected) return outcomeWithoutResult(subject, 'abstained', selected.abstains);
  const { volumes, stated, notes } = selected;
  return readVolumes(parts, pack, volumes, { ...subject, stated, notes }, signal);
}
