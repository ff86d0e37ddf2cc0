import type { ParseArgsOptionsConfig } from 'node:util';
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

/** Codes in capitals, as in DICOM; the age in years. */
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
  if (checked.success) return checked.data;
  throw new WrongUse(
    '--modality takes a code of letters such as DX, --body-part and --view short codes such as CHEST and PA, --age years from 0 to 150.',
  );
}
