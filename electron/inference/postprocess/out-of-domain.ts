import { Refused } from '../../shared/errors.ts';
import type { PackManifest } from '../../shared/pack.ts';
import type { OutputTensor } from '../session.ts';

/**
 * Why an image is none that the model was made for: a distance beyond its limit, else an estimate beyond its range; null where there is
 * neither.
 *
 * @throws Refused `output-invalid` where a distance or an estimate is not one value.
 */
export function foreignReason(
  manifest: Pick<PackManifest, 'outOfDomain' | 'outputs'>,
  outputs: ReadonlyMap<string, OutputTensor>,
): string | null {
  return distanceReason(manifest, outputs) ?? rangeReason(manifest, outputs);
}

function rangeReason(
  manifest: Pick<PackManifest, 'outputs'>,
  outputs: ReadonlyMap<string, OutputTensor>,
): string | null {
  for (const output of manifest.outputs) {
    if (output.kind !== 'regression') continue;
    const value = onlyValue(output.name, outputs);
    const [least, most] = output.range;
    if (value >= least && value <= most) continue;
    const { label, unit } = output;
    return `The estimate of ‘${label}’ lies outside of what the model was made for (${least} to ${most} ${unit}), so it is not given.`;
  }
  return null;
}

function onlyValue(name: string, outputs: ReadonlyMap<string, OutputTensor>): number {
  const values = outputs.get(name)?.values;
  const [value] = values ?? [];
  if (value !== undefined && values?.length === 1) return value;
  throw new Refused('output-invalid', `Output ${name} is not one value; a distance or an estimate is one.`);
}

/**
 * Why an image is none that the model was made for, by the pack's own distances: the reason of the rule that is exceeded by the
 * largest factor, with the distance and its limit; null where every distance lies within its limit, or the pack has no rule.
 */
function distanceReason(
  { outOfDomain = [] }: Pick<PackManifest, 'outOfDomain'>,
  outputs: ReadonlyMap<string, OutputTensor>,
): string | null {
  let worst: { readonly factor: number; readonly reason: string } | null = null;
  for (const { output, limit, reason } of outOfDomain) {
    const distance = onlyValue(output, outputs);
    const factor = distance / limit;
    if (factor <= 1 || factor <= (worst?.factor ?? 0)) continue;
    const words = output.replaceAll('_', ' ');
    worst = { factor, reason: `${reason} (${words} ${distance.toFixed(2)}, limit ${limit.toFixed(2)})` };
  }
  return worst === null ? null : worst.reason;
}
