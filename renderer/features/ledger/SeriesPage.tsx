import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LedgerFigures, LedgerPage, LedgerSeries } from '../../../electron/shared/ledger.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { State } from '../../ui/State.tsx';
import { count } from '../../ui/words.ts';
import { DriftPlot } from './DriftPlot.tsx';
import { MonthsPlot } from './MonthsPlot.tsx';
import { NumberTable } from './NumberTable.tsx';
import { CalibrationPlot, RocPlot, ScoresPlot } from './ScorePlots.tsx';
import { alertWords, decimals, estimate, months, scannerName } from './words.ts';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** One model and label: its figures over whole months, by scanner and over time. */
export function SeriesPage({ series }: { readonly series: LedgerSeries }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const asked = { ...(MONTH.test(from) ? { from } : {}), ...(MONTH.test(to) ? { to } : {}) };
  const page = useQuery({
    queryKey: [...keys.ledger, series, asked],
    queryFn: () => api.ledgerPage({ ...series, ...asked }),
    // Months that are over do not change while one looks at them.
    staleTime: 60_000,
    placeholderData: (before: LedgerPage | undefined) => before,
  });
  const { modelId, version, label } = series;
  return (
    <section className="ledger-page" aria-label={`${modelId} ${version}, ${label}`}>
      <header className="ledger-page__head">
        <h2>
          {label}{' '}
          <span className="quiet">
            by {modelId} {version}
          </span>
        </h2>
        <Field label="From month">
          <input
            className="input"
            placeholder="YYYY-MM"
            maxLength={7}
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
        </Field>
        <Field label="To month">
          <input
            className="input"
            placeholder="YYYY-MM"
            maxLength={7}
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        </Field>
      </header>
      {page.isError ? (
        <ErrorNotice
          what="The ledger could not be read."
          error={page.error}
          action={<Button onClick={() => void page.refetch()}>Try again</Button>}
        />
      ) : page.data === undefined ? (
        <State title="Adding up …" />
      ) : (
        <Told page={page.data} modelId={modelId} />
      )}
    </section>
  );
}

function Told({ page, modelId }: { readonly page: LedgerPage; readonly modelId: string }) {
  const { figures, minimumCases, period, stopped, drift } = page;
  const newest = drift.points.at(-1);
  return (
    <>
      {stopped === null ? null : <Notice tone="danger">{stopped}. It reads no study.</Notice>}
      {newest === undefined || newest.alerts.length === 0 ? null : (
        <Notice tone="warning">
          In {months(newest)} there was a shift in {alertWords(newest.alerts)} against the reference. An
          administrator can stop the model: overread models stop {modelId}
        </Notice>
      )}
      {figures === null || period === null ? (
        <State title="Nothing to tell yet">
          <p>
            Figures rest on at least {minimumCases} studies with a final read, in months that are over. There
            are fewer in this period.
          </p>
        </State>
      ) : (
        <>
          <p className="quiet">
            {months(period)}, {count(figures.cases)} studies with a final read. Beside the read as it stands
            after the reader saw the AI, which favours the AI; &lsquo;blind&rsquo; is beside the read before.
            Intervals: 95 %.
          </p>
          <Figures figures={figures} auc={page.auc} />
          <div className="ledger-plots">
            <MonthsPlot byMonth={page.byMonth} />
            <DriftPlot drift={drift} />
            {page.roc.length === 0 ? null : <RocPlot roc={page.roc} auc={page.auc} />}
            {page.calibration === null ? null : <CalibrationPlot calibration={page.calibration} />}
            {page.scores.length === 0 ? null : <ScoresPlot scores={page.scores} />}
          </div>
          <Scanners page={page} />
          {page.without.length === 0 ? null : (
            <>
              <h3>Studies without a result</h3>
              <NumberTable
                caption="Studies without a result"
                heads={['Reason', 'What', 'Studies']}
                rows={page.without.map(({ outcome, reason, cases }) => [reason, outcome, count(cases)])}
              />
            </>
          )}
        </>
      )}
    </>
  );
}

function Figures({ figures, auc }: { readonly figures: LedgerFigures; readonly auc: number | null }) {
  const { positives, negatives, judged, blind } = figures;
  const cell = (value: number | undefined): string => (value === undefined ? 'too few' : count(value));
  return (
    <div className="ledger-figures">
      <NumberTable
        caption="Counts"
        heads={['Studies', 'In the read', 'Not in the read']}
        rows={[
          ['AI positive', cell(positives?.tp), cell(negatives?.fp)],
          ['AI negative', cell(positives?.fn), cell(negatives?.tn)],
        ]}
      />
      <NumberTable
        caption="Accuracy"
        heads={['Against the read', 'Value']}
        rows={[
          ['Sensitivity', estimate(figures.sensitivity)],
          ['Specificity', estimate(figures.specificity)],
          ['Area under ROC', decimals(auc, 3)],
        ]}
      />
      <NumberTable
        caption="Agreement"
        heads={['Agreement', 'Value']}
        rows={[
          [
            'Positive / negative',
            `${decimals(figures.positiveAgreement)} / ${decimals(figures.negativeAgreement)}`,
          ],
          ['Cohen’s kappa', estimate(figures.kappa)],
          ['Kappa, blind read', blind === null ? 'too few' : estimate(blind.kappa)],
        ]}
      />
      <NumberTable
        caption="Judgements"
        heads={['Findings of the AI', 'Number']}
        rows={[
          ['Accepted', cell(judged?.accepted)],
          ['Modified', cell(judged?.modified)],
          ['Rejected', cell(judged?.rejected)],
        ]}
      />
    </div>
  );
}

function Scanners({ page }: { readonly page: LedgerPage }) {
  if (page.byScanner.length === 0) return null;
  return (
    <>
      <h3>By scanner</h3>
      <NumberTable
        caption="Figures by scanner"
        heads={['Scanner', 'Studies', 'Sensitivity', 'Specificity', 'Kappa']}
        rows={page.byScanner.map(({ scanner, figures }) => [
          scannerName(scanner),
          count(figures.cases),
          estimate(figures.sensitivity),
          estimate(figures.specificity),
          decimals(figures.kappa?.value ?? null),
        ])}
      />
      {page.otherScanners === 0 ? null : (
        <p className="quiet">
          {count(page.otherScanners)} studies are of scanners that are not told of by themselves.
        </p>
      )}
    </>
  );
}
