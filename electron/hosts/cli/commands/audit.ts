import { verifySigned } from '../../../services/verify-store.ts';
import type { VerifyReport } from '../../../shared/command-line.ts';
import type { Command } from '../command.ts';
import { plainLine } from '../table.ts';
import { withStore } from '../with-store.ts';

export const auditVerifyCommand: Command = {
  name: 'audit verify',
  usage: '',
  summary:
    'What people signed, and the trail of it: the chain, every committed read and addendum, and every consensus with both signatures. Part of verify, without files and models.',
  options: {},
  positionals: { min: 0, max: 0 },
  async run(call) {
    const checks: VerifyReport['checks'] = await withStore(call, (store) => verifySigned(store));
    const ok = checks.every((check) => check.ok);
    const text = checks.map((check) =>
      plainLine(`${check.ok ? 'good' : 'BAD '}  ${check.name}: ${check.detail}`),
    );
    return { json: { ok, checks } satisfies VerifyReport, text: text.join('\n'), exit: ok ? 0 : 1 };
  },
};
