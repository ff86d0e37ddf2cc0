import { loadTerminology } from '../../../services/terminology.ts';
import { suggestTraining } from '../../../services/trial-suggest.ts';
import { product } from '../../shared/product.ts';
import { type Command, type CommandCall, WrongUse } from '../command.ts';
import { withExistingStore } from '../with-store.ts';

export const trialSuggestCommand: Command = {
  name: 'trial suggest',
  usage: '--purpose training [--cases 20] [--disagree 50] [--seed 1] [--name TEXT] [--readers ID,ID]',
  summary:
    "A design for a training out of this folder's final studies: cases in which the AI and the read as it stands disagree (--disagree, in percent) and agree; truth is that read. Look at it, then 'trial create'. Readers are all profiles unless named.",
  options: {
    purpose: { type: 'string' },
    cases: { type: 'string' },
    disagree: { type: 'string' },
    seed: { type: 'string' },
    name: { type: 'string' },
    readers: { type: 'string' },
  },
  positionals: { min: 0, max: 0 },
  async run(call) {
    if (call.text('purpose') !== 'training') {
      throw new WrongUse(
        '--purpose takes training. The cases of a reader study are not suggested: their truth must come from elsewhere.',
      );
    }
    const request = {
      cases: numberOf(call, 'cases', 20, 2, 500),
      disagree: numberOf(call, 'disagree', 50, 0, 100),
      seed: numberOf(call, 'seed', 1, 0, 999_999_999),
      name: call.text('name') ?? 'Limits of the AI',
      profiles: call.text('readers')?.split(',') ?? null,
    };
    const found = await withExistingStore(call, (store) =>
      suggestTraining({ store, terminology: loadTerminology(product().resources) }, request),
    );
    // As it is: `trial suggest … > training.json`, then `trial create training.json`.
    return { json: found, text: JSON.stringify(found.design, null, 2), exit: 0 };
  },
};

function numberOf(call: CommandCall, name: string, unless: number, least: number, most: number): number {
  const text = call.text(name);
  if (text === undefined) return unless;
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new WrongUse(`--${name} takes a whole number from ${least} to ${most}.`);
}
