import { useQuery } from '@tanstack/react-query';
import { Download, OctagonX, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { LedgerSummary } from '../../../electron/shared/ledger.ts';
import { assessAiAddress } from '../../api/addresses.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { State } from '../../ui/State.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { count } from '../../ui/words.ts';
import { OwnReads } from './OwnReads.tsx';
import { NumbersOpen } from './Plot.tsx';
import { SeriesPage } from './SeriesPage.tsx';
import './ledger.css';

const keyOf = ({ modelId, version, label }: LedgerSummary): string => `${modelId} ${version} ${label}`;

/** How the models did, in sums over final studies: for who is responsible for them. Nothing here is about one study. */
export function Ledger() {
  const [chosen, setChosen] = useState<string | null>(null);
  const [own, setOwn] = useState(false);
  // Kept here, so that a key that comes before the plots are drawn is not lost.
  const [numbers, setNumbers] = useState(false);
  const overview = useQuery({ queryKey: keys.ledger, queryFn: api.ledger, staleTime: 60_000 });
  const summaries = overview.data?.summaries ?? [];
  const at = Math.max(
    0,
    summaries.findIndex((one) => keyOf(one) === chosen),
  );
  const current = summaries[at];
  const move = (by: number) => {
    const next = summaries[Math.min(summaries.length - 1, Math.max(0, at + by))];
    if (next === undefined) return;
    setOwn(false);
    setChosen(keyOf(next));
  };
  useShortcuts('Ledger', [
    { keys: ['j'], words: 'Next model', act: () => move(1) },
    { keys: ['k'], words: 'Previous model', act: () => move(-1) },
    { keys: ['m'], words: 'My own reads beside the AI', act: () => setOwn(true) },
    {
      keys: ['n'],
      words: 'Open or close the numbers behind all plots',
      act: () => setNumbers((open) => !open),
    },
  ]);
  if (overview.isError) {
    return (
      <State title="The ledger cannot be shown">
        <ErrorNotice what="The ledger could not be read." error={overview.error} />
        <Button onClick={() => void overview.refetch()}>Try again</Button>
      </State>
    );
  }
  if (overview.data === undefined) return <State title="Adding up …" />;
  const { site, minimumCases } = overview.data;
  return (
    <NumbersOpen value={numbers}>
      <div className="ledger">
        <nav className="ledger__list" aria-label="Models">
          <h2>Ledger of the models</h2>
          <p className="quiet">
            {site}. Studies with a final read, in months that are over; nothing on fewer than {minimumCases}.
          </p>
          <ul>
            {summaries.map((one) => (
              <li key={keyOf(one)}>
                <button
                  type="button"
                  className="ledger-item"
                  aria-current={!own && one === current}
                  onClick={() => {
                    setOwn(false);
                    setChosen(keyOf(one));
                  }}
                >
                  <strong>{one.label}</strong>
                  <span className="quiet">
                    {one.modelId} {one.version} ·{' '}
                    {one.figures === null ? 'too few studies' : `${count(one.figures.cases)} studies`}
                  </span>
                  {one.stopped === null ? null : (
                    <span className="ledger-item__stopped">
                      <OctagonX size={13} aria-hidden /> stopped
                    </span>
                  )}
                  {one.alert === null ? null : (
                    <span className="ledger-item__alert">
                      <TriangleAlert size={13} aria-hidden /> drift
                    </span>
                  )}
                </button>
              </li>
            ))}
          </ul>
          <button type="button" className="ledger-item" aria-current={own} onClick={() => setOwn(true)}>
            <strong>
              My own reads <kbd>M</kbd>
            </strong>
            <span className="quiet">beside the AI; for me alone</span>
          </button>
          {summaries.length === 0 ? null : (
            <a className="button" href={assessAiAddress()} download>
              <Download size={14} aria-hidden /> CSV for a registry
            </a>
          )}
          <p className="quiet">For research use, not for diagnosis.</p>
        </nav>
        {/* It scrolls, so the keyboard must reach it. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls */}
        <div className="ledger__main" tabIndex={0} role="region" aria-label="Figures">
          {own ? (
            <OwnReads />
          ) : current === undefined ? (
            <State title="No model has read a study with a final read yet">
              <p>
                Once reads are final, and their month is over, this is where the models are held against them.
              </p>
            </State>
          ) : (
            <SeriesPage
              key={keyOf(current)}
              series={{ modelId: current.modelId, version: current.version, label: current.label }}
            />
          )}
        </div>
      </div>
    </NumbersOpen>
  );
}
