import { CornerDownLeft } from 'lucide-react';
import { useState } from 'react';
import type { BlindReferral } from '../../../electron/shared/referral.ts';
import { ReferralForm } from '../../study/ReferralForm.tsx';
import { useReferrals } from '../../study/use-referrals.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { when } from '../../ui/words.ts';

interface ReferredNoticeProps {
  readonly uid: string;
  readonly readerId: string;
}

/** That the study was referred to this reader, before their commit: what is asked for, and nothing of who, why and about what. */
export function ReferredNotice({ uid, readerId }: ReferredNoticeProps) {
  const { told, step } = useReferrals(uid, readerId);
  const [declining, setDeclining] = useState<string | null>(null);
  if (told === undefined || told.told === 'whole' || told.referrals.length === 0) return null;
  return (
    <section className="panel__section" aria-label="Referred to you">
      <h3>
        <CornerDownLeft size={14} aria-hidden /> Referred to you
      </h3>
      {step.isError ? <ErrorNotice what="Nothing was recorded." error={step.error} /> : null}
      {told.referrals.map((referral) => (
        <div key={referral.id} className="referral">
          <p>{askWords(referral)}</p>
          <p className="quiet">
            {when(referral.createdAt)} · Who asks, why and about what is shown after your commit; then you
            answer.
          </p>
          {declining === referral.id ? (
            <ReferralForm
              label="Why you decline"
              act="Decline"
              saving={step.isPending}
              onCancel={() => setDeclining(null)}
              onRecord={(words) =>
                step.mutate(
                  { id: referral.id, taken: { kind: 'decline', words } },
                  { onSuccess: () => setDeclining(null) },
                )
              }
            />
          ) : (
            <div className="referral-form__acts">
              {referral.accepted ? <span className="quiet">You accepted it.</span> : null}
              <Button onClick={() => setDeclining(referral.id)}>Decline …</Button>
              {referral.accepted ? null : (
                <Button
                  tone="primary"
                  disabled={step.isPending}
                  onClick={() => step.mutate({ id: referral.id, taken: { kind: 'accept' } })}
                >
                  Accept
                </Button>
              )}
            </div>
          )}
        </div>
      ))}
    </section>
  );
}

function askWords({ ask, direct }: BlindReferral): string {
  const who = direct ? 'you' : 'a second reader';
  return ask === 'independent'
    ? `An independent read is asked of ${who}: read and commit it blind, as if nobody had.`
    : `An opinion is asked of ${who}, after a read of your own.`;
}
