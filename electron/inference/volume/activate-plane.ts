import { missingCaseError } from '../../shared/errors.ts';
import { sigmoid } from '../postprocess/scores.ts';
import type { TilesOutput } from '../../shared/pack-outputs.ts';

/** Raw values of a plane [channels, …] → probabilities, in place. */
export function activatePlane(
  values: Float32Array,
  channels: number,
  activation: TilesOutput['activation'],
): void {
  switch (activation) {
    case 'none':
      return;
    case 'sigmoid':
      for (let i = 0; i < values.length; i++) values[i] = sigmoid(values[i] as number);
      return;
    case 'softmax':
      softmax(values, channels);
      return;
    default:
      throw missingCaseError(activation);
  }
}

function softmax(values: Float32Array, channels: number): void {
  const cells = values.length / channels;
  const parts = new Float64Array(channels);
  for (let cell = 0; cell < cells; cell++) {
    let most = Number.NEGATIVE_INFINITY;
    for (let channel = 0; channel < channels; channel++)
      most = Math.max(most, values[channel * cells + cell] as number);
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      const part = Math.exp((values[channel * cells + cell] as number) - most);
      parts[channel] = part;
      sum += part;
    }
    for (let channel = 0; channel < channels; channel++)
      values[channel * cells + cell] = (parts[channel] as number) / sum;
  }
}
