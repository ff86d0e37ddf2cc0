import { Refused } from '../../shared/errors.ts';
import type { PackManifest } from '../../shared/pack.ts';
import type { OutputTensor } from '../session.ts';

/**
 * Why an image is none that the model was made for, by the pack's own distances: the reason of the rule that is exceeded by the
 * largest factor, with the distance and its limit; null where every distance lies within its limit, or the pack has no rule.
 *
 * @throws Refused `output-invalid` where a distance is not one value.
 */
export function foreignReason(
  { outOfDomain = [] }: Pick<PackManifest, 'outOfDomain'>,
  outputs: ReadonlyMap<string, OutputTensor>,
): string | null {
  let worst: { readonly factor: number; readonly reason: string } | null = null;
  for (const { output, limit, reason } of outOfDomain) {
    const values = outputs.get(output)?.values;
    const [distance] = values ?? [];
    if (distance === undefined || values?.length !== 1) {
      throw new Refused('output-invalid', `Output ${output} is not one value; a distance is one.`);
    }
    const factor = distance / limit;
    if (factor <= 1 || factor <= (worst?.factor ?? 0)) continue;
    const words = output.replaceAll('_', ' ');
    worst = { factor, reason: `${reason} (${words} ${distance.toFixed(2)}, limit ${limit.toFixed(2)})` };
  }
  return worst === null ? null : worst.reason;
}
