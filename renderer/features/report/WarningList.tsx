import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { AcknowledgedWarning, ReportView } from '../../../electron/shared/report.ts';
import type { ReportWarning } from '../../../electron/shared/report-check.ts';
import { Button } from '../../ui/Button.tsx';
import { acknowledgement, KIND_WORDS, sameAcknowledgement } from './places.ts';

interface WarningListProps {
  readonly view: ReportView;
  readonly fresh: boolean;
  readonly over: readonly AcknowledgedWarning[];
  readonly onShow: (warning: ReportWarning) => void;
  readonly onOver: (warning: AcknowledgedWarning, over: boolean) => void;
}

/** What the check objects to; each can be shown in the text, and signed over by name. */
export function WarningList({ view, fresh, over, onShow, onOver }: WarningListProps) {
  return (
    <section className="report-check" aria-label="Consistency check">
      <div className="panel__head">
        <h3>Consistency check</h3>
        <span className="quiet" role="status" data-testid="report-check-state">
          {fresh
            ? view.warnings.length === 0
              ? ''
              : `${String(view.warnings.length)} to look at`
            : 'checking …'}
        </span>
      </div>
      {view.warnings.length === 0 ? (
        <p className="settled">
          <CircleCheck size={14} aria-hidden /> Nothing to object to. The check knows words and rules, not the
          images.
        </p>
      ) : (
        <ul className="report-check__list">
          {view.warnings.map((warning) => {
            const one = acknowledgement(view, warning);
            const words = one.words.replaceAll(/\s+/g, ' ');
            return (
              <li
                key={`${warning.kind} ${String(warning.start)} ${warning.message}`}
                className="report-check__item"
              >
                <Button
                  tone="plain"
                  className="report-check__show"
                  aria-label={`${KIND_WORDS[warning.kind]}: ${warning.message} Show in the text`}
                  onClick={() => onShow(warning)}
                >
                  <TriangleAlert size={14} aria-hidden />
                  <span>
                    <strong>{KIND_WORDS[warning.kind]}</strong>
                    {warning.kind === 'unmentioned' || words === '' ? null : (
                      <q>{words.length > 60 ? `${words.slice(0, 59)}…` : words}</q>
                    )}
                  </span>
                </Button>
                <p>{warning.message}</p>
                <label className="check">
                  <input
                    type="checkbox"
                    checked={over.some((other) => sameAcknowledgement(other, one))}
                    onChange={(event) => onOver(one, event.target.checked)}
                  />
                  It is right as it is: sign over this
                </label>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
