import type { Comparison } from '../../../electron/shared/read.ts';
import { useReferrals } from '../../study/use-referrals.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { ReferDialog } from './ReferDialog.tsx';
import { ReferralCard } from './ReferralCard.tsx';

/** What is about to be referred: a line, or the study; null where nothing is. */
export type Referring = { readonly itemId: string | null } | null;

interface ReferralsProps {
  readonly comparison: Comparison;
  readonly referring: Referring;
  readonly onRefer: (referring: Referring) => void;
}

/** What was asked of whom about this study, and what became of it. */
export function Referrals({ comparison, referring, onRefer }: ReferralsProps) {
  const { studyInstanceUID: uid, readerId } = comparison.read;
  const { told, refer, step } = useReferrals(uid, readerId);
  useShortcuts('Other readers', [
    { keys: ['f'], words: 'Refer to another reader …', act: () => onRefer({ itemId: null }) },
  ]);
  const close = () => {
    refer.reset();
    onRefer(null);
  };
  const referrals = told?.told === 'whole' ? told.referrals : [];
  return (
    <section className="panel__section" aria-label="Referrals">
      <div className="panel__head">
        <h3>Referrals</h3>
        <Button onClick={() => onRefer({ itemId: null })}>
          Refer … <kbd>F</kbd>
        </Button>
      </div>
      {step.isError ? <ErrorNotice what="Nothing was recorded." error={step.error} /> : null}
      {referrals.length === 0 ? <p className="quiet">None.</p> : null}
      {referrals.map((referral) => (
        <ReferralCard
          key={referral.id}
          referral={referral}
          readerId={readerId}
          saving={step.isPending}
          onStep={(taken, done) => step.mutate({ id: referral.id, taken }, { onSuccess: done })}
        />
      ))}
      {referring === null ? null : (
        <ReferDialog
          comparison={comparison}
          itemId={referring.itemId}
          saving={refer.isPending}
          error={refer.error}
          onRefer={(asked) => refer.mutate(asked, { onSuccess: close })}
          onClose={close}
        />
      )}
    </section>
  );
}
