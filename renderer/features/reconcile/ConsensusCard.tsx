import { sizedLabel } from '../../../electron/shared/finding-size.ts';
import { useState } from 'react';
import type {
  Consensus,
  ConsensusAnswer,
  ConsensusSignature,
  Settlement,
} from '../../../electron/shared/consensus.ts';
import { CERTAINTY_WORDS, LATERALITY_WORDS } from '../../study/finding-words.ts';
import { ReferralForm } from '../../study/ReferralForm.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { when } from '../../ui/words.ts';
import { saysOf, TITLES, titleOf } from './SettleLine.tsx';
import { otherOf, takesPart } from './use-consensus.ts';

interface ConsensusCardProps {
  readonly record: Consensus;
  /** Who is at the screen. */
  readonly readerId: string;
  readonly readerName: string;
  readonly saving: boolean;
  readonly onAnswer: (answer: ConsensusAnswer, done: () => void) => void;
  /** Whether the other's marks lie beside one's own. */
  readonly beside: boolean;
  readonly onBeside: (beside: boolean) => void;
  /** Begins a proposal of one's own in its place. */
  readonly onCounter: () => void;
}

const DONE = {
  propose: 'proposed',
  agree: 'agreed',
  'no-consensus': 'stated that there is no consensus',
  withdraw: 'withdrew it',
} as const;

/** One record of two readers: what both are to hold, who has signed, and what the reader at the screen can do. */
export function ConsensusCard(props: ConsensusCardProps) {
  const { record, readerId, readerName, saving, onAnswer } = props;
  const [asking, setAsking] = useState<'sign' | 'none' | 'withdraw' | null>(null);
  const close = () => setAsking(null);
  const { first, second, state, proposedBy, sha256 } = record;
  const mine = takesPart(record, readerId);
  const waits = state === 'proposed' && mine;
  const toSign = waits && proposedBy !== readerId;
  const other = otherOf(record, readerId);
  return (
    <article
      className="consensus"
      data-state={state}
      aria-label={`Consensus of ${first.readerName} and ${second.readerName}`}
    >
      <p>
        <strong>{stateWords(record, readerId)}</strong>
      </p>
      <ConsensusOutcomeView record={record} />
      <ul className="consensus__signatures">
        {record.signatures.map((signed) => (
          <li key={signed.signature} className="quiet">
            {signatureWords(signed)}
          </li>
        ))}
      </ul>
      <p className="quiet">SHA-256 {sha256.slice(0, 12)}…</p>
      {asking === 'none' || asking === 'withdraw' ? (
        <ReferralForm
          key={asking}
          label={asking === 'none' ? 'Why there is no consensus' : 'Why you withdraw it (optional)'}
          act={asking === 'none' ? 'Sign: no consensus' : 'Withdraw'}
          saving={saving}
          mayBeEmpty={asking === 'withdraw'}
          onCancel={close}
          onRecord={(words) =>
            onAnswer({ decision: asking === 'none' ? 'no-consensus' : 'withdraw', words }, close)
          }
        />
      ) : waits ? (
        <div className="referral-form__acts">
          {toSign ? null : <Button onClick={() => setAsking('withdraw')}>Withdraw …</Button>}
          <Button onClick={() => setAsking('none')}>No consensus …</Button>
          <Button aria-pressed={props.beside} onClick={() => props.onBeside(!props.beside)}>
            {props.beside ? 'Hide' : 'Show'} {other}’s marks
          </Button>
          {toSign ? <Button onClick={props.onCounter}>Propose another …</Button> : null}
          {toSign ? (
            <Button tone="primary" onClick={() => setAsking('sign')}>
              Agree and sign …
            </Button>
          ) : null}
        </div>
      ) : null}
      {asking === 'sign' ? (
        <Dialog
          title={`Sign the consensus with ${other}?`}
          onClose={close}
          footer={
            <>
              <Button data-autofocus onClick={close}>
                Not now
              </Button>
              <Button
                tone="primary"
                disabled={saving}
                onClick={() => onAnswer({ decision: 'agree', sha256 }, close)}
              >
                Sign as {readerName}
              </Button>
            </>
          }
        >
          <ConsensusOutcomeView record={record} />
          <p className="quiet">
            It is signed with the key of {readerName} and cannot be changed or taken back. {other} has signed
            it already. Both committed reads stay as they are.
          </p>
        </Dialog>
      ) : null}
    </article>
  );
}

/** What both hold, line by line, with what was settled and why. */
export function ConsensusOutcomeView({ record }: { readonly record: Consensus }) {
  const { outcome, words, settlements, first, second, lines } = record;
  const names = { first: first.readerName, second: second.readerName };
  const settledOf = (settlement: Settlement): string => {
    const line = lines.find(({ id }) => id === settlement.lineId);
    const says = line === undefined ? '' : saysOf(line, settlement.choice, names);
    const why = settlement.why === '' ? '' : ` (${settlement.why})`;
    if (line === undefined || settlement.choice !== 'changed') return `${says}${why}`;
    return `${line.kind === 'text' ? TITLES[line.id] : titleOf(line)}: stated anew${why}`;
  };
  return (
    <>
      {outcome === null ? null : (
        <>
          <ul className="reconciled" aria-label="What both hold">
            {outcome.findings.length === 0 ? <li>No finding.</li> : null}
            {outcome.findings.map(({ finding, at, from }, index) => (
              // Two findings may be alike in every word.
              // oxlint-disable-next-line react/no-array-index-key -- the list never changes
              <li key={`${index} ${from} ${at.sopInstanceUID}`}>
                {sizedLabel(finding)}{' '}
                <span className="quiet">
                  {finding.laterality === 'not-stated' ? '' : `${LATERALITY_WORDS[finding.laterality]} · `}
                  {CERTAINTY_WORDS[finding.certainty - 1]}
                  {finding.comment === '' ? '' : ` · ${finding.comment}`}
                </span>
              </li>
            ))}
          </ul>
          {outcome.impression === '' ? null : <p className="impression">{outcome.impression}</p>}
          {outcome.recommendation === '' ? null : <p>Recommendation: {outcome.recommendation}</p>}
        </>
      )}
      {settlements.length === 0 ? null : (
        <details>
          <summary>
            How {settlements.length === 1 ? 'the difference was' : 'the differences were'} settled
          </summary>
          <ul className="consensus__settled">
            {settlements.map((settlement) => (
              <li key={settlement.lineId}>{settledOf(settlement)}</li>
            ))}
          </ul>
        </details>
      )}
      {words === '' ? null : <p className="referral__words">{words}</p>}
    </>
  );
}

function stateWords(record: Consensus, readerId: string): string {
  const { state, proposedBy, first, second } = record;
  const both = takesPart(record, readerId)
    ? `you and ${otherOf(record, readerId)}`
    : `${first.readerName} and ${second.readerName}`;
  switch (state) {
    case 'proposed': {
      const missing = first.readerId === proposedBy ? second : first;
      return `Proposed; waits for ${missing.readerId === readerId ? 'your signature' : missing.readerName}`;
    }
    case 'agreed':
      return `Consensus, signed by ${both}`;
    case 'no-consensus':
      return `No consensus of ${both}`;
    case 'withdrawn':
      return 'Proposed and withdrawn';
    case 'replaced':
      return 'Replaced by another proposal';
  }
}

function signatureWords({ readerName, decision, words, at }: ConsensusSignature): string {
  return `${readerName} ${DONE[decision]}, signed ${when(at)}${words === '' ? '' : `: ${words}`}`;
}
