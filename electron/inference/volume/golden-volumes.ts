import { toOverreadError, Refused } from '../../shared/errors.ts';
import { type Golden, goldenSchema, GOLDEN_TOLERANCE } from '../../shared/pack.ts';
import type { GoldenCheck } from '../../shared/ports.ts';
import { type LoadedPack, readPackFile } from '../load-pack.ts';
import type { ModelSession } from '../session.ts';
import { readNifti } from './read-nifti.ts';
import type { VolumeModel } from './run-volume.ts';
import { measureMask, segmentVolume } from './segment-volume.ts';
import type { Volume } from './volume.ts';

/** What a golden volume gives here: probabilities [planes, channels, rows, columns] and the voxels of each class. */
export interface VolumeAnswer {
  readonly values: Float32Array;
  readonly voxels: Readonly<Record<string, number>>;
  readonly run_ms: number;
}

/** Voxels of a class may differ by this share, and by two: where a probability lies on the threshold, rounding decides. */
const VOXEL_SHARE = 1e-3;

function goldenVolume(pack: LoadedPack, file: string, { volume }: VolumeModel): Volume {
  const read = readNifti(readPackFile(pack.directory, file));
  return volume.steps.some((step) => step.op === 'modality-lut') ? read : { ...read, slope: 1, intercept: 0 };
}

/** Runs one golden input; small enough that all of its probabilities are held. */
export async function answerOf(
  pack: LoadedPack,
  file: string,
  model: VolumeModel,
  session: Pick<ModelSession, 'run'>,
): Promise<VolumeAnswer> {
  const volume = goldenVolume(pack, file, model);
  const planes: Float32Array[] = [];
  const { masks, run_ms } = await segmentVolume(model, session, volume, undefined, (_, values) =>
    planes.push(values.slice()),
  );
  const values = new Float32Array(planes.reduce((sum, plane) => sum + plane.length, 0));
  let at = 0;
  for (const plane of planes) {
    values.set(plane, at);
    at += plane.length;
  }
  const voxels = Object.fromEntries(
    model.output.classes.map(({ id }, index) => {
      const mask = masks[index];
      return [id, mask === undefined ? 0 : measureMask(mask, volume.spacing).voxels];
    }),
  );
  return { values, voxels, run_ms };
}

type Counts = Readonly<Record<string, number>>;

function firstOff(expected: Counts, found: Counts): [id: string, count: number] | undefined {
  return Object.entries(expected).find(
    ([id, count]) =>
      !(Math.abs((found[id] ?? Number.POSITIVE_INFINITY) - count) <= Math.max(2, VOXEL_SHARE * count)),
  );
}

/** Whether two answers mark as many voxels of each class, but for rounding. */
export const sameVoxels = (expected: Counts, found: Counts): boolean =>
  firstOff(expected, found) === undefined;

function worstDifference(
  { samples, mean, length }: NonNullable<Golden['volume']>,
  values: Float32Array,
): number {
  if (values.length !== length) return Number.MAX_VALUE;
  let worst = Math.abs(mean - values.reduce((sum, value) => sum + value, 0) / values.length);
  for (const [index, expected] of samples) {
    const by = Math.abs(expected - (values[index] ?? Number.POSITIVE_INFINITY));
    if (!(by <= worst)) worst = by;
  }
  return Number.isFinite(worst) ? worst : Number.MAX_VALUE;
}

function compare(name: string, expected: Golden, { values, voxels, run_ms }: VolumeAnswer): GoldenCheck {
  if (expected.volume === undefined) throw new Refused('pack-golden', `${name} says nothing of a volume.`);
  const outputDifference = worstDifference(expected.volume, values);
  const off = firstOff(expected.volume.voxels, voxels);
  const ok = outputDifference <= GOLDEN_TOLERANCE && off === undefined;
  const counts =
    off === undefined ? '' : ` ${off[0]} has ${voxels[off[0]] ?? 'no'} voxels, ${off[1]} were expected.`;
  const reason = ok
    ? null
    : `Probabilities differ by up to ${outputDifference.toPrecision(3)}; ${GOLDEN_TOLERANCE} is allowed.${counts}`;
  return { name, ok, scoreDifference: 0, outputDifference, run_ms, reason };
}

/** The golden cases of a pack that reads volumes. */
export async function runGoldenVolumes(
  pack: LoadedPack,
  model: VolumeModel,
  session: ModelSession,
  options: { readonly stopAtFirstBad?: boolean } = {},
): Promise<GoldenCheck[]> {
  const checks: GoldenCheck[] = [];
  for (const { input, expected } of pack.manifest.golden) {
    if (options.stopAtFirstBad === true && checks.some(({ ok }) => !ok)) break;
    try {
      const golden = goldenSchema.parse(
        JSON.parse(new TextDecoder().decode(readPackFile(pack.directory, expected))),
      );
      checks.push(compare(input, golden, await answerOf(pack, input, model, session)));
    } catch (thrown) {
      const reason = `The golden case cannot be run: ${toOverreadError(thrown).message}`;
      const most = Number.MAX_VALUE;
      checks.push({
        name: input,
        ok: false,
        scoreDifference: most,
        outputDifference: most,
        run_ms: 0,
        reason,
      });
    }
  }
  return checks;
}
