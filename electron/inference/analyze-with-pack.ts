import { readFile, rm } from 'node:fs/promises';
import type { OutputMap } from '../shared/analysis.ts';
import { Cancelled, toOverreadError, type WireError } from '../shared/errors.ts';
import type { AnalysisInput, AnalysisOutcome, AnalyzeRequest, CancelSignal } from '../shared/ports.ts';
import { analyzeVolumes } from './analyze-volumes.ts';
import { completedOutcome, type OutcomeSubject, outcomeWithoutResult } from './build-outcome.ts';
import type { EngineRuntime, ImageReply, ImageRequest } from './engine-protocol.ts';
import type { ShelfLook, ShelvedPack } from './pack-shelf.ts';
import { qualityWarnings } from './postprocess/technical-quality.ts';
import { type Chosen, type EngineParts, runWithFallback } from './run-with-fallback.ts';
import { selectInputs, summarise } from './select-inputs.ts';

export type { EngineParts } from './run-with-fallback.ts';

/** What the child said of each image, by the image's place among the inputs. */
interface Heard {
  readonly images: Map<number, ImageReply>;
  readonly refused: Map<number, WireError>;
  /** Why the model's own distances take an image for one that it was not made for. */
  readonly foreign: Map<number, string>;
}

function imageRequest({ header, sha256, location }: AnalysisInput): ImageRequest {
  const { image } = header;
  if (image === null) throw new TypeError('An image without attributes was selected.');
  return {
    path: location.path,
    sha256,
    sopInstanceUID: header.sopInstanceUID,
    frame: 0,
    rows: image.rows,
    columns: image.columns,
    pixelSpacing: image.pixelSpacing,
    spacingSource: image.spacingSource,
    patientOrientation: image.patientOrientation,
  };
}

async function runInChild(
  parts: EngineParts,
  pack: ShelvedPack,
  inputs: readonly AnalysisInput[],
  request: AnalyzeRequest,
  { device, remote }: Omit<Chosen, 'fallback'>,
  signal: CancelSignal | undefined,
): Promise<{ heard: Heard; runtime: EngineRuntime }> {
  const heard: Heard = { images: new Map(), refused: new Map(), foreign: new Map() };
  const { directory, manifestSha256 } = pack;
  const runtime = await parts.runner.run(
    {
      type: 'analyze',
      pack: { directory, manifestSha256 },
      device,
      ...(remote === undefined ? {} : { remote }),
      images: inputs.map(imageRequest),
      mapsDirectory: request.withMaps ? parts.mapsFolder() : null,
      outputs: request.withOutputs ?? true,
      occlusion: request.withMaps && request.withOcclusion === true,
    },
    {
      onReply: (reply) => {
        if (reply.type === 'image') heard.images.set(reply.index, reply);
        else if (reply.type === 'image-refused') heard.refused.set(reply.index, reply.error);
        else if (reply.type === 'image-foreign') heard.foreign.set(reply.index, reply.reason);
      },
      onRestart: () => {
        heard.images.clear();
        heard.refused.clear();
        heard.foreign.clear();
      },
    },
    signal,
  );
  return { heard, runtime };
}

/** Brings the maps of an image in, and removes them from the folder that they came through. */
async function fetchMaps(reply: ImageReply, input: AnalysisInput, modelId: string): Promise<OutputMap[]> {
  const maps: OutputMap[] = [];
  for (const { outputId, kind, path } of reply.maps) {
    const png = new Uint8Array(await readFile(path));
    await rm(path);
    maps.push({ sopInstanceUID: input.header.sopInstanceUID, frame: 0, modelId, outputId, kind, png });
  }
  return maps;
}

function unread(refused: Heard['refused'], images: number): string {
  const [first] = refused.values();
  const count =
    images === 1 ? 'The image' : `${refused.size} of the ${images} images that the model would read`;
  return `${count} cannot be read, so the model gives no result for this study: ${first?.message ?? ''}`;
}

async function readInputs(
  parts: EngineParts,
  pack: ShelvedPack,
  inputs: readonly AnalysisInput[],
  subject: OutcomeSubject,
  signal: CancelSignal | undefined,
): Promise<AnalysisOutcome> {
  const sent = (server: string): void => void (subject.sent.to = server);
  const { request } = subject;
  const { heard, runtime } = await runWithFallback(
    parts,
    parts.chooseDevice(pack, request.device),
    (chosen) => runInChild(parts, pack, inputs, request, chosen, signal),
    sent,
  );
  const replies: ImageReply[] = [];
  const read: AnalysisInput[] = [];
  const maps: OutputMap[] = [];
  for (const [index, input] of inputs.entries()) {
    const reply = heard.images.get(index);
    if (reply === undefined) continue;
    replies.push(reply);
    read.push(input);
    maps.push(...(await fetchMaps(reply, input, subject.modelId)));
  }
  if (heard.refused.size > 0) {
    // What the decoder refuses is the file's fault; anything else that kept an image from being read is ours.
    const status = [...heard.refused.values()].every((error) => error.type === 'refused')
      ? 'abstained'
      : 'failed';
    return outcomeWithoutResult(subject, status, unread(heard.refused, inputs.length));
  }
  if (replies.length + heard.foreign.size !== inputs.length) {
    return outcomeWithoutResult(subject, 'failed', 'The engine did not answer for every image.');
  }
  const warned = [...subject.notes, ...warnings(pack, replies)];
  if (heard.foreign.size === 0)
    return completedOutcome({ ...subject, notes: warned }, inputs, replies, runtime, maps);
  const foreign = summarise([...heard.foreign.values()], inputs.length);
  if (replies.length === 0) return outcomeWithoutResult(subject, 'abstained', foreign);
  const notes = [...warned, `Not read: ${foreign}`];
  return completedOutcome({ ...subject, notes }, read, replies, runtime, maps);
}

/** What the images' own measurements say of how they were taken, where the pack has limits for it; each sentence once. */
function warnings({ manifest }: ShelvedPack, replies: readonly ImageReply[]): string[] {
  const said = manifest.outputs.flatMap((output) => {
    if (output.kind !== 'mask' || output.quality === undefined) return [];
    const { label, quality } = output;
    return replies.flatMap(({ measurements }) => qualityWarnings(label, quality, measurements));
  });
  return [...new Set(said)];
}

/**
 * One model's outcome on one study: the domain first, then the run. Images that the model's own distances take for foreign are left
 * out as those outside its domain are; with none left it abstains. A refused pack, a crash, a kill from outside or a model that gives
 * nonsense is a failed outcome with its reason, and nothing else is harmed by it.
 *
 * @throws Cancelled.
 */
export async function analyzeWithPack(
  parts: EngineParts,
  look: ShelfLook,
  modelId: string,
  request: AnalyzeRequest,
  signal: CancelSignal | undefined,
): Promise<AnalysisOutcome> {
  const { overreadVersion } = parts;
  let subject: OutcomeSubject = {
    request,
    overreadVersion,
    pack: null,
    modelId,
    // All that was stated, until it is known which of it was used: an abstention may be because of any.
    stated: request.stated,
    notes: [],
    sent: { to: null },
  };
  try {
    const pack = look.pack(modelId, request.exactly);
    subject = { ...subject, pack };
    const stopped = parts.stopped(modelId, pack.manifest.version);
    if (stopped !== null) return outcomeWithoutResult(subject, 'abstained', stopped);
    const { volume } = pack.manifest;
    if (volume !== undefined) return await analyzeVolumes(parts, pack, volume, subject, signal);
    const selected = selectInputs(pack.manifest, request.inputs, request.stated);
    if ('abstains' in selected) return outcomeWithoutResult(subject, 'abstained', selected.abstains);
    subject = { ...subject, stated: selected.stated, notes: selected.notes };
    return await readInputs(parts, pack, selected.inputs, subject, signal);
  } catch (thrown) {
    const error = toOverreadError(thrown);
    if (error.type === 'cancelled') throw new Cancelled();
    return outcomeWithoutResult(subject, 'failed', error.message);
  }
}
