import {
  LEAST_FOR_PERCENT,
  type TrainingRun,
  type TrainingSummary,
} from '../../../electron/shared/training.ts';
import { Button } from '../../ui/Button.tsx';
import { once } from '../../ui/once.ts';
import { dayOf } from './words.ts';
import {
  aiJudgedWords,
  ERROR_NAMES,
  isWrong,
  judgedWords,
  outcomeWords,
  runWords,
  share,
} from './training-words.ts';

interface SummaryPageProps {
  readonly summary: TrainingSummary;
  readonly runs: readonly TrainingRun[];
  readonly busy: boolean;
  readonly onRun: (run: number) => void;
  readonly onCase: (position: number) => void;
  readonly onAgain: () => void;
  readonly onLeave: () => void;
}

/** A run for its reader: how the AI erred, how often the reader saw it, and which cases are worth another look. */
export function SummaryPage({ summary, runs, busy, onRun, onCase, onAgain, onLeave }: SummaryPageProps) {
  const { name, run, right, aiRight, errors, cases } = summary;
  const wrong = errors.filter((one) => one.cases > 0);
  return (
    <div className="training-page">
      <section aria-label="Results of the training">
        <h2>Training: {name}</h2>
        <p className="quiet">
          Run {run.run}, begun {dayOf(run.startedAt)}. {runWords(run)} You alone see this: it is compared with
          nobody.
        </p>
        <dl className="training-figures">
          <dt>You were right before the AI</dt>
          <dd>{share(right.before)}</dd>
          <dt>You were right after it</dt>
          <dd>{share(right.after)}</dd>
          <dt>The AI was right</dt>
          <dd>{share({ count: aiRight.cases, of: cases.length })}</dd>
        </dl>
        {cases.length >= LEAST_FOR_PERCENT ? null : (
          <p className="quiet">
            Fewer than {LEAST_FOR_PERCENT} cases are counted, and no percentage is said.
          </p>
        )}
        <h3>Where the AI was wrong</h3>
        {wrong.length === 0 ? (
          <p className="quiet">In no case of this run.</p>
        ) : (
          <table className="training-table">
            <thead>
              <tr>
                <th scope="col">The AI’s error</th>
                <th scope="col">Cases</th>
                <th scope="col">You were right all the same</th>
                <th scope="col">You came to its error</th>
                <th scope="col">You had erred alike</th>
              </tr>
            </thead>
            <tbody>
              {wrong.map(({ kind, cases: of, caught, overRelied, erredAlike }) => (
                <tr key={kind}>
                  <th scope="row">{ERROR_NAMES[kind]}</th>
                  <td>{of}</td>
                  <td>{share({ count: caught, of })}</td>
                  <td>{kind === 'abstained' ? '–' : overRelied}</td>
                  <td>{kind === 'abstained' ? '–' : erredAlike}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <p>
          Where the AI was right ({aiRight.cases} of {cases.length}): you agreed in {aiRight.agreed}, followed
          it in {aiRight.followed}, and did not in {aiRight.notFollowed}.
        </p>
        <h3>Cases</h3>
        {cases.length === 0 ? <p className="quiet">No case was read to its end.</p> : null}
        <CaseTable cases={cases} onCase={onCase} />
        <div className="training-buttons">
          <Button tone="primary" disabled={busy} onClick={once(onAgain)}>
            Begin again, in another order
          </Button>
          <Button onClick={onLeave}>Back to the worklist</Button>
        </div>
        {runs.length < 2 ? null : (
          <nav aria-label="Runs" className="training-buttons">
            {runs.map((one) => (
              <Button key={one.run} aria-pressed={one.run === run.run} onClick={() => onRun(one.run)}>
                Run {one.run}, {dayOf(one.startedAt)}
              </Button>
            ))}
          </nav>
        )}
        <p className="quiet">For research use, not for diagnosis.</p>
      </section>
    </div>
  );
}

/** Those to look at again come first. */
function CaseTable({
  cases,
  onCase,
}: Pick<TrainingSummary, 'cases'> & { readonly onCase: (position: number) => void }) {
  const inOrder = [...cases].sort((a, b) => Number(b.again) - Number(a.again) || a.position - b.position);
  return (
    <table className="training-table">
      <thead>
        <tr>
          <th scope="col">Case</th>
          <th scope="col">Truth</th>
          <th scope="col">Your last word</th>
          <th scope="col">The AI</th>
          <th scope="col">What happened</th>
          <th scope="col">
            <span className="visually-hidden">Open</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {inOrder.map(({ position, truth, judged, outcome }) => (
          <tr key={position}>
            <th scope="row">{position}</th>
            <td>{truth}</td>
            <td>{judgedWords(judged.final)}</td>
            <td>{aiJudgedWords(judged.ai)}</td>
            <td>
              {isWrong(outcome) ? '▲ ' : ''}
              {outcomeWords(outcome, judged).title}
            </td>
            <td>
              <Button
                aria-label={`${isWrong(outcome) ? 'Look again at' : 'Open'} case ${position}`}
                onClick={() => onCase(position)}
              >
                {isWrong(outcome) ? 'Look again' : 'Open'}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
