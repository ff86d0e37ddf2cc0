import { useState } from 'react';
import type {
  BaselineCandidate,
  ResponseView,
  StatedLesion,
  TargetChoice,
} from '../../../electron/shared/response.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { sendOnce } from '../../ui/once.ts';

interface TargetFormProps {
  readonly view: ResponseView;
  readonly busy: boolean;
  readonly onSay: (choice: TargetChoice) => void;
  readonly onCancel: (() => void) | null;
}

type Role = 'none' | 'target' | 'non-target';
interface Line extends StatedLesion {
  readonly role: Role;
}

const ORGANS = [
  'lung',
  'liver',
  'brain',
  'bone',
  'adrenal gland',
  'kidney',
  'pleura',
  'peritoneum',
  'soft tissue',
  'spleen',
  'pancreas',
];

/** Chooses the baseline, and of its findings the targets and those that are followed without being measured. */
export function TargetForm({ view, busy, onSay, onCancel }: TargetFormProps) {
  const { candidates, choice } = view;
  const [baseline, setBaseline] = useState(choice?.baseline ?? candidates[0]?.studyInstanceUID ?? '');
  const chosen = candidates.find(({ studyInstanceUID }) => studyInstanceUID === baseline);
  const [changed, setChanged] = useState<Readonly<Record<string, Partial<Line>>>>({});
  if (candidates.length === 0)
    return (
      <p>
        No study can be the baseline yet: mark and name the lesions of this study, or commit your read of an
        earlier one.
      </p>
    );
  const lines = (chosen?.findings ?? []).map(
    (finding): Line => ({
      ...lineOf(finding, baseline, choice),
      ...changed[`${baseline} ${finding.findingId}`],
    }),
  );
  const of = (role: Role): StatedLesion[] =>
    lines
      .filter((line) => line.role === role)
      .map(({ findingId, kind, organ }) => ({ findingId, kind, organ: organ.trim() }));
  const change = (findingId: string, what: Partial<Line>) =>
    setChanged((now) => ({
      ...now,
      [`${baseline} ${findingId}`]: { ...now[`${baseline} ${findingId}`], ...what },
    }));
  return (
    <form
      className="response__form"
      aria-label="Choose the lesions"
      onSubmit={(event) => {
        event.preventDefault();
        onSay({ baseline, targets: of('target'), nonTargets: of('non-target') });
      }}
    >
      <h3>Baseline and its lesions</h3>
      <p className="quiet">
        At most 5 target lesions in all and 2 an organ; the long axis 10 mm or more, of lymph nodes the short
        axis 15 mm or more (20 mm on a radiograph; twice the slice thickness where slices are thicker than 5
        mm). All lymph nodes count as one organ. (RECIST 1.1, Eisenhauer 2009, sections 3.1.1 and 4.2)
      </p>
      <Field label="Baseline: the last study before the treatment">
        <select
          className="input response__baseline"
          value={baseline}
          onChange={(event) => setBaseline(event.target.value)}
        >
          {candidates.map(({ studyInstanceUID, date, description }) => (
            <option key={studyInstanceUID} value={studyInstanceUID}>
              {date} · {description}
              {studyInstanceUID === view.studyInstanceUID ? ' (this study)' : ''}
            </option>
          ))}
        </select>
      </Field>
      <table className="response__table response__choice">
        <thead>
          <tr>
            <th scope="col">Finding</th>
            <th scope="col">
              Size <span className="unit">mm</span>
            </th>
            <th scope="col">Followed as</th>
            <th scope="col">Kind</th>
            <th scope="col">Organ</th>
          </tr>
        </thead>
        <tbody>
          {(chosen?.findings ?? []).map((finding, index) => {
            const line = lines[index];
            const name = `${index + 1} ${finding.label}`;
            return line === undefined ? null : (
              <tr key={finding.findingId}>
                <th scope="row">{name}</th>
                <td>{sizeWords(finding)}</td>
                <td>
                  <select
                    className="input"
                    aria-label={`${name}: followed as`}
                    value={line.role}
                    onChange={(event) => change(line.findingId, { role: event.target.value as Role })}
                  >
                    <option value="none">not followed</option>
                    <option value="target">target lesion</option>
                    <option value="non-target">non-target lesion</option>
                  </select>
                </td>
                <td>
                  <select
                    className="input"
                    aria-label={`${name}: kind`}
                    value={line.kind}
                    onChange={(event) => change(line.findingId, { kind: event.target.value as Line['kind'] })}
                  >
                    <option value="extranodal">by long axis</option>
                    <option value="node">lymph node, by short axis</option>
                  </select>
                </td>
                <td>
                  <input
                    className="input"
                    aria-label={`${name}: organ`}
                    list="response-organs"
                    maxLength={60}
                    value={line.organ}
                    onChange={(event) => change(line.findingId, { organ: event.target.value })}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <datalist id="response-organs">
        {ORGANS.map((organ) => (
          <option key={organ} value={organ} />
        ))}
      </datalist>
      <div className="lesion__acts">
        <Button type="submit" tone="primary" aria-disabled={busy} onClick={sendOnce}>
          Record the choice
        </Button>
        {onCancel === null ? null : <Button onClick={onCancel}>Cancel</Button>}
        <span className="quiet">
          {of('target').length} of at most 5 target lesions, {of('non-target').length} non-target
        </span>
      </div>
    </form>
  );
}

function lineOf(
  { findingId, kind }: BaselineCandidate['findings'][number],
  baseline: string,
  choice: TargetChoice | null,
): Line {
  const none = { findingId, kind, organ: '', role: 'none' } as const;
  if (choice?.baseline !== baseline) return none;
  const is = (one: StatedLesion): boolean => one.findingId === findingId;
  const target = choice.targets.find(is);
  if (target !== undefined) return { ...target, role: 'target' };
  const other = choice.nonTargets.find(is);
  return other === undefined ? none : { ...other, role: 'non-target' };
}

function sizeWords({ long, short, unmeasured }: BaselineCandidate['findings'][number]): string {
  if (long === null) return unmeasured;
  return short === null ? long.toFixed(1) : `${long.toFixed(1)} × ${short.toFixed(1)}`;
}
