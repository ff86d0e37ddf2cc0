import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  type NonTargetCell,
  RESPONSE_NAMES,
  type ResponseTable as Table,
  type ResponseTime,
  type TargetCell,
} from '../../../electron/shared/response.ts';
import { signed } from './response-words.ts';

interface ResponseTableProps {
  readonly table: Table;
  /** The study that is open. */
  readonly uid: string;
}

/** Targets by time points, with sums, changes and responses below; every number of the plot is here. */
export function ResponseTable({ table, uid }: ResponseTableProps) {
  const { times, targets, nonTargets } = table;
  const here = (time: ResponseTime): string =>
    time.studyInstanceUID === uid ? 'response__cell response__cell--here' : 'response__cell';
  const row = (head: ReactNode, of: (time: ResponseTime, at: number) => ReactNode, className = '') => (
    <tr className={className}>
      <th scope="row">{head}</th>
      {times.map((time, at) => (
        <td key={time.studyInstanceUID} className={here(time)}>
          {of(time, at)}
        </td>
      ))}
    </tr>
  );
  const group = (words: string) => (
    <tr className="response__group">
      <th scope="rowgroup" colSpan={times.length + 1}>
        {words}
      </th>
    </tr>
  );
  return (
    // Wide courses scroll within; the keyboard reaches them.
    <section className="response__scroll" tabIndex={0} aria-label="Response by RECIST 1.1">
      <table className="response__table">
        <thead>
          <tr>
            <td />
            {times.map((time) => (
              <th key={time.studyInstanceUID} scope="col" className={here(time)}>
                {time.date}
                <span className="quiet">{columnWords(time, uid)}</span>
              </th>
            ))}
          </tr>
        </thead>
        {targets.length === 0 ? null : (
          <tbody>
            {group('Target lesions')}
            {targets.map(({ findingId, label, organ, kind, cells }) => (
              <tr key={findingId}>
                <th scope="row">
                  {label}{' '}
                  <span className="quiet">
                    {[organ, kind === 'node' ? 'node, short axis' : 'long axis']
                      .filter((part) => part !== '')
                      .join(' · ')}
                  </span>
                </th>
                {times.map((time, at) => (
                  <td key={time.studyInstanceUID} className={here(time)}>
                    {targetWords(cells[at])}
                  </td>
                ))}
              </tr>
            ))}
            {row('Sum of diameters', sumWords, 'response__sum')}
            {row('Change from baseline', ({ percentFromBaseline }) => percent(percentFromBaseline))}
            {row('Change from nadir', ({ percentFromNadir, mmFromNadir }) =>
              mmFromNadir === null ? (
                '–'
              ) : (
                <>
                  {percentFromNadir === null ? '' : <>{percent(percentFromNadir)}, </>}
                  {signed(mmFromNadir)} <span className="unit">mm</span>
                </>
              ),
            )}
            {row('Target response', ({ target, targetWords: why }) =>
              target === null ? '–' : <Category code={target} words={why} />,
            )}
          </tbody>
        )}
        <tbody>
          {nonTargets.length === 0 ? null : group('Non-target lesions')}
          {nonTargets.map(({ findingId, label, organ, cells }) => (
            <tr key={findingId}>
              <th scope="row">
                {label} <span className="quiet">{organ}</span>
              </th>
              {times.map((time, at) => (
                <td key={time.studyInstanceUID} className={here(time)}>
                  {nonTargetWords(cells[at])}
                </td>
              ))}
            </tr>
          ))}
          {nonTargets.length === 0
            ? null
            : row('Non-target response', ({ nonTarget, nonTargetWords: why }) =>
                nonTarget === null ? '–' : <Category code={nonTarget} words={why} />,
              )}
          {row('New lesions', ({ baseline, newLesions }) =>
            baseline ? '–' : (newLesions ?? <span className="quiet">not stated</span>),
          )}
        </tbody>
        <tbody>
          {row(
            'Overall response',
            ({ overall, overallWords }) =>
              overall === null ? (
                'baseline'
              ) : (
                <>
                  <strong>{overall}</strong> {RESPONSE_NAMES[overall]}
                  <p className="response__why">{overallWords}</p>
                </>
              ),
            'response__overall',
          )}
          {times.some(({ warnings }) => warnings.length > 0)
            ? row('Keep in mind', ({ warnings }) =>
                warnings.map(({ words, source }) => (
                  <p key={words} className="response__why">
                    <TriangleAlert size={12} aria-hidden /> {words} <span className="quiet">({source})</span>
                  </p>
                )),
              )
            : null}
        </tbody>
      </table>
    </section>
  );
}

function Category({ code, words }: { readonly code: string; readonly words: string }) {
  return (
    <>
      <strong>{code}</strong>
      <p className="response__why">{words}</p>
    </>
  );
}

function columnWords({ baseline, draft, studyInstanceUID, modality }: ResponseTime, uid: string): string {
  return [
    modality,
    baseline ? 'baseline' : '',
    studyInstanceUID === uid ? 'this study' : '',
    draft ? 'draft' : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function targetWords(cell: TargetCell | undefined): ReactNode {
  if (cell === undefined) return '–';
  const size = (
    <>
      {cell.mm?.toFixed(1)} <span className="unit">mm</span>
    </>
  );
  switch (cell.state) {
    case 'measured':
      return (
        <>
          {size}
          {cell.words === '' ? null : <p className="response__why">{cell.words}</p>}
        </>
      );
    case 'gone':
      return <>{size} gone</>;
    case 'too-small':
      return <>{size} too small to measure</>;
    case 'merged':
      return <p className="response__why">{cell.words}</p>;
    case 'not-assessed':
      return <NotAssessed words={cell.words} />;
    case 'contradicts':
      return <Contradicts words={cell.words} />;
  }
}

function NotAssessed({ words }: { readonly words: string }) {
  return (
    <span className="response__missing" title={words}>
      not assessed
    </span>
  );
}

function Contradicts({ words }: { readonly words: string }) {
  return (
    <p className="response__why">
      <TriangleAlert size={12} aria-hidden /> {words}
    </p>
  );
}

function nonTargetWords(cell: NonTargetCell | undefined): ReactNode {
  if (cell === undefined) return '–';
  switch (cell.state) {
    case 'present':
    case 'gone':
      return cell.state;
    case 'not-assessed':
      return <NotAssessed words={cell.words} />;
    case 'contradicts':
      return <Contradicts words={cell.words} />;
  }
}

function sumWords({ sum }: ResponseTime): ReactNode {
  if (sum === null) return <span className="response__missing">not complete</span>;
  return (
    <>
      {sum.toFixed(1)} <span className="unit">mm</span>
    </>
  );
}

function percent(value: number | null): ReactNode {
  if (value === null) return '–';
  return (
    <>
      {signed(value)} <span className="unit">%</span>
    </>
  );
}
