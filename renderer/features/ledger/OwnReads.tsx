import { useQuery } from '@tanstack/react-query';
import type { Reliance } from '../../../electron/shared/ledger.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { State } from '../../ui/State.tsx';
import { count } from '../../ui/words.ts';
import { NumberTable } from './NumberTable.tsx';
import { estimate, months } from './words.ts';

/** What the reader made of the AI, for the reader alone. No other reader is in it, and no order of readers. */
export function OwnReads() {
  const reliance = useQuery({ queryKey: [...keys.ledger, 'own'], queryFn: api.reliance, staleTime: 60_000 });
  if (reliance.isError) {
    return (
      <ErrorNotice
        what="Your figures could not be read."
        error={reliance.error}
        action={<Button onClick={() => void reliance.refetch()}>Try again</Button>}
      />
    );
  }
  if (reliance.data === undefined) return <State title="Adding up …" />;
  return <Told told={reliance.data} />;
}

function Told({ told }: { readonly told: Reliance }) {
  const { period, minimumCases, labels, meanSeconds } = told;
  if (period === null) {
    return (
      <State title="Nothing to tell yet">
        <p>
          Figures rest on at least {minimumCases} of your own final reads, in months that are over. There are
          fewer.
        </p>
      </State>
    );
  }
  const row = (name: string, value: Reliance['overReliance']): string[] => [
    name,
    estimate(value),
    value === null ? '' : count(value.of),
  ];
  return (
    <section className="ledger-page" aria-label="My own reads beside the AI">
      <h2>My own reads beside the AI</h2>
      <p className="quiet">
        {months(period)}. Of your own final reads; you alone see this. ‘Judged’ is by a consensus, else by the
        other final reads of the study. Intervals: 95 %.
      </p>
      <h3>Before I saw the AI</h3>
      <NumberTable
        caption="Agreement with the AI by finding"
        heads={['Finding', 'Model', 'Reads', 'Agreement', 'Cohen’s kappa']}
        rows={labels.map(({ modelId, version, label, cases, agreement, kappa }) => [
          label,
          `${modelId} ${version}`,
          count(cases),
          estimate(agreement),
          estimate(kappa),
        ])}
      />
      <h3>After I saw it, where others judged</h3>
      <NumberTable
        caption="Reliance"
        heads={['What', 'Share', 'Of cases']}
        rows={[
          row('I had differed, the AI was right: I followed it', told.switchedToRight),
          row('I had differed, the AI was wrong: I followed it', told.switchedToWrong),
          row('The AI was wrong, and my read says the same (over-reliance)', told.overReliance),
          row('The AI was right, and my read says otherwise (under-reliance)', told.underReliance),
          row('Finding missed, the AI positive for another one', told.missedBesideAi),
          row('Finding missed, the AI positive for none', told.missedWithoutAi),
        ]}
      />
      <p>
        Mean time to the commit:{' '}
        {meanSeconds === null
          ? 'too few reads'
          : `${Math.round(meanSeconds.value)} s over ${count(meanSeconds.of)} reads`}
      </p>
    </section>
  );
}
