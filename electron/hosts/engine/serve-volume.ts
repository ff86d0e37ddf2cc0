import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineReply, EngineRequest } from '../../inference/engine-protocol.ts';
import type { LoadedPack } from '../../inference/load-pack.ts';
import { encodeGreyPng } from '../../inference/postprocess/encode-png.ts';
import type { ModelSession } from '../../inference/session.ts';
import type { BitMask } from '../../inference/volume/masks.ts';
import { type ReadVolume, readVolume } from '../../inference/volume/read-volume.ts';
import { volumeModelOf } from '../../inference/volume/run-volume.ts';
import { measureMask, segmentVolume } from '../../inference/volume/segment-volume.ts';
import { Bug, toWire } from '../../shared/errors.ts';
import { tellProgress } from './tell-progress.ts';

type VolumeRequest = Extract<EngineRequest, { type: 'volume' }>;
type Send = (reply: EngineReply) => void;

async function writeMasks(
  masks: readonly { readonly id: string; readonly mask: BitMask }[],
  directory: string,
  request: number,
): Promise<{ outputId: string; slice: number; path: string }[]> {
  const written = [];
  for (const { id, mask } of masks) {
    const [slices, rows, columns] = mask.shape;
    const pixels = new Uint8Array(rows * columns);
    for (let slice = 0; slice < slices; slice++) {
      if (mask.slice(slice, pixels) === 0) continue;
      const path = join(directory, `${request}.${slice}.${id}.png`);
      await writeFile(path, encodeGreyPng(rows, columns, pixels), { mode: 0o600 });
      written.push({ outputId: id, slice, path });
    }
  }
  return written;
}

/** Reads one stack, runs the model over it and answers with `volume`; progress goes before it. */
export async function serveVolume(
  request: VolumeRequest,
  pack: LoadedPack,
  session: ModelSession,
  send: Send,
): Promise<void> {
  const { id, stack } = request;
  const model = volumeModelOf(pack.manifest);
  const [first] = stack.slices;
  if (model === null || first === undefined) throw new Bug(`Model ${pack.manifest.id} reads no volumes.`);
  const { shape, spacing, directions, seriesInstanceUID } = stack;
  const modality = model.volume.steps.some((step) => step.op === 'modality-lut');
  const reading = tellProgress(id, 'read', send);
  let read: ReadVolume;
  try {
    const geometry = { shape, spacing, directions };
    read = await readVolume(stack.slices, geometry, modality, (done) => reading(done, shape[0]));
  } catch (thrown) {
    send({ type: 'volume-refused', id, error: toWire(thrown) });
    return;
  }
  const began = performance.now();
  const { masks, grid, kept, run_ms } = await segmentVolume(
    model,
    session,
    read.volume,
    tellProgress(id, 'run', send),
  );
  const segmented = performance.now();
  const named = model.output.classes.map((one, at) => ({ ...one, mask: masks[at] as BitMask }));
  const segmentations = named.map(({ id: outputId, label, code, mask }) => ({
    outputId,
    label,
    code: code ?? null,
    seriesInstanceUID,
    sopInstanceUID: first.sopInstanceUID,
    ...measureMask(mask, spacing),
  }));
  const maps = request.mapsDirectory === null ? [] : await writeMasks(named, request.mapsDirectory, id);
  send({
    type: 'volume',
    id,
    pixelSha256: [...read.pixelSha256],
    segmentations,
    grid: { seriesInstanceUID, ...grid },
    outputs: request.outputs ? [{ name: model.output.name, ...kept, shape: [...kept.shape] }] : [],
    maps,
    timings_ms: {
      decode: read.decode_ms,
      // Sampling, adding up and bringing back go on between the runs.
      preprocess: segmented - began - run_ms,
      run: run_ms,
      postprocess: performance.now() - segmented,
    },
  });
}
