import type { ParseArgsOptionsConfig } from 'node:util';
import { nearestKnown } from '../../shared/known-facts.ts';
import { type Stated, statedSchema } from '../../shared/study.ts';
import { type CommandCall, WrongUse } from './command.ts';

/** The facts that a person may state for each file of a call. */
export const FACT_OPTIONS = {
  modality: { type: 'string' },
  'body-part': { type: 'string' },
  view: { type: 'string' },
  age: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig;

export const FACT_USAGE = '[--modality DX] [--body-part CHEST] [--view PA] [--age 54]';

/** A code that is not known is taken as it is stated, and said: a slip of the pen keeps every model from reading the study. */
function warn(call: CommandCall, option: string, what: 'modality' | 'bodyPart', value: string): void {
  const nearest = nearestKnown(what, value);
  if (nearest === null) return;
  const instead = nearest.length === 0 ? '' : ` Was ${nearest.join(' or ')} meant?`;
  call.say(
    `--${option} ${value} is no code that Overread knows. It is taken as stated, and no model may read it.${instead}`,
  );
}

/** Codes in capitals, as in DICOM; the age in years. What is not known is taken, with a warning. */
export function statedFacts(call: CommandCall): Stated {
  const facts: Record<string, unknown> = {};
  const modality = call.text('modality');
  const bodyPart = call.text('body-part');
  const view = call.text('view');
  const age = call.text('age');
  if (modality !== undefined) facts['modality'] = modality.toUpperCase();
  if (bodyPart !== undefined) facts['bodyPart'] = bodyPart.toUpperCase();
  if (view !== undefined) facts['view'] = view.toUpperCase();
  if (age !== undefined) facts['age'] = age.trim() === '' ? Number.NaN : Number(age);
  const checked = statedSchema.safeParse(facts);
  if (checked.success) {
    if (checked.data.modality !== undefined) warn(call, 'modality', 'modality', checked.data.modality);
    if (checked.data.bodyPart !== undefined) warn(call, 'body-part', 'bodyPart', checked.data.bodyPart);
    return checked.data;
  }
  throw new WrongUse(
    '--modality takes a code of letters such as DX, --body-part and --view short codes such as CHEST and PA, --age years from 0 to 150.',
  );
}
