import { startModel, stopModel, type SwitchedModel } from '../../../services/ledger/switch-model.ts';
import { systemClock } from '../../shared/product.ts';
import { type Command, type CommandCall, WrongUse } from '../command.ts';
import { plainLine } from '../table.ts';
import { withEngine } from '../with-engine.ts';
import { withStore } from '../with-store.ts';

function thrown(call: CommandCall, throwSwitch: typeof stopModel): Promise<SwitchedModel> {
  const reason = call.text('reason');
  if (reason === undefined) throw new WrongUse('--reason says why; readers see it in place of the result.');
  const [named = ''] = call.positionals;
  return withStore(call, (store) =>
    withEngine(call, (packs) =>
      Promise.resolve(throwSwitch({ store, packs, clock: systemClock, named, reason, actor: 'operator' })),
    ),
  );
}

const which = ({ id, version }: SwitchedModel): string =>
  version === null ? `Every version of ${id}` : `Version ${version} of ${id}`;

export const modelsStopCommand: Command = {
  name: 'models stop',
  usage: 'ID[@VERSION] --reason TEXT',
  summary:
    'Stop a model: it runs on no study any more, and in place of each result stands that it was stopped, and why. Audited.',
  options: { reason: { type: 'string' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const done = await thrown(call, stopModel);
    const text = `${which(done)} is stopped. What it gave before stays, and says so. 'overread models start ${done.id}' lets it run again.`;
    return { json: done, text: plainLine(text), exit: 0 };
  },
};

export const modelsStartCommand: Command = {
  name: 'models start',
  usage: 'ID[@VERSION] --reason TEXT',
  summary:
    'Let a stopped model run again; it then reads the studies of which nobody has committed a read. Audited.',
  options: { reason: { type: 'string' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const done = await thrown(call, startModel);
    return { json: done, text: plainLine(`${which(done)} runs again.`), exit: 0 };
  },
};
