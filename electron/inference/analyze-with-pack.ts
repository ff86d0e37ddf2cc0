import { readFile, rm } from 'node:fs/promises';
import type { Device, OutputMap } from '../shared/analysis.ts';
import { Cancelled, toOverreadError, type WireError } from '../shared/errors.ts';
import type { AnalysisInput, AnalysisOutcome, AnalyzeRequest, CancelSignal } from '../shared/ports.ts';
import { completedOutcome, type OutcomeSubject, outcomeWithoutResult } from './build-outcome.ts';
import type { ChildRunner } from './child-runner.ts';
import type { EngineRuntime, ImageReply, ImageRequest, RemoteUse } from './engine-protocol.ts';
import type { PackShelf, ShelfLook, ShelvedPack } from './pack-shelf.ts';
import type { RemoteStanding } from './remote-standing.ts';
import { selectInputs, summarise } from './select-inputs.ts';

export interface EngineParts {
  readonly runner: ChildRunner;
  readonly shelf: PackShelf;
  /** The folder through which maps come from the child. */
  readonly mapsFolder: () => string;
  readonly overreadVersion: string;
  /** The device for a pack by what was asked for and the last self-test, and why it is another one. */
  readonly chooseDevice: (pack: ShelvedPack, asked: Device) => Chosen;
  readonly remote: Pick<RemoteStanding, 'failed' | 'worked'>;
}

interface Chosen {
  readonly device: Device;
  readonly fallback: string | null;
  /** With the device `remote`. */
  readonly remote?: RemoteUse;
}

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

function failureWords(device: Device, remote: RemoteUse | undefined, message: string): string {
  const said = message.replace(/\.$/, '');
  if (remote === undefined) return `${device} was used; ${said}`;
  const { name } = remote.address;
  return `server ${name} was asked; ${said.replace(`Server ${name} `, 'it ')}`;
}

/**
 * A device other than the CPU that fails (it took the process down with it, ran out of memory, was lost; a server that does not answer, or
 * answers nonsense) is not tried a second time: the CPU does the work, and the record says why.
 *
 * @param sent Told the name of a server before anything may go there.
 */
async function runWithFallback(
  parts: EngineParts,
  pack: ShelvedPack,
  inputs: readonly AnalysisInput[],
  request: AnalyzeRequest,
  signal: CancelSignal | undefined,
  sent: (server: string) => void,
): Promise<{ heard: Heard; runtime: EngineRuntime }> {
  const chosen = parts.chooseDevice(pack, request.device);
  const { device, fallback, remote } = chosen;
  if (remote !== undefined) sent(remote.address.name);
  const told = ({ heard, runtime }: { heard: Heard; runtime: EngineRuntime }, why: string | null) => ({
    heard,
    runtime: why === null ? runtime : { ...runtime, fallback: why },
  });
  try {
    const run = await runInChild(parts, pack, inputs, request, chosen, signal);
    if (remote !== undefined) parts.remote.worked();
    return told(run, fallback);
  } catch (thrown) {
    const error = toOverreadError(thrown);
    // What `auto` still means here is the CPU.
    if (device === 'auto' || device === 'cpu' || error.type === 'cancelled') throw thrown;
    if (remote !== undefined) parts.remote.failed(error);
    const run = await runInChild(parts, pack, inputs, request, { device: 'cpu' }, signal);
    return told(run, failureWords(device, remote, error.message));
  }
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
  const { heard, runtime } = await runWithFallback(parts, pack, inputs, subject.request, signal, sent);
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
  if (heard.foreign.size === 0) return completedOutcome(subject, inputs, replies, runtime, maps);
  const foreign = summarise([...heard.foreign.values()], inputs.length);
  if (replies.length === 0) return outcomeWithoutResult(subject, 'abstained', foreign);
  const notes = [...subject.notes, `Not read: ${foreign}`];
  return completedOutcome({ ...subject, notes }, read, replies, runtime, maps);
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
