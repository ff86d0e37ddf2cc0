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
import { placementIn } from '../../inference/preprocess/letterbox.ts';
import { foreignReason } from '../../inference/postprocess/out-of-domain.ts';
import { parityOf } from '../../inference/parity.ts';
import { hashOfValues, packValues } from '../../inference/raw-output.ts';
import { runImage } from '../../inference/run-image.ts';
import { runGoldens } from '../../inference/run-goldens.ts';
import { INTRA_OP_THREADS, type ModelSession, openOnDevice } from '../../inference/session.ts';
import { missingCaseError, toWire } from '../../shared/errors.ts';
import type { Models } from './models.ts';
import type { PrepareTask } from './prepare-worker.ts';
import type { Preparer } from './preparer.ts';
import { serveVolume } from './serve-volume.ts';
import { tellProgress } from './tell-progress.ts';

type AnalyzeRequest = Extract<EngineRequest, { type: 'analyze' }>;
type RawOutputs = Extract<EngineReply, { type: 'image' }>['outputs'];
type Send = (reply: EngineReply) => void;

function keyOf(request: AnalyzeRequest, index: number): string {
  return `${request.id}/${index}`;
}

/** After a failure, what was prepared ahead for the request makes room for the next. */
function forgetImages(request: AnalyzeRequest, preparer: Preparer): void {
  for (const index of request.images.keys()) preparer.forget(keyOf(request, index));
}

/** The preparation of each image of a request. */
export function prepareTasks(request: AnalyzeRequest, pack: LoadedPack): PrepareTask[] {
  const { id, preprocess, input } = pack.manifest;
  return request.images.map((image, index) => ({
    key: keyOf(request, index),
    image,
    manifest: { id, preprocess, input },
  }));
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
function packOutputs(outputs: Awaited<ReturnType<ModelSession['run']>>): Promise<RawOutputs> {
  return Promise.all(
    [...outputs].map(async ([name, { values, shape }]) => ({
      name,
      shape: [...shape],
      sha256: hashOfValues(values),
      data: await packValues(values, shape.at(-1)),
    })),
  );
}

async function analyzeImage(
  request: AnalyzeRequest,
  image: ImageRequest,
  index: number,
  task: PrepareTask,
  parts: { pack: LoadedPack; session: ModelSession; preparer: Preparer; send: Send },
): Promise<void> {
  const { pack, session, preparer, send } = parts;
  const { id } = request;
  let prepared: Awaited<ReturnType<Preparer['take']>>;
  try {
    prepared = await preparer.take(task);
  } catch (thrown) {
    send({ type: 'image-refused', id, index, error: toWire(thrown) });
    return;
  }
  const began = performance.now();
  const outputs = await runImage(
    pack.manifest,
    session,
    prepared.input,
    image,
    tellProgress(id, 'run', send),
  );
  const ran = performance.now();
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
  const timings_ms = { ...prepared.timings_ms, run: ran - began, postprocess: performance.now() - ran };
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

/** Works off one request; every end is said: `done` or `failed`. */
export async function serveRequest(
  request: EngineRequest,
  models: Models,
  preparer: Preparer,
  send: Send,
): Promise<void> {
  const { id } = request;
  send({ type: 'started', id });
  try {
    const pack = models.pack(request.pack);
    // A parity check asks for the device itself: nothing else may answer in its place.
    const session = await models.session(request.pack, request.type === 'parity' ? 'cpu' : request.device);
    switch (request.type) {
      case 'analyze': {
        const tasks = prepareTasks(request, pack);
        for (const [index, image] of request.images.entries()) {
          const task = tasks[index] as PrepareTask;
          await analyzeImage(request, image, index, task, { pack, session, preparer, send });
        }
        break;
      }
      case 'volume':
        await serveVolume(request, pack, session, send);
        break;
      case 'goldens':
        for (const check of await runGoldens(pack, session)) send({ type: 'golden', id, check });
        break;
      case 'parity': {
        const device = await openOnDevice(pack, request.device);
        send({ type: 'parity', id, parity: await parityOf(pack, session, device) });
        await device.release();
        break;
      }
      default:
        throw missingCaseError(request);
    }
    const { device, fallback } = session;
    const runtime = {
      device,
      fallback,
      onnxruntime: session.onnxruntime,
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
      threads: INTRA_OP_THREADS,
    };
    send({ type: 'done', id, runtime });
  } catch (thrown) {
    if (request.type === 'analyze') forgetImages(request, preparer);
    send({ type: 'failed', id, error: toWire(thrown) });
  }
}
