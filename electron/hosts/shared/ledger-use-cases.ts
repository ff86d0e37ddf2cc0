import type { LedgerService } from '../../api/ledger-deps.ts';
import { assessAiCsv } from '../../services/ledger/assess-ai.ts';
import type { LedgerParts } from '../../services/ledger/count-study.ts';
import { ledgerOverview, ledgerPage, type TellParts } from '../../services/ledger/ledger-page.ts';
import { reliancePage } from '../../services/ledger/reliance-page.ts';
import { Unavailable } from '../../shared/errors.ts';
import { monthBefore } from '../../domain/ledger/tellable.ts';
import type { LedgerPolicy } from '../../shared/policy.ts';
import type { Clock } from '../../shared/ports.ts';

/**
 * For the window: months that are over alone. The running one would change with each study that becomes final, and the difference of two looks would
 * tell what became of it.
 */
export function ledgerService(
  parts: LedgerParts & { readonly clock: Clock },
  policy: LedgerPolicy,
): LedgerService {
  const { store, clock } = parts;
  const tell = (): TellParts => {
    if (store.ledger.isIncomplete()) {
      throw new Unavailable(
        'ledger-incomplete',
        'The final reads of an earlier build are being counted. Try again in a minute; reading goes on meanwhile.',
      );
    }
    return { store, policy, through: monthBefore(clock.now().slice(0, 7)) };
  };
  const note = (
    actor: string,
    action: 'view-ledger' | 'export-ledger',
    detail: Record<string, unknown>,
  ): void => {
    store.audit.append({ actor, action, studyInstanceUID: null, detail });
  };
  return {
    overview(readerId) {
      note(readerId, 'view-ledger', { of: 'every model' });
      return ledgerOverview(tell());
    },
    page(readerId, query) {
      note(readerId, 'view-ledger', { ...query });
      return ledgerPage(tell(), query);
    },
    reliance(readerId) {
      const { through } = tell();
      note(readerId, 'view-ledger', { of: 'own reads' });
      return reliancePage({ store, policy }, readerId, through);
    },
    assessAi(readerId) {
      const { csv, withheld } = assessAiCsv(tell());
      note(readerId, 'export-ledger', { as: 'assess-ai', withheld });
      return csv;
    },
  };
}
