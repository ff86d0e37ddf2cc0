import { sizedLabel } from '../../../electron/shared/finding-size.ts';
import type { Consensus } from '../../../electron/shared/consensus.ts';
import type { Comparison } from '../../../electron/shared/read.ts';
import { CERTAINTY_WORDS, LATERALITY_WORDS } from '../../study/finding-words.ts';

import { ConsensusOutcomeView } from './ConsensusCard.tsx';
import { otherOf } from './use-consensus.ts';

const CHANGES = {
  none: 'as you committed it',
  added: 'taken over from the AI',
  modified: 'modified by you',
  withdrawn: 'withdrawn by you',
} as const;

interface ReconciledProps {
  readonly reconciled: Comparison['reconciled'];
  /** What this reader and another have both signed. */
  readonly agreed: Consensus | undefined;
  readonly readerId: string;
}

/** The findings of the read as it stands after the judgements. */
export function Reconciled({ reconciled, agreed, readerId }: ReconciledProps) {
  const changed = reconciled.filter(({ change }) => change !== 'none').length;
  return (
    <section className="panel__section" aria-label="Read after reconciling">
      <h3>Your read as it stands now</h3>
      {agreed === undefined ? null : (
        <div className="consensus" aria-label="By consensus" role="group">
          <p>
            <strong>By consensus with {otherOf(agreed, readerId)}</strong>{' '}
            <span className="quiet">signed by both</span>
          </p>
          <ConsensusOutcomeView record={agreed} />
          <p className="quiet">Your own read, beside it:</p>
        </div>
      )}
      {reconciled.length === 0 ? <p className="quiet">No finding.</p> : null}
      <ul className="reconciled">
        {reconciled.map(({ change, finding, readerFindingId, modelId, aiFindingId }) => (
          <li key={`${readerFindingId} ${modelId} ${aiFindingId}`} data-change={change}>
            <p>
              {change === 'withdrawn' ? <s>{sizedLabel(finding)}</s> : sizedLabel(finding)}
              <span className="quiet">
                {' '}
                {LATERALITY_WORDS[finding.laterality] === 'not stated'
                  ? ''
                  : `${LATERALITY_WORDS[finding.laterality]} · `}
                {CERTAINTY_WORDS[finding.certainty - 1]}
              </span>
            </p>
            <p className="quiet">{CHANGES[change]}</p>
          </li>
        ))}
      </ul>
      <p className="quiet">
        {changed === 0
          ? 'What the AI gave has not changed it.'
          : 'What you committed stays on record beside it.'}
      </p>
    </section>
  );
}
