import type { Segmentation, VolumeGrid } from '../../shared/analysis.ts';
import type { ModelSession } from '../session.ts';
import { type KeptProbabilities, ProbabilityKeeper } from './keep-probabilities.ts';
import { type BitMask, MaskWriter } from './masks.ts';
import { placeVolume } from './placement.ts';
import { type OnPlane, runVolume, type VolumeModel } from './run-volume.ts';
import type { Volume } from './volume.ts';

export interface SegmentedVolume {
  /** One a class of the pack, in its order. */
  readonly masks: readonly BitMask[];
  readonly grid: Omit<VolumeGrid, 'seriesInstanceUID'>;
  readonly kept: KeptProbabilities;
  readonly run_ms: number;
}

/**
 * A stack through a network and back: masks on the image's own grid.
 *
 * @param onPlane Sees each plane of probabilities too; for tests and golden cases.
 */
export async function segmentVolume(
  model: VolumeModel,
  session: Pick<ModelSession, 'run'>,
  volume: Volume,
  onWindow: (done: number, of: number) => Promise<void> = () => Promise.resolve(),
  onPlane: OnPlane = () => {},
): Promise<SegmentedVolume> {
  const placement = placeVolume(volume, model.volume);
  const writer = new MaskWriter(volume.shape, placement, model.output);
  const keeper = new ProbabilityKeeper(placement.shape);
  const all: OnPlane = (index, values, channels) => {
    keeper.plane(index, values, channels);
    writer.plane(index, values, channels);
    onPlane(index, values, channels);
  };
  const { windows, run_ms } = await runVolume(model, session, volume, placement, all, onWindow);
  return {
    masks: writer.masks,
    grid: {
      imageShape: [...volume.shape],
      imageSpacing: [...volume.spacing],
      modelShape: [...placement.shape],
      modelSpacing: [...placement.spacing],
      windows,
    },
    kept: await keeper.done(),
    run_ms,
  };
}

/** Numbers of a mask: voxels, slices with any, millilitres. */
export function measureMask(
  mask: BitMask,
  spacing: Volume['spacing'],
): Pick<Segmentation, 'voxels' | 'volume_ml' | 'slices' | 'slicesWith'> {
  const [slices, rows, columns] = mask.shape;
  const line = new Uint8Array(rows * columns);
  let voxels = 0;
  let slicesWith = 0;
  for (let at = 0; at < slices; at++) {
    const count = mask.slice(at, line);
    voxels += count;
    if (count > 0) slicesWith++;
  }
  const millilitres = (voxels * spacing[0] * spacing[1] * spacing[2]) / 1000;
  return { voxels, volume_ml: millilitres, slices, slicesWith };
}
