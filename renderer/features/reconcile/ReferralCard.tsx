import { useState } from 'react';
import {
  REFERRAL_REASONS,
  REFERRAL_STANCES,
  type Referral,
  type ReferralStance,
  type ReferralStep,
  type ReferralStepRequest,
  referralStanceSchema,
} from '../../../electron/shared/referral.ts';
import { isOpen, waitsFor } from '../../../electron/shared/referral-waits.ts';
import { ReferralForm } from '../../study/ReferralForm.tsx';
import { Button } from '../../ui/Button.tsx';
import { when } from '../../ui/words.ts';

interface ReferralCardProps {
  readonly referral: Referral;
  /** Who is at the screen. */
  readonly readerId: string;
  readonly saving: boolean;
  readonly onStep: (step: ReferralStepRequest, done: () => void) => void;
}

const STATES = {
  open: 'waiting',
  accepted: 'accepted',
  answered: 'answered',
  declined: 'declined',
  withdrawn: 'withdrawn',
} as const;

const DONE = {
  accept: 'accepted',
  answer: 'answered',
  decline: 'declined',
  withdraw: 'withdrew it',
} as const;

/** One referral: what was asked, every step, and what the reader at the screen can do with it. */
export function ReferralCard({ referral, readerId, saving, onStep }: ReferralCardProps) {
  const [writing, setWriting] = useState<'answer' | 'decline' | 'withdraw' | null>(null);
  const [stance, setStance] = useState<ReferralStance | null>(null);
  const { from, to, ask, about, reason, words, state, steps } = referral;
  const forMe = waitsFor(referral, readerId);
  const mine = isOpen(referral) && from.id === readerId;
  const record = (step: ReferralStepRequest) => onStep(step, () => setWriting(null));
  return (
    <article className="referral" data-state={state} aria-label={`Referral by ${from.name}`}>
      <p>
        <strong>{from.id === readerId ? 'You' : from.name}</strong> to{' '}
        <strong>{to === null ? 'a second reader' : to.id === readerId ? 'you' : to.name}</strong>:{' '}
        {ask === 'independent' ? 'an independent read' : 'an opinion'}{' '}
        <span className="quiet">
          · {STATES[state]} · {when(referral.createdAt)}
        </span>
      </p>
      <p>{REFERRAL_REASONS[reason]}</p>
      {words === '' ? null : <p className="referral__words">{words}</p>}
      {about === null ? null : <p className="quiet">About: {about.words}</p>}
      {steps.length === 0 ? null : (
        <ul className="referral__steps">
          {steps.map((step) => (
            <li key={`${step.at} ${step.kind} ${step.by.id}`}>{stepWords(step)}</li>
          ))}
        </ul>
      )}
      {writing === null ? (
        <div className="referral-form__acts">
          {mine ? <Button onClick={() => setWriting('withdraw')}>Withdraw …</Button> : null}
          {forMe ? <Button onClick={() => setWriting('decline')}>Decline …</Button> : null}
          {forMe && state === 'open' ? (
            <Button disabled={saving} onClick={() => record({ kind: 'accept' })}>
              Accept
            </Button>
          ) : null}
          {forMe ? (
            <Button tone="primary" onClick={() => setWriting('answer')}>
              Answer …
            </Button>
          ) : null}
        </div>
      ) : writing === 'answer' ? (
        <ReferralForm
          label="Your answer"
          act="Answer"
          saving={saving}
          ready={stance !== null}
          onCancel={() => setWriting(null)}
          onRecord={(answer) => {
            if (stance !== null) record({ kind: 'answer', stance, words: answer });
          }}
        >
          <fieldset>
            <legend>Your read …</legend>
            {referralStanceSchema.options.map((one) => (
              <label key={one} className="check">
                <input
                  type="radio"
                  name={`stance ${referral.id}`}
                  checked={stance === one}
                  onChange={() => setStance(one)}
                />
                {REFERRAL_STANCES[one]}
              </label>
            ))}
          </fieldset>
        </ReferralForm>
      ) : (
        <ReferralForm
          key={writing}
          label={writing === 'decline' ? 'Why you decline' : 'Why you withdraw it (optional)'}
          act={writing === 'decline' ? 'Decline' : 'Withdraw'}
          saving={saving}
          mayBeEmpty={writing === 'withdraw'}
          onCancel={() => setWriting(null)}
          onRecord={(said) => record({ kind: writing, words: said })}
        />
      )}
    </article>
  );
}

function stepWords({ kind, by, stance, words, at }: ReferralStep): string {
  const how = stance === null ? '' : ` (${REFERRAL_STANCES[stance]})`;
  return `${by.name} ${DONE[kind]}${how}, ${when(at)}${words === '' ? '' : `: ${words}`}`;
}
