import { reliancePage } from '../../../services/ledger/reliance-page.ts';
import { completeLedger } from '../../../services/ledger/rebuild.ts';
import { loadTerminology } from '../../../services/terminology.ts';
import type { ToldEstimate } from '../../../shared/ledger.ts';
import { product } from '../../shared/product.ts';
import { readPolicy } from '../../shared/read-policy.ts';
import type { Command } from '../command.ts';
import { table } from '../table.ts';
import { withExistingStore } from '../with-store.ts';

function share(told: ToldEstimate | null): string {
  if (told === null) return 'too few';
  return `${told.value.toFixed(3)} (${told.low.toFixed(3)}–${told.high.toFixed(3)}) of ${told.of}`;
}

export const relianceCommand: Command = {
  name: 'reliance',
  usage: '',
  summary:
    'What readers made of the AI, all of them together: agreement, switches, over- and under-reliance, findings missed. Never one reader by themself: that is told to that reader, in the window. Audited.',
  options: {},
  positionals: { min: 0, max: 0 },
  async run(call) {
    const told = await withExistingStore(call, (store) => {
      completeLedger({ store, terminology: loadTerminology(product().resources) });
      const detail = { of: 'all readers together' };
      store.audit.append({ actor: 'operator', action: 'view-ledger', studyInstanceUID: null, detail });
      return reliancePage({ store, policy: readPolicy(call.data).ledger }, null, null);
    });
    const rows = [
      ...told.labels.map(({ modelId, version, label, kappa }) => [
        `kappa with ${modelId} ${version}, ${label}, blind`,
        share(kappa),
      ]),
      ['differed, AI judged right: followed it', share(told.switchedToRight)],
      ['differed, AI judged wrong: followed it', share(told.switchedToWrong)],
      ['over-reliance (AI wrong, read says the same)', share(told.overReliance)],
      ['under-reliance (AI right, read says otherwise)', share(told.underReliance)],
      ['missed, AI positive for another finding', share(told.missedBesideAi)],
      ['missed, AI positive for none', share(told.missedWithoutAi)],
      [
        'mean seconds to the commit',
        told.meanSeconds === null ? 'too few' : told.meanSeconds.value.toFixed(0),
      ],
    ];
    const text = `${table(['ALL READERS TOGETHER', 'SHARE (95 % INTERVAL)'], rows)}\nFor research use, not for diagnosis.`;
    return { json: told, text, exit: 0 };
  },
};
