import type { ReferralsReport } from '../../../shared/command-line.ts';
import { REFERRAL_REASONS } from '../../../shared/referral.ts';
import type { Command } from '../command.ts';
import { table } from '../table.ts';
import { withStore } from '../with-store.ts';

/** More than a site has; a list beyond it is no list to look at. */
const MOST = 100_000;

export const referralsCommand: Command = {
  name: 'referrals',
  usage: '[--open]',
  summary:
    'List what readers asked each other about studies, newest first; --open: what waits for an answer. Prints what the window tells a reader after the commit alone.',
  options: { open: { type: 'boolean' } },
  positionals: { min: 0, max: 0 },
  async run(call) {
    const all: ReferralsReport = await withStore(call, (store) => store.referrals.every(MOST));
    const rows = call.flag('open')
      ? all.filter(({ state }) => state === 'open' || state === 'accepted')
      : all;
    const text = table(
      ['ASKED', 'FROM', 'TO', 'FOR', 'REASON', 'STATE', 'STUDY'],
      rows.map(({ createdAt, from, to, takenBy, ask, reason, state, studyInstanceUID }) => [
        createdAt,
        from.name,
        (takenBy ?? to)?.name ?? 'a second reader',
        ask,
        REFERRAL_REASONS[reason],
        state,
        studyInstanceUID,
      ]),
    );
    return { json: rows, text: rows.length === 0 ? 'No referrals.' : text, exit: 0 };
  },
};
