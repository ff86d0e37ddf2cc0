import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineReply, EngineRequest, ImageRequest } from '../../inference/engine-protocol.ts';
import type { LoadedPack } from '../../inference/load-pack.ts';
import {
  drawHeatmap,
  interpretOutputs,
  type ReadOutputs,
} from '../../inference/postprocess/interpret-outputs.ts';
import { occlusionMaps } from '../../inference/postprocess/occlusion.ts';
import { foreignReason } from '../../inference/postprocess/out-of-domain.ts';
import type { PreparedImage } from '../../inference/prepare-image.ts';
import { placementIn } from '../../inference/preprocess/letterbox.ts';
import { hashOfValues, packValues } from '../../inference/raw-output.ts';
import type { ModelSession } from '../../inference/session.ts';
import { toWire } from '../../shared/errors.ts';
import type { PrepareTask } from './prepare-worker.ts';
import type { Preparer } from './preparer.ts';

type AnalyzeRequest = Extract<EngineRequest, { type: 'analyze' }>;
type RawOutputs = Extract<EngineReply, { type: 'image' }>['outputs'];
type Outputs = Awaited<ReturnType<ModelSession['run']>>;

export interface AnalyzeParts {
  readonly pack: LoadedPack;
  readonly session: ModelSession;
  readonly preparer: Preparer;
  readonly send: (reply: EngineReply) => void;
}

/** An image that is ready for the network, and its place in the request. */
interface Ready {
  readonly index: number;
  readonly image: ImageRequest;
  readonly prepared: PreparedImage;
}

async function writeMaps(
  maps: ReadOutputs['maps'],
  directory: string,
  name: string,
): Promise<{ outputId: string; kind: 'mask' | 'heatmap'; path: string }[]> {
  const written = [];
  for (const { outputId, kind, png } of maps) {
    const path = join(directory, `${name}.${outputId}.png`);
    await writeFile(path, png, { mode: 0o600 });
    written.push({ outputId, kind, path });
  }
  return written;
}

/** For the record, beside what is made of them. */
function packOutputs(outputs: Outputs): Promise<RawOutputs> {
  return Promise.all(
    [...outputs].map(async ([name, { values, shape }]) => ({
      name,
      shape: [...shape],
      sha256: hashOfValues(values),
      data: await packValues(values, shape.at(-1)),
    })),
  );
}

/** Makes of the network's outputs what they mean for the image, and says it. */
async function tell(
  request: AnalyzeRequest,
  { index, image, prepared }: Ready,
  outputs: Outputs,
  run: number,
  { pack, session, send }: AnalyzeParts,
): Promise<void> {
  const { id } = request;
  const began = performance.now();
  const foreign = foreignReason(pack.manifest, outputs);
  if (foreign !== null) {
    send({ type: 'image-foreign', id, index, reason: foreign });
    return;
  }
  const packing = request.outputs ? packOutputs(outputs) : [];
  const { maps, ...read } = interpretOutputs(pack.manifest, outputs, image, request.mapsDirectory !== null);
  if (request.occlusion) {
    for (const { id: name, grid } of await occlusionMaps(session, pack.manifest, prepared.input)) {
      maps.push(drawHeatmap(name, grid, image, placementIn(pack.manifest.preprocess, image)));
    }
  }
  const written =
    request.mapsDirectory === null ? [] : await writeMaps(maps, request.mapsDirectory, `${id}.${index}`);
  const timings_ms = { ...prepared.timings_ms, run, postprocess: performance.now() - began };
  send({
    type: 'image',
    id,
    index,
    pixelSha256: prepared.pixelSha256,
    outputs: await packing,
    ...read,
    maps: written,
    timings_ms,
  });
}

/** The next images of the request, at most `most`; those that cannot be read are said, and are not among them. */
async function take(
  request: AnalyzeRequest,
  tasks: readonly PrepareTask[],
  indices: readonly number[],
  { preparer, send }: AnalyzeParts,
): Promise<Ready[]> {
  const ready: Ready[] = [];
  for (const index of indices) {
    try {
      const prepared = await preparer.take(tasks[index] as PrepareTask);
      ready.push({ index, image: request.images[index] as ImageRequest, prepared });
    } catch (thrown) {
      send({ type: 'image-refused', id: request.id, index, error: toWire(thrown) });
    }
  }
  return ready;
}

/**
 * Runs each image of a request through the network, several in one go where the device takes them so; their time is then divided among
 * them.
 *
 * @throws what the device throws; then nothing more is said of the request's images.
 */
export async function analyzeImages(
  request: AnalyzeRequest,
  tasks: readonly PrepareTask[],
  parts: AnalyzeParts,
): Promise<void> {
  const { session } = parts;
  const most = session.batch?.most ?? 1;
  for (let first = 0; first < tasks.length; first += most) {
    const indices = [...tasks.keys()].slice(first, first + most);
    const group = await take(request, tasks, indices, parts);
    const inputs = group.map(({ prepared }) => prepared.input);
    const began = performance.now();
    const answers =
      session.batch !== undefined && inputs.length > 1
        ? await session.batch.run(inputs)
        : await Promise.all(inputs.map((input) => session.run(input)));
    const each = (performance.now() - began) / group.length;
    for (const [place, one] of group.entries())
      await tell(request, one, answers[place] as Outputs, each, parts);
  }
}
